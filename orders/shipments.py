"""Parcels with carriers: booked once however often it is tried, followed by what carriers tell in any order.

The carrier is asked between two transactions, never inside one. The row comes first, so that whatever is lost on the
way, the next try asks under the same key.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from common import audit
from common.actors import SYSTEM, Actor
from common.errors import Refusal
from orders import locks, notices
from orders.carrier_quotes import Asked, ask, end_of, kilos_of
from orders.carriers import carrier, offered
from orders.carriers.base import Booking, Carrier, CarrierFault, CarrierRefused, Consignment, Update
from orders.errors import CarrierAway, CarrierSaysNo, NotForCarrier, WrongState
from orders.models import Order, Shipment, ShipmentEvent
from orders.services import confirm_receipt, move
from orders.signals import moved
from orders.states import CARRIAGE_OVER, UNDER_WAY, Carriage, LineState, State, Who

TROUBLE = (Carriage.NOT_DELIVERED, Carriage.COMING_BACK, Carriage.LOST, Carriage.CANCELLED)
log = logging.getLogger("cho_ban.carriers")


@dataclass(frozen=True)
class Way:
    """A carrier that could take an order's parcel, and what it asks for it in đồng; None: it did not answer."""

    carrier: Carrier
    fee: int | None


def grams_of(order: Order) -> int:
    """What an order's parcel weighs: what was packed, at its unit's weight. Uses prefetched lines with products."""
    lines = [line for line in order.lines.all() if line.state != LineState.DROPPED]
    return max(1, int(sum(line.product.unit_grams * (line.packed_quantity or line.given) for line in lines)))


def cod_of(order: Order) -> int:
    """What the carrier has to collect, in đồng."""
    return max(order.total - order.paid, 0) if order.pay_on_delivery else 0


def ways_of(order: Order) -> list[Way]:
    """The carriers that could take a packed order, with their prices; the one the buyer chose alone if it was named.

    Asks carriers, so never call it inside a transaction.
    """
    named = order.delivery_method.carrier if order.delivery_method else ""
    grams, cod = grams_of(order), cod_of(order)
    movers = [
        mover
        for code, mover in offered().items()
        if (not named or code == named) and grams <= mover.most_grams and cod <= mover.most_cod
    ]
    home, there = order.commune_id, order.purchase.commune_id
    asked = {mover.code: Asked(mover.code, home, there, kilos_of(grams)) for mover in movers}
    fees = ask(asked.values())
    return [
        Way(mover, fees.get(asked[mover.code]))
        for mover in movers
        if asked[mover.code] not in fees or fees[asked[mover.code]] is not None
    ]


# --- booking ----------------------------------------------------------------------------------------------------------


def book(order_id: int, code: str, *, by: Actor, at: datetime | None = None) -> Shipment:
    """Have a carrier fetch a packed order. Pressing twice, or again after a silence, books one parcel.

    Never call it inside a transaction. Raises NotForCarrier, CarrierAway (press again later: nothing is lost),
    CarrierSaysNo with the carrier's words, and WrongState for an order that is not packed or may not leave yet.
    """
    shipment, new = _write_down(order_id, code, by=by, at=at or timezone.now())
    if shipment.state == Carriage.ASKED:
        shipment = _ask_carrier(shipment, again=not new)
    return shipment


@transaction.atomic
def _write_down(order_id: int, code: str, *, by: Actor, at: datetime) -> tuple[Shipment, bool]:
    """The order's parcel under way, or a new one. The second value says whether it is new."""
    order, mover = locks.order(order_id), carrier(code)
    under_way = order.shipments.exclude(state__in=CARRIAGE_OVER).first()
    if under_way is not None:
        return under_way, False
    if mover is None or not order.is_carried:
        raise NotForCarrier
    if order.state != State.PACKED or order.farmers_next != State.HANDED_OVER:
        raise WrongState(order, State.HANDED_OVER)
    grams, cod = grams_of(order), cod_of(order)
    if grams > mover.most_grams or cod > mover.most_cod:
        raise NotForCarrier
    number = order.shipments.count() + 1
    shipment = Shipment.objects.create(
        order=order, shop_id=order.shop_id, carrier=code, key=f"{order.public_code}-{number}", grams=grams, cod=cod,
        asked_at=at, created_at=at, actor_id=by.user_id, on_behalf_of=by.on_behalf_of,
    )  # fmt: skip
    audit.record("shipment.asked", shipment, by=by, shop_id=order.shop_id, carrier=code, grams=grams)
    return shipment, True


def _ask_carrier(shipment: Shipment, *, again: bool) -> Shipment:
    """Ask under the shipment's key, and keep the answer."""
    mover = offered().get(shipment.carrier)
    if mover is None:
        raise CarrierAway(shipment.carrier)
    try:
        booking = mover.create(_consignment(shipment), again=again)
    except CarrierFault as fault:
        log.warning("carrier away", extra={"carrier": shipment.carrier, "why": fault.code})
        raise CarrierAway(mover.name) from fault
    except CarrierRefused as refused:
        _settle(shipment.pk, Carriage.REFUSED, fault=refused.words[:200])
        raise CarrierSaysNo(mover.name, refused.words) from refused
    return _settle(shipment.pk, Carriage.BOOKED, booking=booking)


def _consignment(shipment: Shipment) -> Consignment:
    order = Order.objects.select_related(
        "shop__owner", "shop__village__parent__parent", "purchase__commune__parent"
    ).get(pk=shipment.order_id)
    shop, buyer = order.shop, order.purchase
    phone = (shop.owner.phone or "") if shop.owner else ""
    home = shop.village.parent
    assert home is not None  # a village lies in a commune
    sender = {"name": shop.name, "phone": phone, "street": shop.village.full_name}
    receiver = {"name": order.name, "phone": order.phone, "street": buyer.address}
    return Consignment(
        key=shipment.key, sender=end_of(home, shipment.carrier, sender),
        receiver=end_of(buyer.commune, shipment.carrier, receiver), grams=shipment.grams,
        value=order.goods - min(order.discount, order.goods), cod=shipment.cod, content=_("Nông sản"), note=order.note,
    )  # fmt: skip


@transaction.atomic
def _settle(
    shipment_id: int, state: Carriage, *, booking: Booking | None = None, fault: str = ""
) -> Shipment:
    """Keep a carrier's answer, once; the slower of two answers to the same key changes nothing."""
    order = locks.order(Shipment.objects.values_list("order_id", flat=True).get(pk=shipment_id))
    shipment = Shipment.objects.select_for_update().get(pk=shipment_id)
    if shipment.state != Carriage.ASKED:
        return shipment
    shipment.state, shipment.fault = state, fault
    if booking is not None:
        shipment.code, shipment.fee, shipment.expected_at = booking.code, booking.fee, booking.expected
        mover = offered()[shipment.carrier]
        order.carried_by, order.tracking = mover.name, booking.code
        order.save(update_fields=["carried_by", "tracking"])
    shipment.save()
    audit.record(f"shipment.{state}", shipment, by=SYSTEM, shop_id=shipment.shop_id)
    if order.stopped and state == Carriage.BOOKED:  # given up while the carrier was thinking
        transaction.on_commit(partial(take_back_parcel.enqueue, shipment.pk))
    return shipment


# --- taking back ------------------------------------------------------------------------------------------------------


def take_back(shipment_id: int, *, by: Actor) -> Shipment:
    """Cancel a booking that the carrier has not fetched yet. Doing it twice is fine. Never inside a transaction.

    Raises CarrierAway, CarrierSaysNo once the parcel is on its way.
    """
    shipment = Shipment.objects.get(pk=shipment_id)
    if shipment.state == Carriage.CANCELLED:
        return shipment
    mover = offered().get(shipment.carrier)
    if mover is None:
        raise CarrierAway(shipment.carrier)
    if not shipment.can_be_cancelled:
        raise CarrierSaysNo(mover.name, _("hàng đã đi rồi"))
    try:
        mover.cancel(shipment.code)
    except CarrierFault as fault:
        raise CarrierAway(mover.name) from fault
    except CarrierRefused as refused:
        raise CarrierSaysNo(mover.name, refused.words) from refused
    with transaction.atomic():
        order = locks.order(shipment.order_id)
        shipment = Shipment.objects.select_for_update().get(pk=shipment_id)
        if shipment.state == Carriage.BOOKED:
            shipment.state = Carriage.CANCELLED
            shipment.save(update_fields=["state"])
            audit.record("shipment.cancelled", shipment, by=by, shop_id=shipment.shop_id)
        _forget(order, shipment)
    return shipment


def _forget(order: Order, shipment: Shipment) -> None:
    """The parcel does not travel with this carrier after all."""
    if order.tracking == shipment.code:
        order.carried_by = order.tracking = ""
        order.save(update_fields=["carried_by", "tracking"])


@task()
def take_back_parcel(shipment_id: int) -> None:
    """Cancel a booking whose order was given up. What the carrier refuses, it brings back by itself."""
    try:
        take_back(shipment_id, by=SYSTEM)
    except (CarrierAway, CarrierSaysNo) as trouble:
        log.warning("parcel not taken back", extra={"shipment": shipment_id, "why": trouble.code})


@receiver(moved, sender=Order, dispatch_uid="take_parcels_back")
def _when_given_up(sender: Any, order: Order, **_rest: Any) -> None:
    if order.state == State.CANCELLED:
        for pk in order.shipments.filter(state=Carriage.BOOKED).values_list("pk", flat=True):
            transaction.on_commit(partial(take_back_parcel.enqueue, pk))


# --- what carriers tell -------------------------------------------------------------------------------------------------


def hear(code: str, updates: Iterable[Update]) -> int:
    """Keep what a carrier tells of its parcels, and let orders follow. Returns how many updates were new.

    Told twice, late or in any order it ends the same: a parcel is where the latest event says. One transaction each.
    """
    return sum(_hear_one(code, update) for update in updates)


@transaction.atomic
def _hear_one(code: str, update: Update) -> bool:
    found = Shipment.objects.filter(carrier=code, code=update.code).values_list("order_id", "pk").first()
    if found is None or not update.code:
        return False  # another installation's parcel, or one of an account that is used by hand as well
    order = locks.order(found[0])
    shipment = Shipment.objects.select_for_update().get(pk=found[1])
    facts = {
        "heard_at": timezone.now(),
        "note": update.note,
        "status": update.status or "",
        "shop_id": shipment.shop_id,
    }
    _event, new = ShipmentEvent.objects.get_or_create(
        shipment=shipment, raw=update.raw[:40], at=update.at, defaults=facts
    )
    if new:
        latest = shipment.events.exclude(status="").order_by("-at", "-pk").first()
        before = shipment.state
        replaced = shipment.is_over and order.shipments.exclude(state__in=CARRIAGE_OVER).exists()
        if latest is not None and latest.status != before and not replaced:
            shipment.state = Carriage(latest.status)
            shipment.save(update_fields=["state"])
            # carriers' clocks may be wrong: nothing happens before the booking or in the future
            _follow(order, shipment, min(max(latest.at, shipment.created_at), timezone.now()))
    return new


def _follow(order: Order, shipment: Shipment, at: datetime) -> None:
    """Take the order where its parcel is. What the order's rules do not allow is left to people."""
    try:
        with transaction.atomic():
            if shipment.state in UNDER_WAY and order.state == State.PACKED:
                move(order, State.HANDED_OVER, who=Who.SYSTEM, by=SYSTEM, at=at)
            if shipment.state == Carriage.DELIVERED and order.state == State.HANDED_OVER:
                confirm_receipt(order.pk, who=Who.SYSTEM, by=SYSTEM, at=at)
            if shipment.state == Carriage.CAME_BACK and order.state == State.HANDED_OVER:
                reason = _("Không giao được, hàng quay về")
                move(order, State.RETURNED, who=Who.SYSTEM, by=SYSTEM, reason=reason, at=at)
    except Refusal as refused:
        log.warning("parcel ahead of its order", extra={"shipment": shipment.pk, "why": refused.code})
    if shipment.state == Carriage.CANCELLED and order.state == State.PACKED:
        _forget(order, shipment)
    if shipment.state in TROUBLE:
        notices.tell_seller_parcel(shipment, at)


def follow_up(now: datetime | None = None) -> Mapping[str, int]:
    """Ask carriers about parcels they have been silent on, and again for bookings without an answer.

    Returns how often what was done. Never inside a transaction.
    """
    now, done = now or timezone.now(), {"asked": 0, "news": 0, "away": 0}
    before = now - timedelta(minutes=settings.CARRIER_TRACK_MINUTES)
    due = Shipment.objects.exclude(state__in=CARRIAGE_OVER).filter(
        asked_at__lte=before, carrier__in=offered()
    )
    for shipment in due.order_by("asked_at", "pk")[:500]:
        Shipment.objects.filter(pk=shipment.pk).update(asked_at=now)
        done["asked"] += 1
        try:
            if shipment.state == Carriage.ASKED:
                _ask_carrier(shipment, again=True)
                done["news"] += 1
            else:
                done["news"] += hear(shipment.carrier, offered()[shipment.carrier].track(shipment.code))
        except (CarrierAway, CarrierSaysNo, CarrierFault, CarrierRefused, IntegrityError):
            done["away"] += 1
    return done
