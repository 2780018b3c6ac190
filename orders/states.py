"""The states of an order and the steps between them, as data."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where an order is. The words are those of the farmer's board."""

    NEW = "new", _("Đơn mới")
    CONFIRMED = "confirmed", _("Đã nhận đơn")
    PACKED = "packed", _("Đã gói xong")
    HANDED_OVER = "handed_over", _("Đã gửi hàng")
    DELIVERED = "delivered", _("Khách đã nhận")
    CANCELLED = "cancelled", _("Đã hủy")
    RETURNED = "returned", _("Hàng trả về")


NEXT: dict[State, frozenset[State]] = {
    State.NEW: frozenset({State.CONFIRMED, State.CANCELLED}),
    State.CONFIRMED: frozenset({State.PACKED, State.CANCELLED}),
    State.PACKED: frozenset({State.HANDED_OVER, State.CANCELLED}),
    State.HANDED_OVER: frozenset({State.DELIVERED, State.RETURNED}),
    State.DELIVERED: frozenset({State.RETURNED}),
}  # a state without a line is final

OPEN = (State.NEW, State.CONFIRMED, State.PACKED, State.HANDED_OVER)
FARMERS_NEXT = {State.NEW: State.CONFIRMED, State.CONFIRMED: State.PACKED, State.PACKED: State.HANDED_OVER}
GIVES_STOCK_BACK = frozenset({State.CANCELLED, State.RETURNED})
STEPS = (State.NEW, State.CONFIRMED, State.PACKED, State.HANDED_OVER, State.DELIVERED)
