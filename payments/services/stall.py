"""Selling at a stall: by a QR for each sale, by the plate, for cash. The same `client_uuid` is the same sale.

Nothing is kept of these sales: no commission, no tax. Source: payments reference, sections 5 and 7.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid5

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from common import audit
from common.actors import Actor
from common.days import local_day
from common.folding import nfc
from payments import ledger, sales
from payments.confirming import confirm
from payments.errors import NoStallAccount, OtherSale, SoldTooLongAgo, WrongStep
from payments.models import MarketSession, Payment, Receipt, StallPlate, StallSale
from payments.order_codes import new_code
from payments.plates import lock_plates, new_sale, told_by_bank
from payments.settling import account_of
from sellers.models import Shop

Method = StallSale.Method

# --- selling ----------------------------------------------------------------------------------------------------------


def start_sale(
    shop: Shop, amount: int, *, client_uuid: UUID, by: Actor, note: str = "", at: datetime | None = None
) -> StallSale:
    """A sale that is paid by a QR of its own, with a fresh code, until STALL_QR_MINUTES from now.

    `amount` is in đồng. Raises NoStallAccount, OtherSale.
    """
    at = at or timezone.now()
    return _once(
        shop, client_uuid, amount, Method.QR, partial(_start, shop, amount, client_uuid, by, note, at)
    )


def _start(shop: Shop, amount: int, client_uuid: UUID, by: Actor, note: str, at: datetime) -> StallSale:
    account = account_of(shop.pk)
    if account is None:
        raise NoStallAccount
    _expire(shop, at)
    return new_sale(
        shop.pk, amount, Method.QR, account=account, at=at, by=by, client_uuid=client_uuid, note=nfc(note),
        code=new_code(settings.PAYMENT_CODE_PREFIX), expires_at=at + timedelta(minutes=settings.STALL_QR_MINUTES),
    )  # fmt: skip


def _expire(shop: Shop, now: datetime) -> None:
    """Codes that nobody paid in time are waited for no longer; money for them still counts."""
    late = Payment.objects.filter(purpose=Payment.Purpose.STALL, shop_id=shop.pk, expires_at__lte=now)
    late.filter(state=Payment.State.WAITING).update(state=Payment.State.EXPIRED)


def cash_sale(
    shop: Shop, amount: int, *, client_uuid: UUID, by: Actor, note: str = "", at: datetime | None = None
) -> StallSale:
    """A sale for cash: counted at once, by the trader's word. `at` is when, for one that was kept on the phone.

    Raises OtherSale, SoldTooLongAgo.
    """
    sold_at = _moment(at)

    def sell() -> StallSale:
        sale = new_sale(
            shop.pk, amount, Method.CASH, at=sold_at, by=by, client_uuid=client_uuid, note=nfc(note)
        )
        return _count_said(sale, Receipt.Source.CASH, by)

    return _once(shop, client_uuid, amount, Method.CASH, sell)


def plate_sale_entered(
    shop: Shop, amount: int, *, client_uuid: UUID, by: Actor, note: str = "", at: datetime | None = None
) -> StallSale:
    """A sale that the trader says was paid by the plate. If the bank has told of it already, it is that sale.

    Otherwise it counts as declared by the seller until the bank's line comes (`payments.plates`).
    Raises NoStallAccount, OtherSale, SoldTooLongAgo.
    """
    sold_at = _moment(at)
    enter = partial(_enter, shop, amount, client_uuid, by, nfc(note), sold_at)
    return _once(shop, client_uuid, amount, Method.PLATE, enter)


def _enter(shop: Shop, amount: int, client_uuid: UUID, by: Actor, note: str, at: datetime) -> StallSale:
    plate = plate_for(shop)
    lock_plates(plate.account_id)
    known = told_by_bank(plate.account_id, amount, at)
    if known is not None:
        known.client_uuid, known.note, known.entered_by_id = client_uuid, note, by.user_id
        known.save(update_fields=["client_uuid", "note", "entered_by"])
        return known
    sale = new_sale(
        shop.pk, amount, Method.PLATE, account=plate.account, at=at, by=by, client_uuid=client_uuid, note=note
    )
    return _count_said(sale, Receipt.Source.SELLER, by)


def _count_said(sale: StallSale, source: str, by: Actor) -> StallSale:
    """What is left to pay of a sale, by the trader's word."""
    payment = sale.payment
    receipt = Receipt.objects.create(
        account=payment.account, source=source, state=Receipt.State.UNMATCHED, amount=payment.rest,
        booked_at=sale.sold_at,
    )  # fmt: skip
    sale.payment = confirm(payment, receipt, by=by)
    return sale


def _moment(at: datetime | None) -> datetime:
    """When something was sold. A phone whose clock runs ahead has sold it now. Raises SoldTooLongAgo."""
    now = timezone.now()
    if at is None or at > now:
        return now
    if at < now - timedelta(days=settings.STALL_LATE_DAYS):
        raise SoldTooLongAgo
    return at


def _once(
    shop: Shop, client_uuid: UUID, amount: int, method: str, sell: Callable[[], StallSale]
) -> StallSale:
    """The sale of that name, made if there is none yet; two taps at once make one. Raises OtherSale."""
    known = sale_named(shop, client_uuid)
    if known is None:
        try:
            with transaction.atomic():
                return sell()
        except IntegrityError:  # the other tap was faster, and has committed
            known = sale_named(shop, client_uuid)
            if known is None:
                raise
    if (known.amount, known.method) != (amount, method):
        raise OtherSale
    return known


def sale_named(shop: Shop, client_uuid: UUID) -> StallSale | None:
    """The sale that a till has given this name. 1 query."""
    return StallSale.objects.with_money().filter(shop=shop, client_uuid=client_uuid).first()


# --- what becomes of a sale -------------------------------------------------------------------------------------------


def _lock(sale: StallSale) -> StallSale:
    """The sale as it is now, its payment locked."""
    payment = Payment.objects.select_for_update().get(pk=sale.payment_id)
    sale.refresh_from_db()
    sale.payment = payment
    return sale


@transaction.atomic
def cancel_sale(sale: StallSale, *, by: Actor, at: datetime | None = None) -> StallSale:
    """The buyer thought better of it. Its code can still be paid; then the sale stands. A second call changes nothing.

    Raises WrongStep once money has come for it.
    """
    sale = _lock(sale)
    if sale.cancelled_at:
        return sale
    if sale.payment.received:
        raise WrongStep
    _call_off(sale, by, at)
    return sale


def _call_off(sale: StallSale, by: Actor, at: datetime | None = None) -> None:
    sale.payment.state, sale.cancelled_at = Payment.State.CANCELLED, at or timezone.now()
    sale.payment.save(update_fields=["state"])
    sale.save(update_fields=["cancelled_at"])
    audit.record("stall.cancelled", sale.payment, by=by, shop_id=sale.shop_id, amount=sale.amount)


@transaction.atomic
def declare_sale(sale: StallSale, *, by: Actor) -> StallSale:
    """The trader saw the money of a QR on their own phone; it counts as declared until the bank says so too.

    Does nothing to a sale that is paid.
    """
    sale = _lock(sale)
    if sale.payment.state == Payment.State.CONFIRMED:
        return sale
    return _count_said(sale, Receipt.Source.SELLER, by)


@transaction.atomic
def pay_in_cash(sale: StallSale, *, by: Actor) -> StallSale:
    """The buyer of a QR pays what is still missing in cash: a sale of its own, which is returned. What came by the QR
    before is all that is expected of it. A second call gives the same cash sale; a paid sale is returned as it is.
    """
    name = uuid5(UUID(sale.key), "cash")
    sale = _lock(sale)
    known = sale_named(sale.shop, name)
    if known is not None:
        return known
    if sale.payment.state == Payment.State.CONFIRMED:
        return sale
    rest = sale.payment.rest
    if sale.payment.received:
        _settle_for_what_came(sale, by)
    else:
        _call_off(sale, by)
    return cash_sale(sale.shop, rest, client_uuid=name, by=by, note=sale.note)


def _settle_for_what_came(sale: StallSale, by: Actor) -> None:
    payment = sale.payment
    by_machine = not payment.allocations.exclude(receipt__source__in=Receipt.BY_MACHINE).exists()
    payment.amount, payment.state, payment.by_machine = payment.received, Payment.State.CONFIRMED, by_machine
    payment.confirmed_at = timezone.now()
    payment.save(update_fields=["amount", "state", "by_machine", "confirmed_at"])
    sale.amount = payment.amount
    sale.save(update_fields=["amount"])
    ledger.complete_sale(payment, by.user_id)
    sales.tell_stall(payment)


# --- plate and market days --------------------------------------------------------------------------------------------


def plate_for(shop: Shop, label: str = "") -> StallPlate:
    """The shop's plate for the account that buyers transfer to now, made if there is none yet. Raises NoStallAccount."""
    account = account_of(shop.pk)
    if account is None:
        raise NoStallAccount
    facts = {"shop": shop, "code": new_code(settings.PAYMENT_CODE_PREFIX)}
    plate, _new = StallPlate.objects.get_or_create(account=account, label=nfc(label), defaults=facts)
    plate.account = account
    return plate


@transaction.atomic
def open_session(
    shop: Shop, name: str, *, place: str = "", by: Actor, at: datetime | None = None
) -> MarketSession:
    """Begin a market day; one that is still open ends. The same name on the same day goes on with the open one."""
    at, name = at or timezone.now(), nfc(name)
    locked = Shop.objects.select_for_update(of=("self",)).get(pk=shop.pk)  # of two taps one opens
    now_open = MarketSession.objects.filter(shop=locked, closed_at__isnull=True).first()
    if now_open is not None:
        if (now_open.name, now_open.day) == (name, local_day(at)):
            return now_open
        close_session(now_open, at=at)
    return MarketSession.objects.create(
        shop=locked, name=name, place=nfc(place), day=local_day(at), opened_at=at, opened_by_id=by.user_id
    )


def close_session(session: MarketSession, *, at: datetime | None = None) -> None:
    """End a market day. A second call changes nothing."""
    at = max(at or timezone.now(), session.opened_at)
    MarketSession.objects.filter(pk=session.pk, closed_at__isnull=True).update(closed_at=at)
