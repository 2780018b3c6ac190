"""Goods that come back to a stall: the money goes back once, and day, market, figures and books follow."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from common.actors import Actor
from common.days import local_day
from common.money import show_dong
from growth import self_checks as growth_checks
from payments import ledger, monthly, stall_queries
from payments.errors import OtherReturn, TooMuch, WrongStep
from payments.models import PaidBy, Refund, SaleEvent, StallSale
from payments.sales import share_of_shop
from payments.services import (
    cancel_sale,
    cash_sale,
    declare_sale,
    drop_return,
    open_session,
    pay_in_cash,
    plate_for,
    plate_sale_entered,
    refund_sent,
    return_sale,
    start_sale,
)
from places.models import Role
from tests.factories import FinanceFactory, RoleFactory, ShopFactory, UserFactory
from tests.payments.test_stall import again, line
from tests.payments.test_stall_pages import push, record

pytestmark = pytest.mark.django_db
State = StallSale.State


@pytest.fixture
def shop():
    return ShopFactory()


@pytest.fixture
def by(shop):
    return Actor.of(shop.owner)


@pytest.fixture
def trader(client, shop):
    client.force_login(shop.owner)
    return client


@pytest.fixture
def cash(shop, by):
    return cash_sale(shop, 45_000, client_uuid=uuid4(), by=by)


@pytest.fixture
def transferred(shop, by):
    """A sale whose money the bank has told of."""
    sale = start_sale(shop, 45_000, client_uuid=uuid4(), by=by)
    line(shop, 45_000, sale.payment.code)
    return again(sale)


def give_back(sale, amount, by, key=None, **facts):
    return return_sale(sale, amount, key=key or uuid4(), by=by, **({"by_hand": True} | facts))


def today(shop):
    return stall_queries.day_of(shop, local_day())


def books_agree():
    call_command("ledger_check", verbosity=0)
    assert list(growth_checks.paid_sales()) == []
    assert ledger.balance("buyer_funds") == ledger.balance("seller") == ledger.balance("refunds_out") == 0


# --- the money goes back ----------------------------------------------------------------------------------------------
def test_cash_that_is_given_back_is_off_the_day_the_market_and_the_figures(shop, by):
    market = open_session(shop, "Chợ phiên Đồng Mỏ", by=by)
    sale, other = (cash_sale(shop, amount, client_uuid=uuid4(), by=by) for amount in (45_000, 5_000))
    refund = give_back(sale, 45_000, by)
    assert (refund.state, refund.way, again(sale).state) == (
        Refund.State.SENT,
        Refund.Way.SELLER,
        State.RETURNED,
    )
    for sums in (today(shop), stall_queries.takings_of(market)):
        assert (sums.total, sums.cash, sums.count, sums.returned, sums.returned_count) == (
            5_000,
            5_000,
            1,
            45_000,
            1,
        )
    assert [each.taken for each in stall_queries.sessions_of(shop)] == [5_000]
    share = share_of_shop(shop.pk, local_day(), local_day())
    assert (share.cash, share.cash_sales) == (other.amount, 1)
    books_agree()


def test_a_part_leaves_the_sale_standing_with_what_is_left(shop, by, transferred):
    give_back(transferred, 5_000, by)
    sale = again(transferred)
    assert (sale.state, sale.kept) == (State.CAME, 40_000)
    assert (today(shop).came, today(shop).came_count) == (40_000, 1)
    assert share_of_shop(shop.pk, local_day(), local_day()).machine == 40_000
    books_agree()
    give_back(sale, 40_000, by)
    assert (today(shop).came, today(shop).came_count) == (0, 0)
    assert share_of_shop(shop.pk, local_day(), local_day()).sales == 0
    books_agree()


def test_a_transfer_back_counts_once_the_trader_has_made_it(shop, by, transferred):
    refund = give_back(transferred, 45_000, by, by_hand=False)
    assert (refund.state, today(shop).total) == (Refund.State.PROPOSED, 45_000)
    books_agree()
    for _tap in range(2):
        refund_sent(refund.pk, by=by)
    assert (again(transferred).state, today(shop).total) == (State.RETURNED, 0)
    books_agree()


def test_a_transfer_that_is_called_off_leaves_the_sale_as_it_was(shop, by, transferred):
    refund = give_back(transferred, 45_000, by, by_hand=False)
    for _tap in range(2):
        drop_return(refund.pk, by=by)
    assert refund_sent(refund.pk, by=by).state == Refund.State.WITHDRAWN  # the other page was still open
    assert (again(transferred).state, today(shop).total) == (State.CAME, 45_000)
    refund = give_back(transferred, 45_000, by)
    with pytest.raises(WrongStep):
        drop_return(refund.pk, by=by)
    books_agree()


def test_the_same_key_is_the_same_return(by, cash):
    key = uuid4()
    first, second = (give_back(cash, 5_000, by, key) for _ in range(2))
    assert (first.pk, again(cash).returned) == (second.pk, 5_000)
    with pytest.raises(OtherReturn):
        give_back(cash, 6_000, by, key)
    books_agree()


def test_never_more_goes_back_than_came(by, cash, transferred):
    give_back(transferred, 40_000, by, by_hand=False)
    for sale, amount in ((cash, 45_001), (cash, 0), (transferred, 5_001)):
        with pytest.raises(TooMuch):
            give_back(sale, amount, by)
    books_agree()


def test_what_a_buyer_paid_too_much_goes_back_without_touching_the_sale(shop, by):
    sale = start_sale(shop, 45_000, client_uuid=uuid4(), by=by)
    line(shop, 50_000, sale.payment.code)
    give_back(again(sale), 5_000, by)
    assert share_of_shop(shop.pk, local_day(), local_day()).machine == 45_000
    assert (again(sale).state, today(shop).came) == (State.CAME, 45_000)
    books_agree()


def test_the_banks_word_and_more_money_after_a_return_are_still_counted_right(shop, by):
    sale = start_sale(shop, 45_000, client_uuid=uuid4(), by=by)
    give_back(declare_sale(sale, by=by), 45_000, by)
    line(shop, 45_000, sale.payment.code, 1)  # what the trader had seen
    assert (again(sale).state, today(shop).total) == (State.RETURNED, 0)
    books_agree()
    line(shop, 45_000, sale.payment.code, 2)  # the buyer scans the old code once more
    assert (again(sale).state, today(shop).came) == (State.CAME, 45_000)
    books_agree()


def test_a_plate_sale_that_came_back_is_still_the_banks_line(shop, by):
    plate = plate_for(shop)
    give_back(plate_sale_entered(shop, 32_000, client_uuid=uuid4(), by=by), 32_000, by)
    line(shop, 32_000, plate.code)
    assert StallSale.objects.with_money().get().state == State.RETURNED
    books_agree()


def test_a_sale_paid_in_two_ways_gives_back_of_both(shop, by):
    sale = start_sale(shop, 45_000, client_uuid=uuid4(), by=by)
    line(shop, 40_000, sale.payment.code)
    rest = pay_in_cash(sale, by=by)
    give_back(rest, 5_000, by)
    assert (today(shop).came, today(shop).cash) == (40_000, 0)
    declared = start_sale(shop, 30_000, client_uuid=uuid4(), by=by)
    line(shop, 20_000, declared.payment.code, 2)
    give_back(declare_sale(again(declared), by=by), 15_000, by)
    assert (today(shop).came, today(shop).said) == (40_000 + 10_000, 5_000)
    events = SaleEvent.objects.filter(payment=declared.payment)
    sums = {
        way: sum(e.amount for e in events if e.paid_by == way) for way in (PaidBy.MACHINE, PaidBy.DECLARED)
    }
    assert sums == {PaidBy.MACHINE: 10_000, PaidBy.DECLARED: 5_000}
    books_agree()


def test_what_is_not_paid_or_too_old_does_not_come_back(shop, by):
    waiting = start_sale(shop, 45_000, client_uuid=uuid4(), by=by)
    off = cancel_sale(start_sale(shop, 45_000, client_uuid=uuid4(), by=by), by=by)
    old = cash_sale(shop, 5_000, client_uuid=uuid4(), by=by, at=timezone.now() - timedelta(days=8))
    for sale in (waiting, off, old):
        with pytest.raises(WrongStep):
            give_back(sale, 5_000, by)
    assert not Refund.objects.exists()


def test_the_months_statement_tells_of_the_sale_of_what_came_back_and_of_the_money(shop, by, cash):
    give_back(cash, 45_000, by)
    totals = dict(monthly.statement_of(shop, local_day()).totals)
    assert totals == {"sale": 45_000, "undone": -45_000, "in_hand": -45_000, "given_back": 45_000}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_key", [True, False])
def test_taps_at_once_give_back_once(run_at_once, same_key):
    shop, key = ShopFactory(), uuid4()
    by = Actor.of(shop.owner)
    sale = cash_sale(shop, 45_000, client_uuid=uuid4(), by=by)
    answers = run_at_once(8, lambda: give_back(sale, 45_000, by, key if same_key else None))
    assert answers.count("ok") == (8 if same_key else 1)
    assert Refund.objects.get().amount == again(sale).returned == 45_000
    books_agree()


# --- pages ------------------------------------------------------------------------------------------------------------
def page_of(sale):
    return reverse("stall:take_back", args=[sale.key])


def said(amount="45.000", how="cash", key=None):
    return {"amount": amount, "how": how, "key": key or uuid4()}


def test_a_double_post_gives_back_once(trader, cash):
    assert page_of(cash) in trader.get(cash.get_absolute_url()).content.decode()
    assert show_dong(45_000) in trader.get(page_of(cash)).content.decode()
    form = said()
    for _tap in range(2):
        assert trader.post(page_of(cash), form).url == cash.get_absolute_url()
    assert Refund.objects.get().amount == 45_000
    page = trader.get(cash.get_absolute_url()).content.decode()
    assert "Đã trả lại khách" in page
    assert page_of(cash) not in page
    assert trader.get(page_of(cash)).url == cash.get_absolute_url()  # nothing is left to give back


def test_a_transfer_back_is_a_step_on_the_sales_page_and_on_the_money_page(trader, shop, transferred):
    trader.post(page_of(transferred), said("20k", "transfer"))
    refund = Refund.objects.get()
    done = reverse("stall:return_sent", args=[transferred.key, refund.pk])
    assert done in trader.get(transferred.get_absolute_url()).content.decode()
    assert reverse("money:given_back", args=[refund.pk]) in trader.get("/ban-hang/tien/").content.decode()
    for _tap in range(2):
        assert trader.post(done).url == transferred.get_absolute_url()
    assert (today(shop).total, again(transferred).returned) == (25_000, 20_000)


def test_a_transfer_back_may_be_called_off(trader, transferred):
    trader.post(page_of(transferred), said(how="transfer"))
    trader.post(reverse("stall:return_dropped", args=[transferred.key, Refund.objects.get().pk]))
    assert Refund.objects.get().state == Refund.State.WITHDRAWN
    assert page_of(transferred) in trader.get(transferred.get_absolute_url()).content.decode()


@pytest.mark.parametrize("amount", ["", "0", "x", "45.001"])
def test_a_wrong_amount_is_refused_at_its_field_and_kept(trader, cash, amount):
    answer = trader.post(page_of(cash), said(amount))
    assert answer.status_code == 422
    assert answer.context["form"].errors["amount"]
    assert f'value="{amount}"' in answer.content.decode() or not amount
    assert not Refund.objects.exists()


def test_a_sale_kept_without_a_signal_may_come_back_on_another_day(trader, shop):
    at = timezone.now() - timedelta(days=2)
    push(trader, record(shop, at=int(at.timestamp() * 1000)))
    sale = StallSale.objects.get()
    day = local_day(at)
    assert sale.get_absolute_url() in trader.get(reverse("stall:day", args=[day])).content.decode()
    trader.post(page_of(sale), said("5.000"))
    assert stall_queries.day_of(shop, day).total == 0
    assert today(shop).total == 0


def test_days_are_looked_at_as_long_as_goods_may_come_back(trader):
    for back, status in ((-1, 404), (0, 200), (7, 200), (8, 404)):
        day = local_day() - timedelta(days=back)
        assert trader.get(reverse("stall:day", args=[day])).status_code == status


def test_a_strangers_sale_does_not_exist_and_who_helps_does_not_reach_it(client, trader, by, transferred):
    refund = give_back(transferred, 5_000, by, by_hand=False)
    steps = [page_of(transferred)] + [
        reverse(f"stall:{name}", args=[transferred.key, refund.pk])
        for name in ("return_sent", "return_dropped")
    ]
    other = cash_sale(ShopFactory(), 45_000, client_uuid=uuid4(), by=by)
    assert trader.post(page_of(other), said()).status_code == 404
    mine = cash_sale(transferred.shop, 45_000, client_uuid=uuid4(), by=by)
    assert trader.post(reverse("stall:return_sent", args=[mine.key, refund.pk])).status_code == 404
    for person in (ShopFactory().owner, RoleFactory(Role.VOLUNTEER, transferred.shop.village), UserFactory()):
        client.force_login(person)
        for step in steps:
            assert client.post(step, said()).status_code in (403, 404)
    assert again(transferred).returned == other.returned == 0
    assert Refund.objects.get().state == Refund.State.PROPOSED


def test_the_desk_sees_whose_sale_came_back(client, by, transferred):
    refund = give_back(transferred, 5_000, by, by_hand=False)
    client.force_login(FinanceFactory())
    for address in ("/so-quy/hoan-tien/", reverse("desk:refund", args=[refund.pk])):
        page = client.get(address).content.decode()
        assert transferred.shop.name in page
        assert "Bán tại chợ" in page
    assert client.get("/so-quy/hoan-tien/", {"tep": "csv"}).status_code == 200


def test_pages_of_returns_cost_little(trader, by, cash, transferred, queries_of):
    for sale in (cash, transferred):
        for _part in range(5):
            give_back(sale, 1_000, by)
    assert queries_of(trader.get, page_of(cash)) <= 9
    assert queries_of(trader.get, cash.get_absolute_url()) <= 9
    assert queries_of(trader.get, "/ban-hang/quay/hom-nay/") <= 12
