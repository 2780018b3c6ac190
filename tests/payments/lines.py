"""Lines of bank accounts as they reach us, the operator's account, and whether the books agree."""

import itertools
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from payments.models import BankFeed, PaymentAccount, Receipt
from payments.providers.base import Direction, Notice
from payments.services import keep_and_match
from tests.factories import LONG_AGO

numbers = itertools.count(1)


def operators() -> PaymentAccount:
    """The account on which the operator pools money."""
    number = f"9704{next(numbers):08d}"
    account = PaymentAccount.objects.create(
        bank_bin="970436", number=number, number_end=number[-4:], holder="CHO BAN", usable_from=LONG_AGO
    )
    BankFeed.objects.create(account=account)
    return account


def line(account: PaymentAccount, amount: int, memo: str = "", **facts: Any) -> Receipt:
    """A line of an account, told by a notice (or another `source`), matched as far as its memo goes."""
    number = next(numbers)
    told = {"source": facts.pop("source", Receipt.Source.BANK), "event": facts.pop("event", None)}
    said = {
        "provider": "sepay", "provider_id": f"n{number}", "account_number": account.number, "direction": Direction.IN,
        "booked_at": timezone.now(), "bank_reference": f"FT{number}",
    }  # fmt: skip
    receipt = keep_and_match(account, Notice(amount=amount, memo=memo, **(said | facts)), **told)
    assert receipt is not None
    receipt.refresh_from_db()
    return receipt


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def books_agree() -> bool:
    """Whether the nightly proof finds no difference; raises with the list if it does."""
    call_command("ledger_check", stdout=StringIO())
    return True
