"""How sales were paid: each counts once its price is complete, and leaves the figures when it goes back."""

from datetime import date

import pytest
from django.db.models import Sum
from django.utils import timezone

from common.actors import Actor
from common.days import local_day
from growth import self_checks
from orders.models import Order
from orders.services import farmer_step, take_off
from orders.states import State
from payments import sales
from payments.models import PaidBy, Payment, Receipt, SaleEvent, SellerYear
from payments.sales import Share, share_of_shop
from payments.services import confirm
from tests.factories import DeliveredOrderFactory, OrderFactory, ShopFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return ShopFactory()


def banked(payment, amount=None, source=Receipt.Source.BANK, at=None):
    """Money that came for a payment, told by the bank unless said otherwise."""
    receipt = Receipt.objects.create(
        account=payment.account, source=source, state=Receipt.State.UNMATCHED, amount=amount or payment.rest,
        booked_at=at or timezone.now(),
    )  # fmt: skip
    confirm(payment, receipt)
    return receipt


def today(shop):
    return share_of_shop(shop.pk, local_day(), local_day())


def differences():
    return [*self_checks.paid_sales(), *self_checks.years()]


def stall_sale(shop, amount, source):
    """A sale at a stall, as its till keeps it."""
    payment = Payment.objects.create(
        purpose=Payment.Purpose.STALL, shop_id=shop.pk, amount=amount, method="cash"
    )
    banked(payment, source=source)
    return payment


def test_the_worked_example(shop):
    """Cash 100.000, by a bank 200.000, by the seller's word 300.000, later confirmed by the bank; one goes back."""
    DeliveredOrderFactory(shop, price=100_000, quantity=1)
    banked(OrderFactory(shop, price=200_000, quantity=1).payments.get())
    said = OrderFactory(shop, price=300_000, quantity=1, paid_in_full=True)
    assert today(shop) == Share(200_000, 300_000, 100_000, 1, 1, 1)
    assert today(shop).cashless_percent == 83
    assert today(shop).cashless_percent_of_sales == 67

    banked(said.payments.get(), 300_000)
    assert today(shop) == Share(500_000, 0, 100_000, 2, 0, 1)

    farmer_step(said.pk, State.CANCELLED, by=Actor.of(shop.owner))
    assert today(shop) == Share(200_000, 0, 100_000, 1, 0, 1)
    assert today(shop).cashless_percent == 67
    assert differences() == []


def test_an_order_that_is_partly_paid_is_no_sale_yet(shop):
    payment = OrderFactory(shop, price=100_000, quantity=1).payments.get()
    banked(payment, 99_999)
    assert today(shop) == Share()
    banked(payment, 1)
    assert today(shop).machine == 100_000


def test_two_ways_share_the_goods_and_the_sale_counts_for_the_larger_part(shop):
    payment = OrderFactory(shop, price=100_000, quantity=1).payments.get()
    banked(payment, 60_000)
    banked(payment, 40_000, Receipt.Source.SELLER)
    assert today(shop) == Share(60_000, 40_000, 0, 1, 0, 0)


def test_of_equal_parts_the_sale_counts_for_the_less_certain_one(shop):
    payment = OrderFactory(shop, price=100_000, quantity=1).payments.get()
    banked(payment, 50_000)
    banked(payment, 50_000, Receipt.Source.SELLER)
    assert (today(shop).declared_sales, today(shop).machine_sales) == (1, 0)


def test_what_a_carrier_collects_is_cash(shop):
    order = OrderFactory(shop, price=100_000, quantity=1, pay_on_delivery=True)
    banked(order.payments.get(), source=Receipt.Source.CARRIER)
    assert today(shop) == Share(cash=100_000, cash_sales=1)


def test_a_cheaper_price_afterwards_lowers_the_sale_and_nothing_left_is_no_sale(shop):
    order = OrderFactory(shop, price=100_000, quantity=1, paid_in_full=True)
    take_off(order, 30_000, reason="complaint")
    assert today(shop) == Share(declared=70_000, declared_sales=1)
    take_off(Order.objects.get(pk=order.pk), 70_000, reason="complaint")
    assert today(shop) == Share()
    assert differences() == []


def test_a_returned_order_leaves_the_day_on_which_it_was_paid(shop):
    order = DeliveredOrderFactory(shop, price=100_000, quantity=1)
    SaleEvent.objects.update(day=date(2026, 10, 31))  # told a while ago
    Receipt.objects.update(booked_at="2026-10-31T05:00:00Z")
    farmer_step(order.pk, State.RETURNED, by=Actor.of(shop.owner))
    october = share_of_shop(shop.pk, date(2026, 10, 1), date(2026, 10, 31))
    assert october == today(shop) == Share()


def test_the_day_is_that_on_which_the_price_was_complete(shop):
    payment = OrderFactory(shop, price=100_000, quantity=1).payments.get()
    banked(payment, 60_000, at="2026-10-30T05:00:00Z")
    banked(payment, 40_000, at="2026-10-30T17:00:00Z")  # the last day of October in Vietnam
    assert SaleEvent.objects.get().day == date(2026, 10, 31)


def test_sales_at_a_stall_count_by_a_channel_of_their_own(shop):
    stall_sale(shop, 50_000, Receipt.Source.CASH)
    stall_sale(shop, 70_000, Receipt.Source.BANK)
    assert today(shop) == Share(machine=70_000, machine_sales=1, cash=50_000, cash_sales=1)
    assert set(SaleEvent.objects.values_list("channel", "village_id")) == {("stall", shop.village_id)}
    assert differences() == []


def test_a_stall_sale_of_the_sellers_word_is_upgraded_by_the_bank(shop):
    payment = stall_sale(shop, 50_000, Receipt.Source.SELLER)
    assert today(shop).declared == 50_000
    banked(payment, 50_000)
    assert today(shop) == Share(machine=50_000, machine_sales=1)


def test_telling_again_changes_nothing_and_tells_what_was_never_told(shop):
    OrderFactory(shop, price=100_000, quantity=1, paid_in_full=True)
    assert sales.tell_again(Order.objects.all()) == 0
    SaleEvent.objects.all().delete()
    SellerYear.objects.all().delete()
    assert sales.tell_again(Order.objects.all()) == 1
    assert differences() == []


def test_what_a_seller_sold_in_a_year_follows(shop):
    OrderFactory(shop, price=100_000, quantity=1, paid_in_full=True)
    stall_sale(shop, 50_000, Receipt.Source.CASH)
    assert SellerYear.objects.get().amount == 150_000


def test_a_wrong_event_is_found(shop):
    order = OrderFactory(shop, price=100_000, quantity=1, paid_in_full=True)
    SaleEvent.objects.create(
        order=order, shop_id=shop.pk, channel="web", paid_by=PaidBy.CASH, sales=1, amount=1, day=local_day(),
        province_id=1, commune_id=1, village_id=1,
    )  # fmt: skip
    assert len(differences()) == 2


def test_a_sale_tells_once_however_often_its_money_is_looked_at(shop):
    order = OrderFactory(shop, price=100_000, quantity=1, paid_in_full=True)
    for _ in range(3):
        sales.tell_order(Order.objects.get(pk=order.pk))
    assert SaleEvent.objects.aggregate(n=Sum("sales"))["n"] == SaleEvent.objects.count() == 1
