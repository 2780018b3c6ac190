"""A farmer's bank account is set by who holds the farmer's phone: typed in, then proved by a code sent there.

What is typed is kept beside the account, its number encrypted, never in the session. Source: payments reference, section 6.
"""

import hmac
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User
from common import audit
from common.actors import Actor
from common.folding import nfc
from common.messaging import send_text
from payments.errors import NoPhone, OwnerOnly, TooManyCodes
from payments.models import AccountChange, PaymentAccount
from payments.services.accounts import set_account
from sellers.access import Do, can
from sellers.errors import TooManyTries, WrongCode
from sellers.models import Shop

CODE_LIFE = timedelta(minutes=10)
MOST_TRIES = 5  # for one code
MOST_CODES = 5  # in one hour
HOUR = timedelta(hours=1)


@transaction.atomic
def ask_account(
    shop: Shop, *, bank_bin: str, number: str, holder: str, by: User, request: HttpRequest | None = None,
    at: datetime | None = None,
) -> AccountChange:  # fmt: skip
    """Keep what was typed and send a code to the owner's phone. What was typed before is forgotten.

    Raises OwnerOnly, NoPhone, TooManyCodes after five codes in an hour.
    """
    _check_owner(shop, by)
    change, _new = AccountChange.objects.get_or_create(shop=shop, defaults={"asked_by": by})
    change = AccountChange.objects.select_for_update().get(pk=change.pk)
    change.bank_bin, change.holder, change.asked_by = bank_bin, nfc(holder), by
    change.number, change.number_end = number, number[-4:]
    return _send_code(shop, change, request, at or timezone.now())


@transaction.atomic
def send_code_again(
    shop: Shop, *, by: User, request: HttpRequest | None = None, at: datetime | None = None
) -> AccountChange | None:
    """Another code for what waits for one; the one before is void. None if nothing waits.

    Raises OwnerOnly, TooManyCodes.
    """
    _check_owner(shop, by)
    change = AccountChange.objects.select_for_update().filter(shop=shop).exclude(code_hash="").first()
    return _send_code(shop, change, request, at or timezone.now()) if change else None


def _check_owner(shop: Shop, by: User) -> None:
    if not can(by, Do.SET_ACCOUNT, shop):
        raise OwnerOnly


def _send_code(shop: Shop, change: AccountChange, request: HttpRequest | None, at: datetime) -> AccountChange:
    phone = shop.owner.phone if shop.owner else None
    if not phone:
        raise NoPhone
    if at - change.codes_since >= HOUR:
        change.codes_since, change.codes_sent = at, 0
    if change.codes_sent >= MOST_CODES:
        raise TooManyCodes
    code = f"{secrets.randbelow(10**6):06d}"
    change.codes_sent += 1
    change.code_hash, change.code_sent_at, change.attempts = _code_hash(shop, code), at, 0
    change.save()
    text = _(
        "%(code)s là mã để nhận tiền của %(shop)s vào tài khoản đuôi %(end)s trên Chợ Bản. Đừng đọc mã cho ai."
    )
    body = text % {"code": code, "shop": shop.name, "end": change.number_end}
    transaction.on_commit(lambda: send_text(phone, body, request))
    return change


def _code_hash(shop: Shop, code: str) -> str:
    return salted_hmac("payments.account", f"{shop.pk}:{code}", algorithm="sha256").hexdigest()


def prove_account(shop: Shop, code: str, *, by: User, at: datetime | None = None) -> PaymentAccount | None:
    """The code was typed: the account is set. None if nothing waits for a code.

    Raises OwnerOnly, WrongCode (also after ten minutes), TooManyTries; a wrong try is counted even so.
    """
    _check_owner(shop, by)
    at, account = at or timezone.now(), None
    with transaction.atomic():
        change = AccountChange.objects.select_for_update().filter(shop=shop).exclude(code_hash="").first()
        if change is None:
            return None
        AccountChange.objects.filter(pk=change.pk).update(attempts=F("attempts") + 1)
        tries_left, fresh = change.attempts < MOST_TRIES, at - change.code_sent_at < CODE_LIFE
        right = hmac.compare_digest(change.code_hash, _code_hash(shop, code.strip()))
        if right and fresh and tries_left:
            account = set_account(
                shop, bank_bin=change.bank_bin, number=change.number or "", holder=change.holder, by=by, at=at
            )
            _forget(change)
    if account is None:  # raised outside, so that the count of tries is kept
        raise (
            WrongCode(_("Mã chưa đúng hoặc đã hết hạn. Hãy xem lại tin nhắn."))
            if tries_left
            else TooManyTries
        )
    return account


@transaction.atomic
def drop_account_change(shop: Shop, *, by: User) -> None:
    """Forget what was typed before its code was. Raises OwnerOnly."""
    _check_owner(shop, by)
    change = AccountChange.objects.select_for_update().filter(shop=shop).exclude(code_hash="").first()
    if change is not None:
        _forget(change)
        audit.record("account.dropped", change, by=Actor.of(by))


def _forget(change: AccountChange) -> None:
    """Empty the row; how many codes were sent in this hour stays, else dropping would give new ones."""
    AccountChange.objects.filter(pk=change.pk).update(
        bank_bin="", number=None, number_end="", holder="", code_hash=""
    )
