"""Refusals of carts and orders."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import NotAllowed, Refusal


class CartEmpty(Refusal):
    """There is nothing to order."""

    code = "cart_empty"
    message = gettext_lazy("Giỏ hàng đang trống.")


class CartChanged(Refusal):
    """A price or a stock changed between looking and ordering. The buyer is asked again, never charged silently."""

    code = "cart_changed"
    message = gettext_lazy("Giá hoặc số lượng hàng vừa thay đổi. Hãy xem lại giỏ rồi đặt lại.")


class BadQuantityForProduct(Refusal):
    """Less than the minimum, or between two steps."""

    code = "bad_quantity"
    field = "quantity"
    status = 422

    def __init__(self, minimum: str, step: str, unit: str) -> None:
        text = _("Mua ít nhất %(minimum)s %(unit)s, mỗi lần thêm %(step)s %(unit)s.")
        super().__init__(text % {"minimum": minimum, "step": step, "unit": unit})


class ShopResting(Refusal):
    """The household is away and takes no orders."""

    code = "shop_resting"
    status = 422

    def __init__(self, shop: str) -> None:
        super().__init__(_("%(shop)s đang nghỉ bán, chưa đặt được lúc này.") % {"shop": shop})


class WrongState(Refusal):
    """The step is not in the table, or somebody was faster."""

    code = "wrong_state"
    message = gettext_lazy("Đơn hàng đã chuyển sang bước khác. Hãy tải lại trang.")

    def __init__(self, order: Any, to: str) -> None:
        super().__init__()
        self.order, self.to = order, to


class NotPaidYet(Refusal):
    """A prepaid order is packed once its money has come."""

    code = "not_paid_yet"
    message = gettext_lazy("Khách chưa trả tiền cho đơn này.")


class NotDelivered(Refusal):
    """Goods are reviewed by somebody who has them."""

    code = "not_delivered"
    message = gettext_lazy("Nhận được hàng rồi mới viết nhận xét.")


class ReviewClosed(Refusal):
    """The days in which an author may change a review are over."""

    code = "review_closed"
    message = gettext_lazy("Nhận xét viết đã quá 30 ngày nên không sửa được nữa.")


class ReviewHidden(Refusal):
    """Nobody reads it, so there is nothing to answer."""

    code = "review_hidden"
    message = gettext_lazy("Nhận xét này đã bị ẩn.")


class ReviewNotYours(NotAllowed):
    """The review belongs to a shop of another place, or to one the person works in."""

    code = "review_not_yours"
    message = gettext_lazy("Bạn không quyết định được về nhận xét này.")
