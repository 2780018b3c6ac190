"""Whose account money goes to."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import outbox
from accounts.models import User
from common import audit
from common.actors import SYSTEM, Actor
from common.folding import nfc
from payments.asking import TEST_AMOUNT
from payments.errors import OwnerOnly, StaffOnly
from payments.models import BankFeed, PaymentAccount, Receipt
from payments.order_codes import find_codes, marked_code
from sellers.access import Do, can
from sellers.models import Shop


@transaction.atomic
def set_account(
    shop: Shop, *, bank_bin: str, number: str, holder: str, by: User, at: datetime | None = None
) -> PaymentAccount:
    """Say where a shop's money goes. The first account counts at once; another one after ACCOUNT_COOL_HOURS, in which
    the owner can call it off. The account before it is closed then but still receives what is under way.

    Raises OwnerOnly for everybody but the shop's owner; consent never covers this.
    """
    if not can(by, Do.SET_ACCOUNT, shop):
        raise OwnerOnly
    at = at or timezone.now()
    locked = Shop.objects.select_for_update(of=("self",)).get(
        pk=shop.pk
    )  # of two changes at once the later counts
    mine = PaymentAccount.objects.filter(shop=locked)
    is_change = mine.in_use(at).exists()
    usable = at + timedelta(hours=settings.ACCOUNT_COOL_HOURS) if is_change else at
    mine.filter(closed_at__isnull=True, usable_from__gt=at).update(
        closed_at=F("usable_from")
    )  # never counted
    mine.in_use(at).update(closed_at=usable)
    account = PaymentAccount.objects.create(
        shop=shop, bank_bin=bank_bin, number=number, number_end=number[-4:], holder=nfc(holder), set_by=by,
        created_at=at, usable_from=usable,
    )  # fmt: skip
    BankFeed.objects.create(account=account)
    audit.record("account.set", account, by=Actor.of(by), bank=bank_bin)
    if is_change:
        _tell_owner(account)
    return account


def _tell_owner(account: PaymentAccount) -> None:
    """The phone that was known before the change hears of it, in time to call it off."""
    shop = account.shop
    assert shop is not None
    text = _(
        "Chợ Bản: tài khoản nhận tiền của %(shop)s sẽ đổi sang số có đuôi %(end)s lúc %(at)s. "
        "Nếu không phải bạn, hãy vào mục Tiền của tôi để hủy ngay."
    )
    at = timezone.localtime(account.usable_from).strftime("%H:%M %d/%m")
    outbox.post(
        text % {"shop": shop.name, "end": account.number_end, "at": at}, to=shop.owner, key=f"account:{account.pk}",
        kind="account_changed", urgent=True,
    )  # fmt: skip


@transaction.atomic
def call_off_account(shop: Shop, *, by: User, at: datetime | None = None) -> PaymentAccount | None:
    """Take back a change of account that does not count yet; the account before it goes on. None if there is none.

    Raises OwnerOnly.
    """
    if not can(by, Do.SET_ACCOUNT, shop):
        raise OwnerOnly
    at = at or timezone.now()
    locked = Shop.objects.select_for_update(of=("self",)).get(pk=shop.pk)
    mine = PaymentAccount.objects.filter(shop=locked)
    cooling = mine.filter(closed_at__isnull=True, usable_from__gt=at).first()
    if cooling is None:
        return None
    mine.filter(pk=cooling.pk).update(closed_at=F("usable_from"))
    mine.in_use(at).update(closed_at=None)
    audit.record("account.called_off", cooling, by=Actor.of(by))
    return mine.in_use(at).first()


@transaction.atomic
def begin_test(shop: Shop, account_id: int, *, by: User) -> PaymentAccount | None:
    """A code for a small transfer of the owner's to their own account, which shows that the number is right.

    A second call gives the same code. None for an account that is not this shop's or is closed. Raises OwnerOnly.
    """
    if not can(by, Do.SET_ACCOUNT, shop):
        raise OwnerOnly
    mine = PaymentAccount.objects.select_for_update(of=("self",)).filter(shop=shop, pk=account_id)
    account = mine.exclude(closed_at__lte=timezone.now()).first()
    if account is not None and not account.test_code:
        account.test_code = marked_code("K", settings.PAYMENT_CODE_PREFIX)
        account.save(update_fields=["test_code"])
    return account


def take_test(receipt: Receipt) -> bool:
    """Whether some money is an account's test transfer; then the account is verified. Call inside a transaction."""
    account = receipt.account
    if account is None or not account.test_code or receipt.amount > TEST_AMOUNT:
        return False
    if account.test_code not in [
        "K" + code for code in find_codes(receipt.memo, settings.PAYMENT_CODE_PREFIX)
    ]:
        return False
    if PaymentAccount.objects.filter(pk=account.pk, verified_at=None).update(verified_at=receipt.booked_at):
        audit.record("account.verified", account, by=SYSTEM)
    return True


@transaction.atomic
def set_operators_account(*, bank_bin: str, number: str, holder: str, by: User) -> PaymentAccount:
    """Say on which account of the operator money is pooled and debts are paid. The one before it still receives.

    Raises StaffOnly for everybody but those who run the market's money.
    """
    if not by.has_perm("payments.run_money"):
        raise StaffOnly
    PaymentAccount.objects.filter(shop__isnull=True, closed_at__isnull=True).update(closed_at=timezone.now())
    account = PaymentAccount.objects.create(
        bank_bin=bank_bin, number=number, number_end=number[-4:], holder=nfc(holder), set_by=by
    )
    BankFeed.objects.create(account=account)
    audit.record("account.set", account, by=Actor.of(by), bank=bank_bin, operators=True)
    return account
