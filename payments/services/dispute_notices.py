"""Sellers hear that a buyer's bank takes money back, and how it ended: once each, in their own language."""

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import outbox
from common.money import show_dong
from orders.models import Order
from orders.notices import link
from payments.dispute_queries import shares_of
from payments.dispute_words import reason_of
from payments.models import Account, Dispute

OPENED = gettext_noop(
    "Chợ Bản: ngân hàng của khách đòi lại %(amount)s của đơn %(code)s: %(reason)s. Sàn giữ số tiền này đến khi ngân hàng"
    " xét xong. Bạn giữ sẵn: %(proof)s. Xem: %(link)s"
)
WON = gettext_noop(
    "Chợ Bản: ngân hàng đã xét xong đơn %(code)s: %(amount)s vẫn là của bạn, không còn bị giữ nữa. Xem: %(link)s"
)
LOST = gettext_noop(
    "Chợ Bản: ngân hàng đã xét xong đơn %(code)s và trả lại khách %(amount)s. Số tiền này trừ vào tiền của bạn. Xem: %(link)s"
)
LOST_FREE = gettext_noop(
    "Chợ Bản: ngân hàng đã xét xong đơn %(code)s và trả lại khách %(amount)s. Sàn chịu số tiền này, bạn không bị trừ."
    " Xem: %(link)s"
)


def tell_opened(dispute: Dispute) -> None:
    """Each seller whose order is disputed: how much is held, why, and what to keep ready."""
    for part in shares_of(dispute):
        if part.order is not None:
            _tell(dispute, part.order, part.amount, OPENED, "dispute")


def tell_won(dispute: Dispute) -> None:
    """The money is theirs after all."""
    for part in shares_of(dispute):
        if part.order is not None:
            _tell(dispute, part.order, part.amount, WON, "dispute_won")


def tell_lost(dispute: Dispute, order: Order, amount: int, borne_by: str) -> None:
    """The money has gone back to the buyer; `borne_by` is the ledger account that bears it."""
    _tell(dispute, order, amount, LOST if borne_by == Account.SELLER else LOST_FREE, "dispute_lost")


def _tell(dispute: Dispute, order: Order, amount: int, text: str, kind: str) -> None:
    owner = order.shop.owner
    if owner is None:
        return
    with translation.override(owner.language):
        reason = reason_of(dispute.reason)
        facts = {
            "code": order.public_code, "amount": show_dong(amount), "reason": reason.words, "proof": reason.proof,
            "link": link("/ban-hang/tien/"),
        }  # fmt: skip
        outbox.post(_(text) % facts, to=owner, key=f"{kind}:{dispute.pk}:{order.pk}", kind=kind)
