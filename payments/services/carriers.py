"""Cash that carriers collected: what they hand over, for which orders, less what they keep.

An order whose cash is not handed over in full stays on the carrier's account in the ledger, to be seen there, until it comes
or is written off (`services.carrier_losses`).
Source: payments reference, section 7 (COD by carrier), case 20.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import audit
from common.actors import Actor
from common.money import share, show_dong
from orders import locks
from orders.models import Order
from payments import ledger
from payments.carrier_queries import held_for
from payments.errors import NoOperatorsAccount, RowWrong, StaffOnly, TooMuch, WrongStep
from payments.models import (
    Account,
    CarrierSettlement,
    CarrierSettlementLine,
    PaymentAccount,
    Receipt,
)


@dataclass(frozen=True)
class Row:
    """What a carrier says of one order: the order's public code, and how many đồng it collected (0: refused)."""

    code: str
    amount: int


@transaction.atomic
def settle_carrier(
    carrier: str, rows: Sequence[Row], fee: int, account: PaymentAccount | None, by: User, *, key: str,
    receipt: Receipt | None = None, at: datetime | None = None,
) -> CarrierSettlement:  # fmt: skip
    """A carrier has handed over what it collected for these orders, less `fee` (đồng). The same `key` is booked once.

    `receipt` is the bank's line of it, if that came already and could not be placed; its amount must be the very same.
    Where CARRIER_FEE_TO_SELLERS is set the fee is the sellers', in proportion. Raises StaffOnly, NoOperatorsAccount,
    RowWrong (unknown order, named twice, more than the carrier holds), TooMuch when the fee is, WrongStep for a receipt.
    """
    check_staff(by)
    if account is None:
        raise NoOperatorsAccount
    before = CarrierSettlement.objects.filter(key=key).first()
    if before is not None:
        return before
    orders = lock_orders([row.code for row in rows])
    before = CarrierSettlement.objects.filter(
        key=key
    ).first()  # somebody pressed twice, and waited at the lock
    if before is not None:
        return before
    for row in rows:
        _check_row(carrier, orders[row.code], row)
    collected = sum(row.amount for row in rows)
    if fee < 0 or fee > collected:
        raise TooMuch(field="fee")
    if receipt is not None:
        receipt = _take_receipt(receipt, account, collected - fee, by)
    settlement = CarrierSettlement.objects.create(
        key=key, carrier=carrier, account=account, collected=collected, fee=fee, made_by=by, receipt=receipt,
        fee_to_sellers=settings.CARRIER_FEE_TO_SELLERS, created_at=at or timezone.now(),
    )  # fmt: skip
    fees = share(fee, [row.amount for row in rows])
    CarrierSettlementLine.objects.bulk_create(
        CarrierSettlementLine(
            settlement=settlement, order=orders[row.code], shop_id=orders[row.code].shop_id, amount=row.amount, fee=part,
        )
        for row, part in zip(rows, fees, strict=True)
    )  # fmt: skip
    _book(settlement, by)
    audit.record(
        "carrier.settled", settlement, by=Actor.of(by), carrier=carrier, collected=collected, fee=fee
    )
    return settlement


def check_staff(by: User) -> None:
    """Raises StaffOnly for those who do not run the market's money."""
    if not by.has_perm("payments.run_money"):
        raise StaffOnly


def lock_orders(codes: Sequence[str]) -> dict[str, Order]:
    """The orders by code, locked by ascending id. Raises RowWrong for none, an unknown one, or one named twice."""
    found = dict(Order.objects.filter(public_code__in=codes).values_list("public_code", "pk"))
    for code in codes:
        if code not in found:
            raise RowWrong(_("Không có đơn %(code)s.") % {"code": code})
        if codes.count(code) > 1:
            raise RowWrong(_("Đơn %(code)s được ghi hai lần.") % {"code": code})
    if not codes:
        raise RowWrong(_("Hãy ghi ít nhất một đơn."))
    return {order.public_code: order for order in (locks.order(pk) for pk in sorted(found.values()))}


def _check_row(carrier: str, order: Order, row: Row) -> None:
    held = held_for(carrier, order)
    if row.amount < 0 or row.amount > held:
        words = _("Đơn %(code)s: hãng chỉ giữ %(held)s.")
        raise RowWrong(words % {"code": order.public_code, "held": show_dong(held)})
    if not row.amount and not order.shipments.filter(carrier=carrier).exists():
        raise RowWrong(_("Đơn %(code)s không do hãng này giao.") % {"code": order.public_code})


def _take_receipt(receipt: Receipt, account: PaymentAccount, amount: int, by: User) -> Receipt:
    """A bank line that is the carrier's: nobody else's, of that account and amount. The settlement stands in the books for
    it. Raises WrongStep, TooMuch."""
    receipt = Receipt.objects.select_for_update(of=("self",)).get(pk=receipt.pk)
    if receipt.account_id != account.pk or receipt.state != Receipt.State.UNMATCHED or receipt.allocated:
        raise WrongStep
    if receipt.amount != amount:
        raise TooMuch(_("Số tiền ngân hàng báo khác số hãng nộp."), field="receipt")
    ledger.book_ignored(receipt, by.pk)
    receipt.state = Receipt.State.IGNORED  # it pays no order: the orders' cash was counted at the door
    receipt.save(update_fields=["state"])
    return receipt


def _book(settlement: CarrierSettlement, by: User) -> None:
    came = ledger.at_bank(settlement.account, settlement.handed_over)
    transit = ledger.Line(Account.CASH_IN_TRANSIT, -settlement.collected, party=settlement.carrier)
    if settlement.collected:
        fee = ledger.Line(Account.FEES, settlement.fee)
        ledger.post(f"carrier:{settlement.pk}", "carrier", [came, fee, transit], actor_id=by.pk)
    if settlement.fee_to_sellers and settlement.fee:
        lines = settlement.lines.values("shop_id").annotate(sum=Sum("fee")).order_by("shop_id")
        passed = [ledger.Line(Account.SELLER, line["sum"], line["shop_id"]) for line in lines]
        passed.append(ledger.Line(Account.FEES, -settlement.fee))
        ledger.post(f"carrier:{settlement.pk}:fee", "carrier_fee", passed, actor_id=by.pk)


@transaction.atomic
def tie_receipt(settlement_id: int, receipt_id: int, *, by: User) -> CarrierSettlement:
    """The bank's line of a settlement came after it was written down: one money, counted once.

    A second call with the same line changes nothing. Raises StaffOnly, WrongStep, TooMuch for another amount.
    """
    check_staff(by)
    rows = CarrierSettlement.objects.select_for_update(of=("self",)).select_related("account")
    settlement = rows.get(pk=settlement_id)
    if settlement.receipt_id == receipt_id:
        return settlement
    if settlement.receipt_id:
        raise WrongStep
    line = Receipt.objects.get(pk=receipt_id)
    settlement.receipt = _take_receipt(line, settlement.account, settlement.handed_over, by)
    settlement.save(update_fields=["receipt"])
    audit.record("carrier.tied", settlement, by=Actor.of(by), receipt=receipt_id)
    return settlement
