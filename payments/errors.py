"""Refusals of payments."""

from django.utils.translation import gettext_lazy as _

from common.errors import NotAllowed, Refusal


class NoAccount(Refusal):
    """A shop without a bank account cannot take transfers."""

    code = "no_account"
    field = "pay"
    status = 422
    message = _("Gian hàng này chưa nhận chuyển khoản. Hãy chọn trả tiền khi nhận hàng.")


class OwnerOnly(NotAllowed):
    """Only the owner sets where the money goes."""

    code = "owner_only"
    message = _("Chỉ chủ gian hàng đặt được tài khoản nhận tiền.")


class Unbalanced(AssertionError):
    """A booking whose lines do not sum to zero: a bug, never a refusal."""
