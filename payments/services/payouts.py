"""The operator's money to sellers, step by step: draft, approved by another person, sent to the bank, settled or returned.

What is approved leaves the seller's balance at once, under that balance's lock, so that no two payouts together exceed it.
Locks: the payout, then the seller's balance. Source: payments reference, sections 6 and 7.
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import outbox
from accounts.models import User
from common import audit
from common.actors import SYSTEM, Actor
from common.money import show_dong
from payments import balances, ledger
from payments.errors import (
    AccountTooYoung,
    MoneyHeld,
    NoOperatorsAccount,
    NothingToPay,
    NotYourself,
    StaffOnly,
    TooMuch,
    WrongStep,
)
from payments.models import Account, PaymentAccount, Payout, PayoutBatch, Receipt, SellerBalance
from payments.order_codes import marked_code
from payments.payout_files import LAYOUTS
from payments.queries import money_people
from payments.settling import operators_account

State = Payout.State
NEXT = {
    State.DRAFT: {State.APPROVED, State.CANCELLED},
    State.APPROVED: {State.SENT, State.SETTLED, State.CANCELLED},
    State.SENT: {State.SETTLED, State.RETURNED},
    State.SETTLED: {State.RETURNED},
}  # a state without a line is final


def _check_staff(by: User) -> None:
    if not by.has_perm("payments.run_money"):
        raise StaffOnly


def _lock(payout_id: int) -> Payout:
    rows = Payout.objects.select_for_update(of=("self",)).select_related(
        "shop__owner", "account", "batch__account"
    )
    return rows.get(pk=payout_id)  # fmt: skip


def _lock_balance(shop_id: int) -> bool:
    """Keep everybody else from the seller's balance until the transaction ends. False if nothing was ever booked."""
    return SellerBalance.objects.select_for_update().filter(shop=shop_id).first() is not None


def _step(payout: Payout, to: Payout.State, by: Actor, **changes: object) -> None:
    """One step of the table. Raises WrongStep."""
    before = State(payout.state)
    if to not in NEXT.get(before, ()):
        raise WrongStep
    payout.state = to
    for column, value in changes.items():
        setattr(payout, column, value)
    payout.save(update_fields=["state", *changes])
    audit.record(f"payout.{to}", payout, by=by, shop_id=payout.shop_id, amount=payout.amount, before=before)


# --- drafting ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def draft_payout(
    shop_id: int, *, amount: int | None = None, by: User | None = None, at: datetime | None = None
) -> Payout:
    """Propose to pay a seller everything that is free, or `amount` (đồng) of it. A draft that waits is given again.

    Raises StaffOnly, NothingToPay (below the least amount, or in debt), TooMuch, AccountTooYoung: the money is held then.
    """
    if by is not None:
        _check_staff(by)
    if not _lock_balance(shop_id):
        raise NothingToPay
    waiting = Payout.objects.filter(shop=shop_id, state=State.DRAFT).first()
    if waiting is not None:
        return waiting
    free = balances.available(shop_id).free
    wanted = free if amount is None else amount
    if wanted > free:
        raise TooMuch
    if wanted < max(settings.PAYOUT_LEAST, 1):
        raise NothingToPay
    payout = Payout.objects.create(
        shop_id=shop_id, account=_account_for(shop_id, at), amount=wanted, drafted_by=by,
        code=marked_code("P", settings.PAYMENT_CODE_PREFIX), created_at=at or timezone.now(),
    )  # fmt: skip
    audit.record("payout.draft", payout, by=Actor.of(by) if by else SYSTEM, shop_id=shop_id, amount=wanted)
    return payout


def _account_for(shop_id: int, at: datetime | None) -> PaymentAccount:
    account = balances.payable_account(shop_id, at)
    if account is None:
        raise AccountTooYoung
    return account


def draft_payouts(at: datetime | None = None, *, by: User | None = None) -> dict[str, int]:
    """A draft for every seller to whom enough is owed. Safe to run again. Returns how many were drafted, held, and short.

    `by` is who pressed the button, None the timer. Nothing is drafted in bulk to an account from which the bank has just
    sent money back: a person looks first.
    """
    done = {"drafted": 0, "held": 0, "nothing": 0}
    owed = SellerBalance.objects.filter(amount__lte=-max(settings.PAYOUT_LEAST, 1))
    drafted = Payout.objects.filter(state=State.DRAFT).values("shop")
    for shop_id in list(owed.exclude(shop__in=drafted).order_by("pk").values_list("shop_id", flat=True)):
        if _just_returned(shop_id):
            done["held"] += 1
            continue
        try:
            draft_payout(shop_id, by=by, at=at)
            done["drafted"] += 1
        except AccountTooYoung:
            done["held"] += 1
        except NothingToPay:
            done["nothing"] += 1
    return done


def _just_returned(shop_id: int) -> bool:
    """Whether the seller's last payout came back from the account that is still theirs."""
    ended = Payout.objects.filter(shop=shop_id, state__in=(State.SETTLED, State.SENT, State.RETURNED))
    last = ended.select_related("account").order_by("-pk").first()
    return last is not None and last.state == State.RETURNED and last.account.closed_at is None


@transaction.atomic
def approve_payout(payout_id: int, *, by: User, at: datetime | None = None) -> Payout:
    """Give leave: the money leaves the seller's balance. A second call changes nothing.

    Raises StaffOnly, NotYourself for who drafted it or owns the shop, AccountTooYoung when the account has changed since,
    MoneyHeld when less is free by now, WrongStep.
    """
    _check_staff(by)
    payout = _lock(payout_id)
    if payout.approved_by_id and payout.state != State.CANCELLED:
        return payout
    if by.pk in (payout.drafted_by_id, payout.shop.owner_id):
        raise NotYourself
    _lock_balance(payout.shop_id)
    if balances.payable_account(payout.shop_id, at) != payout.account:
        raise AccountTooYoung
    if payout.amount > balances.available(payout.shop_id, without=payout).free:
        raise MoneyHeld
    _step(payout, State.APPROVED, Actor.of(by), approved_by=by, approved_at=at or timezone.now())
    lines = [
        ledger.Line(Account.SELLER, payout.amount, payout.shop_id),
        ledger.Line(Account.PAYOUTS_OUT, -payout.amount, payout.shop_id),
    ]
    ledger.post(f"payout:{payout.pk}", "payout", lines, actor_id=by.pk, at=at)
    return payout


@transaction.atomic
def cancel_payout(payout_id: int, *, by: User, at: datetime | None = None) -> Payout:
    """Take a payout back before it went to the bank; the money stays the seller's. A second call changes nothing.

    Raises StaffOnly, WrongStep once a file with it was made: the bank may have it.
    """
    _check_staff(by)
    payout = _lock(payout_id)
    if payout.state == State.CANCELLED:
        return payout
    if payout.batch is not None and payout.batch.file_made_at:
        raise WrongStep
    _step(payout, State.CANCELLED, Actor.of(by), ended_at=at or timezone.now(), batch=None)
    ledger.reverse(f"payout:{payout.pk}", actor_id=by.pk)
    return payout


# --- to the bank ------------------------------------------------------------------------------------------------------


@transaction.atomic
def make_batch(
    payout_ids: Iterable[int], layout: str, *, by: User, at: datetime | None = None
) -> PayoutBatch:
    """Put approved payouts together for one file. What the timer drafted is batched by another person than approved it.

    Raises StaffOnly, NothingToPay for an empty list, WrongStep if one of them is not approved or is in a batch already,
    NotYourself, NoOperatorsAccount.
    """
    _check_staff(by)
    account, ids = operators_account(), set(payout_ids)
    if account is None:
        raise NoOperatorsAccount
    payouts = list(Payout.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    if not payouts:
        raise NothingToPay
    if (
        layout not in LAYOUTS
        or len(payouts) < len(ids)
        or any(p.state != State.APPROVED or p.batch_id for p in payouts)
    ):
        raise WrongStep  # fmt: skip
    if any(_was_one_persons(payout, by) for payout in payouts):
        raise NotYourself
    batch = PayoutBatch.objects.create(
        account=account, layout=layout, made_by=by, created_at=at or timezone.now()
    )
    Payout.objects.filter(pk__in=ids).update(batch=batch)
    audit.record("payout_batch.made", batch, by=Actor.of(by), payouts=len(payouts), layout=layout)
    return batch


def _was_one_persons(payout: Payout, by: User) -> bool:
    """Two people have a hand in every payout: where the timer drafted, who approves and who sends."""
    return payout.drafted_by_id is None and payout.approved_by_id == by.pk


@transaction.atomic
def take_file(batch_id: int, *, by: User, at: datetime | None = None) -> PayoutBatch:
    """Somebody takes the batch's file, with whole account numbers: from now on its payouts may be with the bank.

    Raises StaffOnly.
    """
    _check_staff(by)
    batch = PayoutBatch.objects.select_for_update(of=("self",)).select_related("account").get(pk=batch_id)
    batch.file_made_at = at or timezone.now()
    batch.save(update_fields=["file_made_at"])
    audit.record("payout_batch.file", batch, by=Actor.of(by))
    return batch


@transaction.atomic
def batch_sent(batch_id: int, *, by: User, at: datetime | None = None) -> PayoutBatch:
    """The bank has the file; sellers hear that money is on its way. A second call changes nothing.

    Raises StaffOnly, WrongStep while no file was made.
    """
    _check_staff(by)
    at = at or timezone.now()
    payouts = Payout.objects.filter(batch=batch_id).order_by("pk").values_list("pk", flat=True)
    locked = [_lock(pk) for pk in payouts]
    batch = PayoutBatch.objects.select_for_update().get(pk=batch_id)
    if batch.sent_at:
        return batch
    if not batch.file_made_at:
        raise WrongStep
    for payout in locked:
        if payout.state == State.APPROVED:  # the bank's line may have been faster
            _step(payout, State.SENT, Actor.of(by), sent_at=at)
            _tell_sent(payout)
    batch.sent_at = at
    batch.save(update_fields=["sent_at"])
    return batch


@transaction.atomic
def settle_payout(
    payout_id: int, *, by: Actor = SYSTEM, line: Receipt | None = None, at: datetime | None = None
) -> Payout:
    """The money has left the operator's account: by the bank's `line` with the code, or because staff saw it there.

    A second call changes nothing. Raises WrongStep for a payout that nobody approved or that came back.
    """
    payout = _lock(payout_id)
    if payout.state == State.SETTLED:
        return payout
    account = line.account if line else (payout.batch.account if payout.batch else operators_account())
    if account is None:
        raise NoOperatorsAccount
    at = at or timezone.now()
    _step(payout, State.SETTLED, by, settled_at=at, sent_at=payout.sent_at or at, line=line)
    lines = [
        ledger.Line(Account.PAYOUTS_OUT, payout.amount, payout.shop_id), ledger.at_bank(account, -payout.amount)
    ]  # fmt: skip
    ledger.post(f"payout:{payout.pk}:settled", "payout_settled", lines, actor_id=by.user_id, at=at)
    _tell_sent(payout)
    return payout


@transaction.atomic
def return_payout(
    payout_id: int, fault: str, *, by: Actor = SYSTEM, line: Receipt | None = None, at: datetime | None = None
) -> Payout:
    """The bank sent it back: the money is the seller's again; seller and staff are told. A second call changes nothing.

    `fault` is the bank's word, `line` its line of the money coming back. Raises WrongStep for one that was not sent.
    """
    payout = _lock(payout_id)
    if payout.state == State.RETURNED:
        return payout
    was_settled = payout.state == State.SETTLED
    at = at or timezone.now()
    _step(payout, State.RETURNED, by, fault=fault[:100], ended_at=at, return_line=line)
    if was_settled:
        ledger.reverse(f"payout:{payout.pk}:settled", actor_id=by.user_id)
    ledger.reverse(f"payout:{payout.pk}", actor_id=by.user_id)
    _tell_returned(payout)
    return payout


# --- telling ----------------------------------------------------------------------------------------------------------


def _facts(payout: Payout) -> dict[str, str]:
    facts = {"amount": show_dong(payout.amount), "end": payout.account.number_end, "code": payout.code}
    return facts | {"shop": payout.shop.name}


def _tell_sent(payout: Payout) -> None:
    """Once, whether it was sent first or seen in the bank first."""
    if payout.shop.owner is None:
        return
    text = _("Chợ Bản: đã chuyển %(amount)s vào tài khoản đuôi %(end)s của bạn, nội dung %(code)s.")
    key = f"payout:{payout.pk}:sent"
    outbox.post(text % _facts(payout), to=payout.shop.owner, key=key, kind="payout_sent")


def _tell_returned(payout: Payout) -> None:
    if payout.shop.owner is not None:
        text = _(
            "Chợ Bản: ngân hàng trả lại %(amount)s gửi vào tài khoản đuôi %(end)s. Tiền vẫn là của bạn; "
            "hãy xem lại số tài khoản ở mục Tiền của tôi."
        )
        key = f"payout:{payout.pk}:returned"
        outbox.post(text % _facts(payout), to=payout.shop.owner, key=key, kind="payout_returned", urgent=True)
    for person in money_people():
        text = _("Chợ Bản: khoản chi trả %(code)s (%(amount)s) cho %(shop)s bị ngân hàng trả lại.")
        key = f"payout:{payout.pk}:returned:{person.pk}"
        outbox.post(text % _facts(payout), to=person, key=key, kind="payout_returned")
