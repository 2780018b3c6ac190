"""What a provider pays out to the operator's own bank. Source: payments reference, section 7."""

from typing import Any

from django.db import transaction
from django.db.models import Sum

from accounts.models import User
from common import audit
from common.actors import SYSTEM, Actor
from payments import ledger
from payments.errors import StaffOnly, WrongStep
from payments.ledger import Line
from payments.models import Account, ProviderPayout, Receipt
from payments.providers import provider
from payments.providers.base import Event
from payments.providers.connect import PaidOut, PayoutOutcome
from payments.services.events import asking, handles
from payments.settling import operators_account

State = ProviderPayout.State
STATES = {
    PayoutOutcome.PENDING: State.UNDER_WAY,
    PayoutOutcome.PAID: State.PAID,
    PayoutOutcome.FAILED: State.FAILED,
}


@handles("payout")
def _payout_changed(name: str, event: Event) -> None:
    if event.account:  # a seller's own, no money of ours
        return
    at: Any = provider(name)
    with asking():
        said = at.fetch_payout(event.ref)
    take_payout(name, said)


@transaction.atomic
def take_payout(name: str, said: PaidOut) -> ProviderPayout:
    """What a provider says of a payout. One in đồng is booked when it has arrived; one in another currency waits until
    somebody says what the bank got (`payout_arrived`). One that comes back is booked back."""
    ProviderPayout.objects.get_or_create(
        provider=name, ref=said.ref,
        defaults={"amount": said.amount, "currency": said.currency, "arrives_at": said.arrives_at},
    )  # fmt: skip
    payout = ProviderPayout.objects.select_for_update().get(provider=name, ref=said.ref)
    before, payout.state, payout.fault = payout.state, STATES[said.outcome], said.fault[:60]
    payout.arrives_at = said.arrives_at
    if payout.state == State.PAID and payout.arrived is None and payout.currency == "vnd":
        payout.value = payout.arrived = payout.amount
        _book(payout, [_at_bank(payout.amount)])
    elif payout.state == State.FAILED and payout.arrived is not None:
        ledger.reverse(_key(payout))
        payout.arrived = None
    payout.save()
    if payout.state != before:
        audit.record(f"provider_payout.{payout.state}", payout, by=SYSTEM, amount=payout.amount)
    return payout


@transaction.atomic
def payout_arrived(
    payout_id: int, arrived: int, *, by: User, receipt_id: int | None = None
) -> ProviderPayout:
    """Say how many đồng the bank got of a payout in another currency; the difference to what it was worth here is booked
    as exchange. `receipt_id` is the bank line of it, where the bank has told us of one. A second call changes nothing.

    Raises StaffOnly; WrongStep before it is paid, for a sum below 1, or a bank line that is not the operator's, is used
    up or of another sum.
    """
    if not by.has_perm("payments.run_money"):
        raise StaffOnly
    payout = ProviderPayout.objects.select_for_update().get(pk=payout_id)
    if payout.arrived is not None:
        return payout
    if payout.state != State.PAID or arrived < 1:
        raise WrongStep
    came = _at_bank(arrived) if receipt_id is None else _by_bank_line(receipt_id, arrived)
    payout.arrived, payout.value = arrived, _worth(payout) or arrived
    _book(payout, [came, Line(Account.FX, payout.value - arrived)], by.pk)
    payout.save()
    audit.record("provider_payout.arrived", payout, by=Actor.of(by), amount=arrived)
    return payout


def _by_bank_line(receipt_id: int, arrived: int) -> Line:
    """The bank has told us already: the money lies with what matches nothing."""
    receipt = Receipt.objects.select_for_update(of=("self",)).select_related("account").get(pk=receipt_id)
    if (
        receipt.account is None
        or not receipt.account.is_operators
        or receipt.state != Receipt.State.UNMATCHED
    ):
        raise WrongStep
    if receipt.rest != arrived or receipt.rest != receipt.amount:
        raise WrongStep
    receipt.state = Receipt.State.IGNORED  # it pays no order
    receipt.save(update_fields=["state"])
    return Line(Account.UNMATCHED, arrived)


def _worth(payout: ProviderPayout) -> int:
    """What a payout was worth at the provider in đồng, by the charges that settled in its currency; 0 without any."""
    rows = Receipt.objects.filter(
        provider=payout.provider, settled_currency=payout.currency, settled_amount__gt=0, amount__gt=0
    )
    sums = rows.aggregate(came=Sum("amount", default=0), settled=Sum("settled_amount", default=0))
    return round(payout.amount * sums["came"] / sums["settled"]) if sums["settled"] else 0


def _at_bank(amount: int) -> Line:
    account = operators_account()
    return ledger.at_bank(account, amount) if account else Line(Account.BANK, amount)


def _key(payout: ProviderPayout) -> str:
    return f"provider_payout:{payout.pk}"


def _book(payout: ProviderPayout, lines: list[Line], actor_id: int | None = None) -> None:
    assert payout.value is not None
    ledger.post(
        _key(payout),
        "provider_payout",
        [*lines, ledger.at_provider(payout.provider, -payout.value)],
        actor_id=actor_id,
    )
