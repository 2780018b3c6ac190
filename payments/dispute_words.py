"""What buyers tell their banks, in words of the market, and what a seller keeps ready against it.

Source of the reasons: docs.stripe.com/api/disputes/object (reason), docs.stripe.com/disputes/categories.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Reason:
    """Why money is taken back, and what proves the contrary; both lazy."""

    words: Any
    proof: Any


_SENT = _("ảnh lúc đóng hàng, phiếu gửi hàng, ảnh hoặc tin nhắn lúc giao cho khách")
_GOODS = _("ảnh hàng lúc đóng gói, ngày hái, tin nhắn với khách về hàng")
_TALK = _("tin nhắn với khách, giấy đã trả lại tiền nếu có")
OTHER = Reason(_("khách không nói rõ lý do"), _SENT)
REASONS = {
    "product_not_received": Reason(_("khách nói chưa nhận được hàng"), _SENT),
    "product_unacceptable": Reason(_("khách nói hàng hỏng hoặc không như đã tả"), _GOODS),
    "fraudulent": Reason(_("chủ thẻ nói không phải mình mua"), _SENT),
    "unrecognized": Reason(_("chủ thẻ không nhớ đã mua"), _SENT),
    "duplicate": Reason(_("khách nói bị trừ tiền hai lần"), _TALK),
    "credit_not_processed": Reason(_("khách nói chưa được trả lại tiền"), _TALK),
    "subscription_canceled": Reason(_("khách nói đã hủy trước khi bị trừ tiền"), _TALK),
    "general": OTHER,
}


def reason_of(code: str) -> Reason:
    """The reason behind a provider's word; the general one for any other word."""
    return REASONS.get(code, OTHER)


ENTRIES = {
    "dispute": _("Ngân hàng của khách lấy tiền đi, giữ lại chờ xét"),
    "dispute_back": _("Được xử thắng: tiền trở về"),
    "dispute_lost": _("Bị xử thua: tiền về khách"),
    "fee": _("Phí của cổng"),
}


def entry_words(kind: str) -> Any:
    """What a booking of a dispute is about; its kind where no words are known."""
    return ENTRIES.get(kind, kind)
