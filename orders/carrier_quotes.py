"""What carriers ask for a parcel: asked outside any transaction, kept for some days, read like any other rate.

A carrier is asked for whole kilos without cash to collect, so that one answer serves many parcels.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from orders.carriers import carrier, offered
from orders.carriers.base import CarrierFault, CarrierRefused, End
from orders.models import CarrierPlace, CarrierQuote
from places.models import Place


class Asked(NamedTuple):
    """One question: a carrier's code, the communes' ids, whole kilos."""

    carrier: str
    sender: int
    receiver: int
    kilos: int


def kilos_of(grams: int) -> int:
    """Kilos begun, at least one."""
    return max(1, -(-grams // 1000))


def known(asked: Iterable[Asked]) -> dict[Asked, int | None]:
    """The answers that still count: đồng, or None where a carrier does not go. 1 query, none for no question."""
    wanted = set(asked)
    if not wanted:
        return {}
    one_of = Q()
    for question in wanted:
        one_of |= Q(**question._asdict() | {"sender": question.sender, "receiver": question.receiver})
    since = timezone.now() - timedelta(hours=settings.CARRIER_QUOTE_HOURS)
    rows = CarrierQuote.objects.filter(one_of, asked_at__gte=since)
    return {Asked(row.carrier, row.sender_id, row.receiver_id, row.kilos): row.fee for row in rows}


def ask(asked: Iterable[Asked]) -> dict[Asked, int | None]:
    """The answers that are known, and the carriers' own for the rest. One that does not answer is left out.

    Never call it inside a transaction: a carrier may take seconds.
    """
    wanted = set(asked)
    answers = known(wanted)
    missing = sorted(wanted - answers.keys())
    if not missing:
        return answers
    places = {
        place.pk: place
        for place in Place.objects.filter(pk__in={pk for row in missing for pk in row[1:3]}).select_related(
            "parent"
        )
    }
    silent = set()  # asked once in vain: nobody waits for it again
    for question in missing:
        mover = carrier(question.carrier)
        if mover is None or question.carrier in silent:
            continue
        try:
            ends = [end_of(places[pk], question.carrier) for pk in (question.sender, question.receiver)]
            fee: int | None = mover.quote(ends[0], ends[1], question.kilos * 1000)
        except CarrierRefused:
            fee = None
        except CarrierFault:
            silent.add(question.carrier)
            continue
        _keep(question, fee)
        answers[question] = fee
    return answers


def _keep(asked: Asked, fee: int | None) -> None:
    CarrierQuote.objects.update_or_create(
        carrier=asked.carrier, sender_id=asked.sender, receiver_id=asked.receiver, kilos=asked.kilos,
        defaults={"fee": fee, "asked_at": timezone.now()},
    )  # fmt: skip


def end_of(commune: Place, code: str, facts: Mapping[str, str] | None = None) -> End:
    """A commune as a carrier knows it, with a person's `facts` (name, phone, street) if a parcel goes there.

    1 query for carriers with ids of their own. Raises CarrierRefused for a commune that such a carrier has no id for.
    """
    mover = offered()[code]
    own = CarrierPlace.objects.filter(carrier=code, place=commune).first() if mover.own_places else None
    if mover.own_places and own is None:
        raise CarrierRefused("")
    return End(
        commune=commune.full_name, province=commune.parent.full_name if commune.parent else "",
        district=own.district if own else "", ward=own.ward if own else "", **facts or {},
    )  # fmt: skip
