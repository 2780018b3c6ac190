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
