"""The showcase's market day: a few sales of this morning, by the services, one told by the bank and one by nobody else."""

from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from accounts.models import User
from common.actors import Actor
from payments import services
from payments.models import StallSale
from payments.providers.base import Direction, Notice
from sellers.models import Shop

SALES = [  # minutes ago, way, đồng, note, whether the bank says so
    (170, "cash", 20_000, "2 mớ rau", False), (150, "stall", 45_000, "1 kg na", True), (121, "plate", 90_000, "2 kg na", True),
    (95, "stall", 135_000, "", True), (70, "plate", 32_000, "", False), (44, "cash", 15_000, "", False), (12, "stall", 60_000, "", True),
]  # fmt: skip


def sell_today(shop: Shop, trader: User) -> None:
    """A market day that is still open, with sales of every kind. The same rows each time but for the clock."""
    by, now = Actor.of(trader), timezone.now()
    services.open_session(shop, "Chợ phiên Đồng Mỏ", place="Dãy hàng quả", by=by, at=now - timedelta(hours=3))
    plate = services.plate_for(shop)
    sell = {
        "cash": services.cash_sale, "plate": services.plate_sale_entered, "stall": services.start_sale,
    }  # fmt: skip
    for number, (ago, how, amount, note, told) in enumerate(SALES):
        at, name = now - timedelta(minutes=ago), uuid5(NAMESPACE_URL, f"demo-stall-{number}")
        sale = sell[how](shop, amount, client_uuid=name, note=note, by=by, at=at)
        if told:
            _bank_tells(sale, sale.payment.code or plate.code, number)


def _bank_tells(sale: StallSale, code: str, number: int) -> None:
    account = sale.payment.account
    assert account is not None
    notice = Notice(
        provider="sepay", provider_id=f"demo-stall-{number}", account_number=account.number, direction=Direction.IN,
        amount=sale.amount, bank_reference=f"DEMOSTALL{number}", memo=f"MBVCB.{code}.CT tu 0011001234567",
        counterparty="", booked_at=sale.sold_at,
    )  # fmt: skip
    services.keep_and_match(account, notice)
