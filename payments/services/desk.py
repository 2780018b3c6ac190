"""What people decide about money that no code placed: for which payments it is, or that it is none of ours.

Whoever runs the market's money decides about all of it; a seller about what came to their own account.
Source: payments reference, section 6.
"""

from collections.abc import Mapping

from django.db import transaction

from accounts.models import User
from common import audit
from common.actors import Actor
from orders import locks
from payments import ledger
from payments.confirming import confirm
from payments.desk_queries import counts_for
from payments.errors import NotPlaceable, NotTwice, StaffOnly, TooMuch, WrongStep
from payments.matching import assignable
from payments.models import Payment, Receipt
from payments.services.notices import on_day
from payments.services.refunds import withdraw_return
from sellers.access import Do, can

PLACEABLE = (Receipt.State.UNMATCHED, Receipt.State.AMBIGUOUS)


def may_place(receipt: Receipt, by: User) -> bool:
    """Whether the person decides about this money."""
    if by.has_perm("payments.run_money"):
        return True
    account = receipt.account
    return account is not None and account.shop is not None and can(by, Do.SEE_MONEY, account.shop)


def _lock(receipt_id: int, by: User) -> Receipt:
    """The receipt, locked. Raises StaffOnly."""
    rows = Receipt.objects.select_for_update(of=("self",)).select_related("account__shop")
    receipt = rows.get(pk=receipt_id)
    if not may_place(receipt, by):
        raise StaffOnly
    return receipt


@transaction.atomic
def assign(receipt_id: int, amounts: Mapping[int, int], *, by: User, actor: Actor | None = None) -> Receipt:
    """Count some money for the payments a person chose: đồng of it by the payment's id. All of them or none.

    A second call with the same payments changes nothing. What the seller had declared for the same sum becomes certain
    instead of counting twice. Raises StaffOnly, NotPlaceable for payments that this account's money cannot be for, TooMuch,
    WrongStep when somebody else has placed or set the money aside meanwhile.
    """
    receipt = Receipt.objects.select_related("account__shop").get(pk=receipt_id)
    if not may_place(receipt, by):
        raise StaffOnly
    payments = list(assignable(receipt).filter(pk__in=amounts).order_by("pk"))
    if len(payments) != len(amounts) or any(amount <= 0 for amount in amounts.values()):
        raise NotPlaceable
    _lock_orders(payments)
    list(Payment.objects.select_for_update().filter(pk__in=amounts).order_by("pk").values_list("pk"))
    receipt = _lock(receipt_id, by)
    left = {payment: amounts[payment.pk] for payment in payments if not counts_for(receipt, payment)}
    if not left:
        return receipt
    if receipt.state not in PLACEABLE or receipt.direction != "in":
        raise WrongStep
    if sum(left.values()) > receipt.rest:
        raise TooMuch
    for payment, amount in left.items():
        confirm(payment, receipt, by=actor or Actor.of(by), amount=amount)
    receipt.refresh_from_db()
    audit.record(
        "receipt.assigned", receipt, by=actor or Actor.of(by), shop_id=_shop_id(receipt),
        payments=sorted(payment.pk for payment in left), amount=sum(left.values()),
    )  # fmt: skip
    return receipt


def _lock_orders(payments: list[Payment]) -> None:
    """Every order that will be touched, by ascending id, before any payment."""
    ids = {payment.order_id for payment in payments}
    ids |= set(Payment.objects.filter(shared__in=payments).values_list("order_id", flat=True))
    for order_id in sorted(pk for pk in ids if pk):
        locks.order(order_id)


def _shop_id(receipt: Receipt) -> int | None:
    return receipt.account.shop_id if receipt.account else None


@transaction.atomic
def ignore_receipt(receipt_id: int, reason: str, *, by: User, twice: bool = False) -> Receipt:
    """Some money is none of the market's: private, the operator's own. Its rest leaves the books; `reason` stays.

    `twice` says that the same transfer stands in the books already, told by somebody else, and ties the two together.
    A second call changes nothing. Raises StaffOnly, WrongStep for money that is placed or on its way back, NotTwice.
    """
    receipt = _lock(receipt_id, by)
    if receipt.state == Receipt.State.IGNORED:
        return receipt
    if receipt.state not in PLACEABLE:
        raise WrongStep
    same = _same_transfer(receipt) if twice else None
    before = receipt.state
    ledger.book_ignored(receipt, by.pk)
    receipt.state, receipt.confirms = Receipt.State.IGNORED, same
    receipt.save(update_fields=["state", "confirms"])
    audit.record(
        "receipt.ignored", receipt, by=Actor.of(by), shop_id=_shop_id(receipt), before=before, reason=reason[:200],
        same_as=same.pk if same else None,
    )  # fmt: skip
    return receipt


def _same_transfer(receipt: Receipt) -> Receipt:
    """The receipt that tells of the same transfer: same account, day and sum, from another source first. Raises NotTwice."""
    if receipt.allocated:
        raise NotTwice
    rows = Receipt.objects.select_for_update(of=("self",)).filter(
        on_day(receipt.booked_at), account=receipt.account, direction=receipt.direction, amount=receipt.amount,
        source__in=Receipt.BY_MACHINE, confirms__isnull=True, confirmed_by__isnull=True,
    ).exclude(pk=receipt.pk)  # fmt: skip
    same = sorted(
        rows, key=lambda row: (row.source == receipt.source, row.state == Receipt.State.IGNORED, row.pk)
    )
    if not same:
        raise NotTwice
    return same[0]


@transaction.atomic
def reopen_receipt(receipt_id: int, *, by: User) -> Receipt:
    """Money that was set aside waits to be placed again; a return that nobody approved yet is called off.

    A second call changes nothing. Raises StaffOnly, WrongStep for money that went out and for a return that is approved.
    """
    receipt = _lock(receipt_id, by)
    if receipt.state in PLACEABLE:
        return receipt
    receipt.confirms = receipt.confirms if receipt.state == Receipt.State.MATCHED else None
    if receipt.direction != "in" or receipt.rest <= 0:
        raise WrongStep
    if receipt.state == Receipt.State.RETURNING:
        withdraw_return(receipt, by=by)
    elif receipt.state == Receipt.State.IGNORED:
        ledger.book_ignored(receipt, by.pk, back=True)
    else:
        raise WrongStep
    before, receipt.state = receipt.state, Receipt.State.UNMATCHED
    receipt.save(update_fields=["state", "confirms"])
    ledger.book_unmatched(receipt)
    audit.record("receipt.reopened", receipt, by=Actor.of(by), shop_id=_shop_id(receipt), before=before)
    return receipt
