"""Sales at a stall: one tap one sale, one bank line one sale, and the day's sums are the money that came."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.actors import Actor
from common.days import local_day
from payments import ledger, methods, stall_queries
from payments.errors import NoStallAccount, OtherSale, SoldTooLongAgo, WrongStep
from payments.models import Allocation, MarketSession, Payment, Receipt, StallSale
from payments.order_codes import new_code
from payments.providers.sepay import signed_headers
from payments.self_checks import accounts, entries, payments
from payments.services import (
    cancel_sale,
    cash_sale,
    close_session,
    declare_sale,
    open_session,
    pay_in_cash,
    plate_for,
    plate_sale_entered,
    start_sale,
    take_notices,
)
from tests.factories import OrderFactory, ShopFactory

pytestmark = pytest.mark.django_db
State = StallSale.State


@pytest.fixture
def shop():
    return ShopFactory()


@pytest.fixture
def by(shop):
    return Actor.of(shop.owner)


def line(shop, amount, memo, number=1, at=None):
    """A signed notice of the shop's bank."""
    account = shop.payment_accounts.get()
    feed, now = account.feeds.get(), timezone.now()
    body = json.dumps({
        "id": number, "gateway": "Agribank", "transactionDate": f"{timezone.localtime(at or now):%Y-%m-%d %H:%M:%S}",
        "accountNumber": account.number, "subAccount": None, "code": None, "content": memo, "transferType": "in",
        "transferAmount": amount, "accumulated": 1, "referenceCode": f"FT{number}",
    }).encode()  # fmt: skip
    take_notices(feed, signed_headers(feed.secret, now, body), body)


def again(sale):
    return StallSale.objects.with_money().get(pk=sale.pk)


def books_agree(shop):
    assert [*entries(), *accounts(), *payments()] == []
    assert ledger.balance("buyer_funds") == ledger.balance("seller", shop) == 0


# --- a QR for each sale -----------------------------------------------------------------------------------------------
def test_the_banks_notice_completes_a_sale_and_the_trader_owes_nothing(shop, by):
    sale = start_sale(shop, 45_000, client_uuid=uuid4(), by=by)
    assert sale.state == State.WAITING
    line(shop, 45_000, f"CK {sale.payment.code} rau")
    assert again(sale).state == State.CAME
    books_agree(shop)


def test_two_taps_are_one_sale_and_another_amount_is_refused(shop, by):
    name = uuid4()
    first, second = (start_sale(shop, 45_000, client_uuid=name, by=by) for _ in range(2))
    assert first.pk == second.pk
    assert Payment.objects.count() == 1
    with pytest.raises(OtherSale):
        start_sale(shop, 54_000, client_uuid=name, by=by)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sell", [start_sale, cash_sale, plate_sale_entered])
def test_two_taps_at_once_are_one_sale(run_at_once, sell):
    shop, name = ShopFactory(), uuid4()
    by = Actor.of(shop.owner)
    answers = run_at_once(8, lambda: sell(shop, 45_000, client_uuid=name, by=by))
    assert set(answers) == {"ok"}
    assert (StallSale.objects.count(), Payment.objects.count()) == (1, 1)


def test_every_sale_has_a_code_of_its_own(shop, by):
    codes = {start_sale(shop, 45_000, client_uuid=uuid4(), by=by).payment.code for _ in range(3)}
    assert len(codes) == 3


def test_case_5_too_little_is_waited_for_and_too_much_is_the_traders_to_give_back(shop, by):
    less, more = (start_sale(shop, 45_000, client_uuid=uuid4(), by=by) for _ in range(2))
    line(shop, 44_999, less.payment.code, 1)
    line(shop, 50_000, more.payment.code, 2)
    assert again(less).state == State.WAITING
    assert (again(more).state, again(more).payment.received) == (State.CAME, 50_000)
    line(shop, 1, less.payment.code, 3)
    assert again(less).state == State.CAME
    books_agree(shop)


def test_case_9_a_sale_that_was_called_off_or_expired_stands_once_it_is_paid(shop, by, settings):
    off = start_sale(shop, 45_000, client_uuid=uuid4(), by=by)
    assert cancel_sale(off, by=by).state == State.CANCELLED
    settings.STALL_QR_MINUTES = -1
    late = start_sale(shop, 30_000, client_uuid=uuid4(), by=by)
    assert again(late).state == State.EXPIRED
    start_sale(shop, 10_000, client_uuid=uuid4(), by=by)
    assert again(late).payment.state == Payment.State.EXPIRED
    line(shop, 45_000, off.payment.code, 1)
    line(shop, 30_000, late.payment.code, 2)
    assert {again(off).state, again(late).state} == {State.CAME}
    books_agree(shop)


def test_what_is_paid_cannot_be_called_off(shop, by):
    sale = start_sale(shop, 45_000, client_uuid=uuid4(), by=by)
    line(shop, 45_000, sale.payment.code)
    for paid in (sale, cash_sale(shop, 5_000, client_uuid=uuid4(), by=by)):
        with pytest.raises(WrongStep):
            cancel_sale(paid, by=by)


def test_case_23_the_traders_word_is_made_certain_by_the_bank_and_counts_once(shop, by):
    sale = start_sale(shop, 45_000, client_uuid=uuid4(), by=by)
    for _tap in range(2):
        declare_sale(sale, by=by)
    assert again(sale).state == State.SAID
    line(shop, 45_000, sale.payment.code)
    assert again(sale).state == State.CAME
    assert Allocation.objects.get().amount == 45_000
    books_agree(shop)


def test_a_buyer_of_a_qr_may_pay_in_cash_instead(shop, by):
    sale = start_sale(shop, 45_000, client_uuid=uuid4(), by=by)
    first, second = pay_in_cash(sale, by=by), pay_in_cash(again(sale), by=by)
    assert first.pk == second.pk
    assert (first.amount, first.state, again(sale).state) == (45_000, State.CASH, State.CANCELLED)
    books_agree(shop)


def test_a_rest_may_be_paid_in_cash(shop, by):
    sale = start_sale(shop, 45_000, client_uuid=uuid4(), by=by)
    line(shop, 40_000, sale.payment.code)
    assert pay_in_cash(sale, by=by).amount == 5_000
    assert (again(sale).state, again(sale).amount) == (State.CAME, 40_000)
    books_agree(shop)


def test_a_till_without_an_account_takes_cash_alone():
    shop = ShopFactory(account=False)
    by = Actor.of(shop.owner)
    for sell in (start_sale, plate_sale_entered):
        with pytest.raises(NoStallAccount):
            sell(shop, 45_000, client_uuid=uuid4(), by=by)
    assert cash_sale(shop, 45_000, client_uuid=uuid4(), by=by).state == State.CASH


# --- the plate --------------------------------------------------------------------------------------------------------
def test_a_plates_code_in_the_memo_is_a_sale_by_itself(shop):
    plate = plate_for(shop)
    line(shop, 32_000, f"mbvcb {plate.code.lower()} ck")
    sale = StallSale.objects.with_money().get()
    assert (sale.amount, sale.method, sale.state) == (32_000, StallSale.Method.PLATE, State.CAME)
    books_agree(shop)


def test_a_plate_stays_the_same(shop):
    assert plate_for(shop).pk == plate_for(shop).pk


@pytest.mark.parametrize("bank_first", [True, False])
def test_case_24_a_bank_line_and_the_entry_of_the_same_sale_are_one(shop, by, bank_first):
    plate, name = plate_for(shop), uuid4()

    def enter():
        return plate_sale_entered(shop, 32_000, client_uuid=name, by=by, note="2 mớ rau")

    def bank():
        line(shop, 32_000, plate.code)

    for step in (bank, enter) if bank_first else (enter, bank):
        step()
    enter()  # its answer was lost
    sale = StallSale.objects.with_money().get()
    assert (sale.state, sale.note, sale.client_uuid) == (State.CAME, "2 mớ rau", name)
    assert Allocation.objects.get().amount == 32_000
    books_agree(shop)


def test_case_4_two_equal_sales_need_two_bank_lines(shop, by):
    plate = plate_for(shop)
    for _sale in range(2):
        plate_sale_entered(shop, 32_000, client_uuid=uuid4(), by=by)
    line(shop, 32_000, plate.code, 1)
    assert sorted(sale.state for sale in StallSale.objects.with_money()) == [State.CAME, State.SAID]
    line(shop, 32_000, plate.code, 2)
    assert [sale.state for sale in StallSale.objects.with_money()] == [State.CAME, State.CAME]
    line(shop, 32_000, plate.code, 3)
    assert StallSale.objects.count() == 3
    books_agree(shop)


def test_a_line_of_another_time_amount_or_account_is_another_sale(shop, by):
    plate, now = plate_for(shop), timezone.now()
    plate_sale_entered(shop, 32_000, client_uuid=uuid4(), by=by, at=now - timedelta(hours=3))
    line(shop, 32_000, plate.code, 1)
    line(shop, 32_001, plate.code, 2)
    assert StallSale.objects.count() == 3
    stranger = ShopFactory()
    line(stranger, 32_000, plate.code, 3)
    assert StallSale.objects.count() == 3
    assert Receipt.objects.get(account__shop=stranger).state == Receipt.State.UNMATCHED


def test_a_memo_that_names_a_payment_too_goes_by_the_order_codes(shop):
    plate, payment = plate_for(shop), OrderFactory(shop, price=50_000, quantity=1).payments.get()
    line(shop, payment.amount, f"{plate.code} {payment.code}", 1)
    payment.refresh_from_db()
    assert payment.state == Payment.State.CONFIRMED
    elsewhere = OrderFactory(ShopFactory()).payments.get()
    line(shop, 50_000, f"{plate.code} {elsewhere.code}", 2)
    line(shop, 50_000, new_code("LUA"), 3)
    assert not StallSale.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_case_24_the_line_and_the_entry_at_once_are_one_sale(run_at_once):
    shop = ShopFactory()
    plate, name, by = plate_for(shop), uuid4(), Actor.of(shop.owner)
    turns = iter([0, 1] * 4)

    def either():
        if next(turns):
            line(shop, 32_000, plate.code)
        else:
            plate_sale_entered(shop, 32_000, client_uuid=name, by=by)

    assert set(run_at_once(8, either)) == {"ok"}
    assert StallSale.objects.with_money().get().state == State.CAME
    assert Allocation.objects.get().amount == 32_000


# --- kept on the phone ------------------------------------------------------------------------------------------------
def test_a_sale_keeps_the_time_it_was_made_and_a_fast_clock_sells_now(shop, by):
    now = timezone.now()
    kept = cash_sale(shop, 5_000, client_uuid=uuid4(), by=by, at=now - timedelta(days=2))
    ahead = cash_sale(shop, 5_000, client_uuid=uuid4(), by=by, at=now + timedelta(days=2))
    assert kept.sold_at == now - timedelta(days=2)
    assert ahead.sold_at <= timezone.now()
    with pytest.raises(SoldTooLongAgo):
        cash_sale(shop, 5_000, client_uuid=uuid4(), by=by, at=now - timedelta(days=40))


# --- market days ------------------------------------------------------------------------------------------------------
def test_a_sale_belongs_to_the_market_of_its_time(shop, by):
    now = timezone.now()
    market = open_session(shop, "Chợ phiên Đồng Mỏ", by=by, at=now - timedelta(hours=5))
    close_session(market, at=now - timedelta(hours=1))
    during = cash_sale(shop, 5_000, client_uuid=uuid4(), by=by, at=now - timedelta(hours=3))
    after = cash_sale(shop, 5_000, client_uuid=uuid4(), by=by)
    assert (during.session, after.session) == (market, None)


def test_one_market_is_open_at_a_time_and_two_taps_open_one(shop, by):
    first, second = (open_session(shop, "Chợ Đồng Mỏ", by=by) for _ in range(2))
    assert first == second
    other = open_session(shop, "Chợ Chi Lăng", by=by)
    assert list(MarketSession.objects.filter(closed_at=None)) == [other]


# --- sums -------------------------------------------------------------------------------------------------------------
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sales=st.lists(
        st.tuples(
            st.sampled_from(["qr", "qr paid", "qr said", "plate", "bank", "cash", "off"]),
            st.sampled_from([5_000, 7_000]),
        ),
        max_size=6,
    )
)
def test_the_days_sums_are_the_allocations_and_the_books_agree(sales):
    shop = ShopFactory()
    by, plate = Actor.of(shop.owner), plate_for(shop)
    for number, (what, amount) in enumerate(sales):
        if what == "bank":
            line(shop, amount, plate.code, number)
            continue
        sell = {"cash": cash_sale, "plate": plate_sale_entered}.get(what, start_sale)
        sale = sell(shop, amount, client_uuid=uuid4(), by=by)
        if what == "qr paid":
            line(shop, amount, sale.payment.code, number)
        elif what == "qr said":
            declare_sale(sale, by=by)
        elif what == "off":
            cancel_sale(sale, by=by)
    sums = stall_queries.day_of(shop, local_day())
    mine = Allocation.objects.filter(payment__shop_id=shop.pk)
    assert sums.total == sum(mine.values_list("amount", flat=True))
    assert sums.cash == sum(amount for what, amount in sales if what == "cash")
    assert sums.came + sums.said == sums.total - sums.cash
    assert sums.came >= sum(amount for what, amount in sales if what in ("qr paid", "bank"))
    assert ledger.balance("seller", shop) == 0
    assert [*entries(), *accounts(), *payments()] == []


def test_ways_to_pay_at_a_stall_have_words_and_are_at_no_checkout():
    for code in ("stall", "plate", "cash"):
        assert methods.words(code) != code
    assert not {"stall", "plate", "cash"} & {way.code for way in methods.all_ways()}
