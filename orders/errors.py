"""Refusals of carts and orders."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import NotAllowed, Refusal
from common.money import show_dong


class CartEmpty(Refusal):
    """There is nothing to order."""

    code = "cart_empty"
    message = gettext_lazy("Giỏ hàng đang trống.")


class CartChanged(Refusal):
    """A price or a stock changed between looking and ordering. The buyer is asked again, never charged silently."""

    code = "cart_changed"
    status = 422
    message = gettext_lazy("Giá, số lượng hay hẹn thu hoạch vừa thay đổi. Hãy xem lại rồi đặt.")


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


class PreordersClosed(Refusal):
    """It is too near the harvest to order ahead."""

    code = "preorders_closed"
    status = 422

    def __init__(self, title: str) -> None:
        super().__init__(_("%(title)s đã chốt đặt trước. Thu hoạch xong lại đặt được.") % {"title": title})


class DeliveryNotChosen(Refusal):
    """The buyer has not said how one shop's goods shall come, or that way no longer takes them there."""

    code = "delivery_not_chosen"
    status = 422

    def __init__(self, shop: Any) -> None:
        super().__init__(_("Hãy chọn cách nhận hàng của %(shop)s.") % {"shop": shop.name})
        self.field = f"giao-{shop.pk}"


class DeliveryChanged(Refusal):
    """A delivery fee changed between looking and ordering. The buyer is asked again, never charged silently."""

    code = "delivery_changed"
    status = 422

    def __init__(self, changed: Iterable[tuple[Any, int, int]]) -> None:
        """`changed`: shops with the fee (đồng) that was seen and the fee of now."""
        fees = ", ".join(f"{shop.name} {show_dong(seen)} → {show_dong(now)}" for shop, seen, now in changed)
        text = _("Phí giao hàng vừa thay đổi: %(fees)s. Đồng ý thì bấm đặt lần nữa.")
        super().__init__(text % {"fees": fees})


class NoCashForDelivery(Refusal):
    """Nobody at the door could take the money."""

    code = "no_cash_for_delivery"
    field = "pay"
    status = 422

    def __init__(self, shop: Any) -> None:
        text = _("Cách giao của %(shop)s không thu tiền mặt được. Hãy chọn chuyển khoản.")
        super().__init__(text % {"shop": shop.name})


class BadDelivery(Refusal):
    """What a farmer says about delivery cannot be so."""

    code = "bad_delivery"
    status = 422

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


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


class BuyerAsked(Refusal):
    """The buyer has been asked something; the order goes on when they have answered."""

    code = "buyer_asked"
    message = gettext_lazy("Đang chờ khách trả lời. Khách trả lời xong mới làm tiếp được.")


class NotInPerson(Refusal):
    """Only who saw the buyer take the goods can say that they have them."""

    code = "not_in_person"
    message = gettext_lazy("Hàng gửi đi thì khách bấm đã nhận, không phải người bán.")


class BadAnswer(Refusal):
    """What the seller says about a line cannot be so."""

    code = "bad_answer"
    status = 422

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class AlreadyAnswered(Refusal):
    """The question was answered, or nobody waits for an answer any more."""

    code = "already_answered"
    message = gettext_lazy("Câu hỏi này đã có trả lời hoặc đã quá hạn.")


class NoComplaint(Refusal):
    """Too early, too late, or one is open already."""

    code = "no_complaint"
    message = gettext_lazy("Giờ không báo được cho đơn này: hàng chưa gửi, đã quá hạn, hoặc bạn đã báo rồi.")


class ComplaintClosed(Refusal):
    """Somebody was faster, or it is not this person's turn."""

    code = "complaint_closed"
    message = gettext_lazy("Khiếu nại này đã sang bước khác. Hãy tải lại trang.")


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


class NotForCarrier(Refusal):
    """No carrier of this installation takes this order's parcel."""

    code = "not_for_carrier"
    status = 422
    message = gettext_lazy("Kiện hàng này không gửi được bằng hãng. Hãy gửi cách khác rồi bấm “Đã gửi hàng”.")


class CarrierAway(Refusal):
    """The carrier gave no answer. Nothing is lost: pressing again asks for the same parcel."""

    code = "carrier_away"
    status = 503

    def __init__(self, name: str) -> None:
        super().__init__(
            _("%(carrier)s chưa trả lời. Vài phút nữa bấm lại, không bị đặt hai lần.") % {"carrier": name}
        )


class CarrierSaysNo(Refusal):
    """The carrier refused, in its own words."""

    code = "carrier_says_no"
    status = 422

    def __init__(self, name: str, words: str) -> None:
        text = (
            _("%(carrier)s không nhận: %(words)s") if words else _("%(carrier)s không nhận giao tới nơi này.")
        )
        super().__init__(text % {"carrier": name, "words": words})
