"""Lines of bank accounts, as any provider would tell of them."""

from datetime import UTC, datetime

from payments.models import PaymentAccount
from payments.providers.base import Direction, Notice


def bank_line(account: PaymentAccount, memo: str, amount: int, *, number: str = "1", **facts) -> Notice:
    """Money that came to an account on 20 November 2026, or went out with `direction`."""
    defaults = {
        "provider": "sepay", "provider_id": number, "account_number": account.number, "direction": Direction.IN,
        "amount": amount, "memo": memo, "booked_at": datetime(2026, 11, 20, 7, 2, 37, tzinfo=UTC),
        "bank_reference": f"FT{account.pk}-{number}",
    }  # fmt: skip
    return Notice(**(defaults | facts))
