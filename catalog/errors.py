"""Refusals of goods and stock."""

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class OutOfStock(Refusal):
    """Gone, paused, or less left than asked for. Nothing has changed."""

    code = "out_of_stock"

    def __init__(self, product_id: int) -> None:
        super().__init__(_("Hàng vừa hết hoặc không đủ số lượng. Hãy xem lại giỏ."))
        self.product_id = product_id


class BadProduct(Refusal):
    """A fact about a product that cannot be; `field` says which."""

    code = "bad_product"
    status = 422


class ChangedSinceShown(Refusal):
    """The product was changed after the page was shown: by a second press of the button, or by somebody else."""

    code = "changed_since_shown"
    message = _("Món này vừa được ghi rồi. Hãy xem số mới trước khi ghi tiếp.")


class BadLot(Refusal):
    """A fact about a lot that cannot be; `field` says which."""

    code = "bad_lot"
    status = 422


class BadCertificate(Refusal):
    """A fact about a paper that cannot be; `field` says which."""

    code = "bad_certificate"
    status = 422


class CertificateDecided(Refusal):
    """Somebody was faster."""

    code = "certificate_decided"
    message = _("Giấy này đã có người xem xong.")
