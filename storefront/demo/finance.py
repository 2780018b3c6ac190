"""What waits on the demo's finance desk: an account of the operator's, and money that no code placed."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from payments.models import Payment, PaymentAccount
from payments.providers.base import Direction, Notice
from payments.services import keep_and_match, set_operators_account

LINES = [
    ("FT26330001", 150_000, "NGUYEN VAN HUNG ung ho ba con", "NGUYEN VAN HUNG"),
    ("FT26330002", 85_000, "0912345678 mua na", "LE THI HOA"),
]


def write(clerk: User) -> None:
    """Two transfers nobody can place on the operator's account; one to a farmer with a sign of its code wrong."""
    now = timezone.now()
    account = set_operators_account(bank_bin="970436", number="1023456789012", holder="CHO BAN", by=clerk)
    for number, (reference, amount, memo, sender) in enumerate(LINES):
        _line(account, reference, amount, memo, sender, now - timedelta(hours=3 + number))
    payment = Payment.objects.filter(
        state=Payment.State.WAITING, account__shop__isnull=False, received=0, code__isnull=False
    ).select_related("account").order_by("pk").last()  # fmt: skip
    if payment is not None and payment.account is not None and payment.code is not None:
        wrong = payment.code[:5] + ("A" if payment.code[5] != "A" else "B") + payment.code[6:]
        _line(
            payment.account,
            "FT26330003",
            payment.rest,
            f"MBVCB.327890.{wrong}.CT",
            "",
            now - timedelta(hours=1),
        )


def _line(account: PaymentAccount, reference: str, amount: int, memo: str, sender: str, at: datetime) -> None:
    keep_and_match(
        account,
        Notice(
            provider="sepay", provider_id=reference, account_number=account.number, direction=Direction.IN, amount=amount,
            booked_at=at, bank_reference=reference, memo=memo, counterparty=sender,
        ),
    )  # fmt: skip
