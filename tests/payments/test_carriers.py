"""Cash that carriers collected comes in, order by order; what is missing stays to be seen. Case 20 of the reference."""

import pytest

from common.actors import SYSTEM
from orders.models import Shipment
from orders.services import confirm_receipt, farmer_step, take_off
from orders.states import Carriage, State
from payments import balances, ledger, ledger_checks, self_checks
from payments.errors import RowWrong, StaffOnly, TooMuch, WrongStep
from payments.models import CarrierSettlement, Receipt
from payments.queries import overview_of
from payments.services import reopen_receipt, settle_carrier, tie_receipt
from payments.services.carriers import Row
from tests.factories import OrderFactory, ShopFactory, UserFactory
from tests.payments.paying import bank_line, money_runner, operators_bank

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return ShopFactory()


@pytest.fixture
def lan():
    return money_runner()


def carried(shop, amount=120_000, *, end=State.DELIVERED):
    """An order whose cash a carrier collects at the door."""
    order = OrderFactory(shop, pay_on_delivery=True, price=amount, quantity=1)
    farmer_step(order.pk, State.CONFIRMED, by=SYSTEM)
    farmer_step(order.pk, State.PACKED, by=SYSTEM)
    Shipment.objects.create(
        order=order, shop_id=shop.pk, carrier="ghn", key=order.public_code, state=Carriage.DELIVERED, cod=amount, grams=1,
        code=order.public_code,
    )  # fmt: skip
    farmer_step(order.pk, State.HANDED_OVER, by=SYSTEM)
    if end == State.DELIVERED:
        confirm_receipt(order.pk)
    elif end == State.RETURNED:
        Shipment.objects.update(state=Carriage.CAME_BACK)
        farmer_step(order.pk, State.RETURNED, by=SYSTEM)
    order.refresh_from_db()
    return order


def settle(rows, fee, by, key="k", **more):
    listed = [Row(order.public_code, amount) for order, amount in rows]
    return settle_carrier("ghn", listed, fee, operators_bank(), by, key=key, **more)


def balances_now(*accounts):
    return tuple(ledger.balance(account) for account in accounts)


def test_case_20_a_carrier_hands_over_less_its_fee(shop, lan):
    order = carried(shop)
    assert balances.available(shop.pk).in_transit == 120_000
    settle([(order, 120_000)], 8_000, lan)
    settle([(order, 120_000)], 8_000, lan)  # pressed twice
    assert balances_now("bank", "fees", "cash_in_transit") == (112_000, 8_000, 0)
    assert (ledger.seller_balance(shop.pk), balances.available(shop.pk).free) == (-120_000, 120_000)
    assert list(self_checks.accounts()) == list(self_checks.balances()) == []


def test_the_fee_is_the_sellers_where_the_market_says_so(shop, lan, settings):
    settings.CARRIER_FEE_TO_SELLERS = True
    other = ShopFactory()
    settle([(carried(shop), 120_000), (carried(other, 60_000), 60_000)], 9_001, lan)
    assert ledger.balance("fees") == 0
    assert (ledger.seller_balance(shop.pk), ledger.seller_balance(other.pk)) == (-113_999, -57_000)


def test_case_20_a_carrier_that_pays_less_still_owes_the_rest(shop, lan):
    order = carried(shop)
    settle([(order, 100_000)], 0, lan)
    assert balances.carriers_hold() == {"ghn": 20_000}
    assert balances.available(shop.pk).free == 100_000
    assert overview_of(shop).carrier_sum == 20_000
    with pytest.raises(RowWrong):
        settle([(order, 20_001)], 0, lan, key="k2")
    settle([(order, 20_000)], 0, lan, key="k3")
    assert balances.carriers_hold() == {}


def test_case_20_refused_at_the_door_nothing_is_in_transit(shop, lan):
    refused, good = carried(shop, end=State.RETURNED), carried(shop, 70_000)
    with pytest.raises(RowWrong):
        settle([(refused, 120_000)], 0, lan)
    settle([(refused, 0), (good, 70_000)], 5_000, lan)
    assert balances_now("bank", "fees", "cash_in_transit") == (65_000, 5_000, 0)


def test_case_20_partly_accepted_the_smaller_price_is_collected(shop, lan):
    order = carried(shop, end=State.HANDED_OVER)
    take_off(order, 50_000, reason="short")
    confirm_receipt(order.pk)
    assert balances.carriers_hold() == {"ghn": 70_000}
    settle([(order, 70_000)], 0, lan)
    assert balances_now("bank", "cash_in_transit") == (70_000, 0)


def test_the_banks_line_of_a_settlement_counts_once_whichever_came_first(shop, lan):
    before = bank_line("GHN doi soat", 112_000)
    settle([(carried(shop), 120_000)], 8_000, lan, receipt=before)
    later = settle([(carried(shop, 60_000), 60_000)], 0, lan, key="k2")
    line = bank_line("GHN doi soat", 60_000)
    tie_receipt(later.pk, line.pk, by=lan)
    tie_receipt(later.pk, line.pk, by=lan)
    assert balances_now("bank", "unmatched", "cash_in_transit") == (172_000, 0, 0)
    assert set(Receipt.objects.filter(source="bank").values_list("state", flat=True)) == {"ignored"}
    assert [*self_checks.receipts(), *ledger_checks.bank(), *ledger_checks.unmatched()] == []
    with pytest.raises(WrongStep):  # the desk does not make it nobody's again
        reopen_receipt(line.pk, by=lan)


def test_a_bank_line_of_another_sum_or_in_use_is_refused(shop, lan):
    order = carried(shop)
    with pytest.raises(TooMuch):
        settle([(order, 120_000)], 0, lan, receipt=bank_line("GHN", 119_999))
    line = bank_line("GHN", 120_000)
    settle([(order, 120_000)], 0, lan, receipt=line)
    with pytest.raises(WrongStep):
        settle([(carried(shop), 120_000)], 0, lan, key="k2", receipt=line)


@pytest.mark.parametrize("wrong", ["unknown", "twice", "more", "negative", "none", "another carrier's"])
def test_a_row_that_cannot_be_books_nothing(shop, lan, wrong):
    order = carried(shop)
    rows = {
        "unknown": [Row("XXXXXXXXXX", 1)], "twice": [Row(order.public_code, 1)] * 2, "more": [Row(order.public_code, 120_001)],
        "negative": [Row(order.public_code, -1)], "none": [], "another carrier's": [Row(order.public_code, 1)],
    }[wrong]  # fmt: skip
    with pytest.raises(RowWrong):
        settle_carrier("ahamove" if "carrier" in wrong else "ghn", rows, 0, operators_bank(), lan, key="k")
    assert not CarrierSettlement.objects.exists()
    assert ledger.balance("bank") == 0


def test_only_those_who_run_money_settle_with_carriers(shop):
    with pytest.raises(StaffOnly):
        settle([(carried(shop), 1)], 0, UserFactory())


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_cash_is_never_handed_over_twice(shop, lan, run_at_once):
    order = carried(shop)
    keys = iter(["a", "b", "c", "d"])
    said = run_at_once(4, lambda: settle([(order, 120_000)], 0, lan, key=next(keys)))
    assert sorted(said) == ["RowWrong"] * 3 + ["ok"]
    assert balances_now("bank", "cash_in_transit") == (120_000, 0)
