"""What people are told about orders. Texts are short, without a stranger's phone, and lead to a page.

Each goes through the outbox under a key, so that a step told twice rings once. Sellers hear in their language.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import outbox
from accounts.models import User
from common.money import show_dong
from common.quantity import show_quantity
from orders.models import Complaint, OneTap, Order, Proposal, Shipment
from orders.states import LineState, State


def link(path: str) -> str:
    """The full address of one of our pages."""
    return settings.SITE_URL.rstrip("/") + path


def new_tap(order: Order, now: datetime | None = None) -> OneTap:
    """A fresh link to answer an order by one tap."""
    now = now or timezone.now()
    return OneTap.objects.create(
        order=order, made_at=now, expires_at=now + timedelta(days=settings.ORDER_TAP_DAYS)
    )


def what_is_in(order: Order) -> str:
    """The goods in a few words: "2 kg Na dai, 1 chai Mật ong"."""
    lines = [line for line in order.lines.all() if line.state != LineState.DROPPED]
    parts = [f"{show_quantity(line.given)} {line.get_unit_display()} {line.title}" for line in lines[:3]]
    return ", ".join(parts) + (" …" if len(lines) > 3 else "")


def tell_seller_new(order: Order, now: datetime | None = None) -> None:
    """A new order waits: the goods, the money, and a link that takes yes, no or a part by one tap."""
    _tell_seller(
        order,
        gettext_noop("Chợ Bản: đơn mới %(code)s, %(goods)s, %(sum)s. Trả lời: %(link)s"),
        "order_new",
        now,
    )


def remind_seller(order: Order, now: datetime | None = None) -> None:
    """The order still waits."""
    _tell_seller(
        order, gettext_noop("Chợ Bản: đơn %(code)s (%(goods)s, %(sum)s) đang chờ bạn. Trả lời: %(link)s"),
        f"order_remind_{order.reminders}", now,
    )  # fmt: skip


def _tell_seller(order: Order, text: str, kind: str, now: datetime | None) -> None:
    """`text` as it stands in the code: it is put into the owner's language, not that of whoever's step rings it."""
    owner = order.shop.owner
    if owner is None:
        return
    with translation.override(owner.language):
        facts = {
            "code": order.public_code, "goods": what_is_in(order), "sum": show_dong(order.total),
            "link": link(new_tap(order, now).get_absolute_url()),
        }  # fmt: skip
        outbox.post(_(text) % facts, to=owner, key=f"{kind}:{order.pk}", kind=kind, at=now)


def tell_desk(order: Order, helpers: Iterable[User], now: datetime | None = None) -> None:
    """The seller is silent: the village's people are asked to look after them."""
    for helper in helpers:
        with translation.override(helper.language):
            text = _(
                "Chợ Bản: %(shop)s chưa trả lời đơn %(code)s. Hãy gọi hoặc đến nhà. Bàn đơn của bản: %(link)s"
            )
            path = f"/thon/{order.village_id}/don-cho/"
            facts = {"shop": order.shop.name, "code": order.public_code, "link": link(path)}
            outbox.post(
                text % facts, to=helper, key=f"desk:{order.pk}:{helper.pk}", kind="order_desk", at=now
            )


def tell_buyer_step(order: Order, to: State, now: datetime | None = None) -> None:
    """What a buyer wants to hear: taken on, on its way, cancelled (and that money comes back)."""
    with _language_of_buyer(order):
        facts = {"code": order.public_code, "shop": order.shop.name, "link": link(order.get_absolute_url())}
        texts = {
            State.CONFIRMED: _("Chợ Bản: %(shop)s đã nhận đơn %(code)s. Xem: %(link)s"),
            State.HANDED_OVER: _(
                "Chợ Bản: hàng đơn %(code)s ở %(shop)s sẵn rồi, mời bạn đến lấy. Xem: %(link)s"
            )
            if order.is_picked_up
            else _("Chợ Bản: %(shop)s đã gửi hàng đơn %(code)s. Xem: %(link)s"),
            State.CANCELLED: _(
                "Chợ Bản: đơn %(code)s của %(shop)s đã hủy. Đã trả tiền thì được trả lại. Xem: %(link)s"
            ),
        }
        if to in texts:
            key = f"step:{order.pk}:{to}"
            outbox.post(texts[to] % facts, phone=order.phone, key=key, kind=f"order_{to}", at=now)


def _language_of_buyer(order: Order) -> AbstractContextManager[None]:
    """Buyers with an account hear in their language, guests in Vietnamese, whoever's step rings them."""
    return translation.override(order.buyer.language if order.buyer else settings.LANGUAGE_CODE)


def ask_buyer(proposal: Proposal, now: datetime | None = None) -> None:
    """The seller asks something; the answer is given on the order's page. What is asked together rings once."""
    order = proposal.order
    with _language_of_buyer(order):
        text = _(
            "Chợ Bản: %(shop)s hỏi bạn về đơn %(code)s. Không trả lời thì tính là không. Trả lời: %(link)s"
        )
        facts = {"code": order.public_code, "shop": order.shop.name, "link": link(order.get_absolute_url())}
        key = f"ask:{order.pk}:{proposal.asked_at:%Y%m%d%H%M%S%f}"
        outbox.post(text % facts, phone=order.phone, key=key, kind="order_question", at=now)


def tell_seller_answer(proposal: Proposal, now: datetime | None = None) -> None:
    """The buyer has answered, or time has."""
    owner = proposal.order.shop.owner
    if owner is None:
        return
    with translation.override(owner.language):
        yes = proposal.state == Proposal.State.ACCEPTED
        text = (
            _("Chợ Bản: khách đồng ý, đơn %(code)s. Xem: %(link)s")
            if yes
            else _("Chợ Bản: khách không đồng ý, đơn %(code)s. Xem: %(link)s")
        )
        facts = {
            "code": proposal.order.public_code,
            "link": link(f"/ban-hang/don/{proposal.order.public_code}/"),
        }
        outbox.post(text % facts, to=owner, key=f"answer:{proposal.pk}", kind="order_answer", at=now)


def tell_seller_less(order: Order, now: datetime | None = None) -> None:
    """The buyer has taken goods out of a new order."""
    owner = order.shop.owner
    if owner is None:
        return
    with translation.override(owner.language):
        text = _("Chợ Bản: khách bỏ bớt món ở đơn %(code)s, còn %(goods)s, %(sum)s.")
        facts = {"code": order.public_code, "goods": what_is_in(order), "sum": show_dong(order.total)}
        outbox.post(text % facts, to=owner, key=f"less:{order.pk}:{order.total}", kind="order_less", at=now)


def tell_seller_parcel(shipment: Shipment, now: datetime | None = None) -> None:
    """Something went wrong with a parcel that a carrier has: the seller calls the buyer, or the carrier."""
    order, owner = shipment.order, shipment.order.shop.owner
    if owner is None:
        return
    with translation.override(owner.language):
        text = _("Chợ Bản: hãng báo đơn %(code)s: %(state)s. Xem: %(link)s")
        facts = {
            "code": order.public_code, "state": shipment.get_state_display(),
            "link": link(f"/ban-hang/don/{order.public_code}/"),
        }  # fmt: skip
        key = f"parcel:{shipment.pk}:{shipment.state}:{shipment.events.count()}"
        outbox.post(text % facts, to=owner, key=key, kind="order_parcel", at=now)


def tell_seller_complaint(complaint: Complaint, now: datetime | None = None) -> None:
    """A buyer reports something; the seller has a deadline."""
    owner = complaint.order.shop.owner
    if owner is None:
        return
    with translation.override(owner.language):
        text = _("Chợ Bản: khách báo đơn %(code)s có vấn đề (%(kind)s). Hãy trả lời trước hạn: %(link)s")
        path = f"/ban-hang/khieu-nai/{complaint.public_code}/"
        facts = {
            "code": complaint.order.public_code,
            "kind": complaint.get_kind_display(),
            "link": link(path),
        }
        outbox.post(text % facts, to=owner, key=f"complaint:{complaint.pk}", kind="complaint", at=now)


def tell_buyer_complaint(complaint: Complaint, now: datetime | None = None) -> None:
    """The seller has answered; the buyer agrees or asks an officer."""
    order = complaint.order
    with _language_of_buyer(order):
        text = _("Chợ Bản: %(shop)s đã trả lời về đơn %(code)s. Xem và chọn: %(link)s")
        facts = {"code": order.public_code, "shop": order.shop.name, "link": link(order.get_absolute_url())}
        key = f"complaint:{complaint.pk}:answer"
        outbox.post(text % facts, phone=order.phone, key=key, kind="complaint_answer", at=now)


def tell_end_of_complaint(complaint: Complaint, now: datetime | None = None) -> None:
    """Both hear how it ended, and how much goes back."""
    order, owner = complaint.order, complaint.order.shop.owner
    key = f"complaint:{complaint.pk}:end"
    with _language_of_buyer(order):
        text = _("Chợ Bản: khiếu nại đơn %(code)s đã xong, bạn được trả lại %(amount)s. Xem: %(link)s")
        facts = {
            "code": order.public_code, "amount": show_dong(complaint.awarded or 0),
            "link": link(order.get_absolute_url()),
        }  # fmt: skip
        outbox.post(text % facts, phone=order.phone, key=key, kind="complaint_end", at=now)
    if owner is not None:
        with translation.override(owner.language):
            text = _("Chợ Bản: khiếu nại đơn %(code)s đã xong, trả lại khách %(amount)s. Xem: %(link)s")
            facts = {
                "code": order.public_code, "amount": show_dong(complaint.awarded or 0),
                "link": link(f"/ban-hang/khieu-nai/{complaint.public_code}/"),
            }  # fmt: skip
            outbox.post(text % facts, to=owner, key=f"{key}:seller", kind="complaint_end", at=now)
