"""How a farmer, or a village head, says how goods travel. Every write is one transaction and one line in the log."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django_tasks import task

from common import audit
from common.actors import Actor
from common.folding import nfc
from orders.carrier_quotes import ask
from orders.carriers import carrier
from orders.delivery_models import EVERY_DAY, DeliveryMethod, DeliveryRate
from orders.delivery_queries import example_questions_of
from orders.errors import BadDelivery
from places.models import Place
from sellers.models import Shop

MOST_FEE = 5_000_000  # đồng; above it is a slip of the finger
MOST_DAYS = 30


@dataclass(frozen=True)
class Fee:
    """What one zone costs: đồng for the first grams, đồng for each further kilo, free from a value of goods on."""

    fee: int
    first_grams: int = 2000
    per_kilo: int = 0
    free_from: int | None = None


@dataclass(frozen=True)
class MethodFacts:
    """What is said about one way: words for the buyer, weekdays as bits (Monday lowest), days it takes.

    `carrier` names one of CARRIERS that can be booked; without fees the buyer pays what it asks.
    """

    hint: str = ""
    weekdays: int = EVERY_DAY
    days_from: int = 1
    days_to: int = 3
    most_grams: int | None = None
    carrier: str = ""


@transaction.atomic
def save_method(
    owner: Shop | Place,
    kind: str,
    facts: MethodFacts,
    fees: Mapping[int, Fee],
    named: Mapping[Place, Fee] | None = None,
    *,
    by: Actor,
) -> DeliveryMethod:
    """Offer a way of delivery, or change it: a kind once for each shop or village.

    `fees` go by how near the buyer lives (`DeliveryRate.Reach`); a reach left out is not served. `named` are communes
    or provinces with fees of their own. Ways that the buyer comes for have none. Orders keep what they were placed
    under. Raises BadDelivery.
    """
    named = named or {}
    _check(kind, facts, fees, named)
    mover = carrier(facts.carrier) if facts.carrier else None
    hint = nfc(facts.hint).strip() or (mover.name if mover else "")
    whose = {"shop": owner} if isinstance(owner, Shop) else {"village": owner}
    method, _new = DeliveryMethod.objects.update_or_create(
        **whose, kind=kind,
        defaults={
            "hint": hint, "weekdays": facts.weekdays, "days_from": facts.days_from, "days_to": facts.days_to,
            "most_grams": facts.most_grams, "active": True, "carrier": facts.carrier,
            "position": list(DeliveryMethod.Kind.values).index(kind),
        },
    )  # fmt: skip
    method.rates.filter(reach__isnull=False).exclude(reach__in=fees).delete()
    for reach, fee in sorted(fees.items()):
        DeliveryRate.objects.update_or_create(
            method=method, reach=reach,
            defaults={"fee": fee.fee, "first_grams": fee.first_grams, "per_kilo": fee.per_kilo, "free_from": fee.free_from},
        )  # fmt: skip
    method.rates.filter(place__isnull=False).exclude(place__in=named).delete()
    for place, fee in sorted(named.items(), key=lambda row: row[0].pk):
        DeliveryRate.objects.update_or_create(
            method=method, place=place,
            defaults={"fee": fee.fee, "first_grams": fee.first_grams, "per_kilo": fee.per_kilo, "free_from": fee.free_from},
        )  # fmt: skip
    audit.record("delivery.saved", owner, by=by, kind=kind)
    if isinstance(owner, Shop) and facts.carrier and not fees and not named:
        transaction.on_commit(lambda: ask_for_examples.enqueue(owner.pk))
    return method


@task()
def ask_for_examples(shop_id: int) -> None:
    """Ask carriers for the prices that the farmer is shown as examples. Safe to run twice."""
    ask(example_questions_of(Shop.objects.select_related("village__parent").get(pk=shop_id)))


@transaction.atomic
def stop_method(method: DeliveryMethod, *, by: Actor) -> None:
    """Offer a way no longer. What was said about it is kept for the day it is offered again."""
    DeliveryMethod.objects.filter(pk=method.pk).update(active=False)
    audit.record("delivery.stopped", method, by=by, kind=method.kind)


def _check(kind: str, facts: MethodFacts, fees: Mapping[int, Fee], named: Mapping[Place, Fee]) -> None:
    if kind in DeliveryMethod.PICKED_UP:
        if kind == DeliveryMethod.Kind.POINT and not facts.hint.strip():
            raise BadDelivery(_("Hãy ghi hẹn lấy ở đâu, giờ nào."), field="hint")
    elif not fees and not named and not facts.carrier:
        raise BadDelivery(_("Hãy ghi phí cho ít nhất một nơi; giao không lấy tiền thì ghi 0."), field="fee_2")
    if not facts.weekdays:
        raise BadDelivery(_("Hãy chọn ít nhất một ngày."), field="weekdays")
    if not 0 <= facts.days_from <= facts.days_to <= MOST_DAYS:
        raise BadDelivery(_("Ngày sớm nhất phải trước ngày muộn nhất, nhiều nhất 30 ngày."), field="days_to")
    for reach, fee in fees.items():
        if fee.fee > MOST_FEE or fee.per_kilo > MOST_FEE:
            raise BadDelivery(_("Phí này lớn quá."), field=f"fee_{reach}")
