"""Money no code placed: suggestions that only rank, two clicks, and nobody else's. Numbers are the reference's cases."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from common.actors import SYSTEM, Actor
from common.models import AuditEvent
from orders.models import Order
from orders.services import farmer_step
from orders.states import State
from payments import ledger
from payments.desk_queries import Wanted, cases, unclear
from payments.errors import NotPlaceable, NotTwice, StaffOnly, TooMuch, WrongStep
from payments.models import Payment, Receipt, Refund
from payments.near_codes import near_codes
from payments.order_codes import new_code
from payments.services import (
    approve_refund,
    assign,
    checkout,
    declare_received,
    ignore_receipt,
    propose_return,
    reopen_receipt,
)
from places.models import Role
from tests.factories import (
    CartFactory,
    ConsentFactory,
    OrderFactory,
    ProductFactory,
    RoleFactory,
    ShopFactory,
    buyer_facts,
)
from tests.payments.lines import books_agree, line, operators

pytestmark = pytest.mark.django_db
QUEUE = "/so-quy/chua-khop/"


@pytest.fixture
def order():
    return OrderFactory(price=50_000, quantity=2)


@pytest.fixture
def payment(order):
    return order.payments.get()


@pytest.fixture
def desk(client, finance):
    client.force_login(finance)
    return client


def pooled_order(account=None, **facts):
    """An order paid to the operator's account, and its payment."""
    account = account or operators()
    order = OrderFactory(**facts)
    order.payments.update(account=account, method="pooled")
    return order, order.payments.get()


def one_sign_wrong(code):
    """The code with its sixth sign changed, as tired fingers do."""
    wrong = "A" if code[5] != "A" else "B"
    return code[:5] + wrong + code[6:]


def suggestions(receipt):
    receipt = Receipt.objects.select_related("account__shop").get(pk=receipt.pk)
    return cases([receipt], closely=True)[0].suggestions


# --- suggestions --------------------------------------------------------------------------------------------------------


def test_every_single_wrong_sign_of_a_code_is_put_right_among_few_guesses():
    code = new_code("LUA")
    for place in range(len(code)):
        for sign in "A9B0":
            if code[place] == sign:
                continue
            written = code[:place] + sign + code[place + 1 :]
            guesses = near_codes(f"CK {written.lower()} cam on", "LUA")
            assert guesses[code] == written
            assert len(guesses) <= 10


def test_a_right_code_is_no_near_code_of_itself():
    code = new_code("LUA")
    assert code not in near_codes(code, "LUA")


def test_case_8_a_code_with_one_sign_wrong_is_suggested_and_both_are_shown(desk, payment):
    OrderFactory(payment.order.shop, price=50_000, quantity=2)
    receipt = line(payment.account, 100_000, f"mua na {one_sign_wrong(payment.code)}")
    assert receipt.state == Receipt.State.UNMATCHED
    best = suggestions(receipt)[0]
    assert best.payment == payment
    page = desk.get(QUEUE).content.decode()
    assert payment.code in page
    assert one_sign_wrong(payment.code) in page


def test_a_name_and_a_phone_rank_among_equal_sums(payment):
    named = checkout(
        CartFactory(ProductFactory(payment.order.shop, price=50_000), quantity=2),
        buyer_facts(key="b2", name="Lê Thị Hồng Gấm", phone="+84912000111"), key="hong-gam",
    ).orders.get()  # fmt: skip
    by_name = line(payment.account, 100_000, "tien na", counterparty="LE THI HONG GAM")
    by_phone = line(payment.account, 90_000, "tien na 0912 000 111")
    assert [suggestions(row)[0].payment.order for row in (by_name, by_phone)] == [named, named]


def test_case_8_an_amount_alone_never_matches_only_ranks(payment):
    receipt = line(payment.account, 100_000, "chuyen tien")
    assert receipt.state == Receipt.State.UNMATCHED
    assert [each.payment for each in suggestions(receipt)] == [payment]


def test_case_8_an_order_of_another_account_is_never_suggested(payment):
    stranger = OrderFactory(price=50_000, quantity=2).payments.get()
    receipt = line(payment.account, 100_000, f"{stranger.code}")
    assert receipt.state == Receipt.State.UNMATCHED
    assert stranger not in [each.payment for each in suggestions(receipt)]


def test_case_25_money_on_a_new_account_finds_the_order_with_the_old_ones_code(payment):
    old = payment.account
    new = type(old).objects.create(
        shop=None, bank_bin="970405", number="123456789", number_end="6789", holder="X"
    )
    old.closed_at = timezone.now()
    old.save()
    new.shop = old.shop
    new.save()
    receipt = line(new, 100_000, payment.code)
    assert receipt.state == Receipt.State.UNMATCHED
    assert suggestions(receipt)[0].payment == payment


# --- two clicks ---------------------------------------------------------------------------------------------------------


def test_a_suggestion_and_a_confirmation_pay_the_order(desk, finance, payment):
    receipt = line(payment.account, 100_000, "chuyen tien")
    address = f"{QUEUE}{receipt.pk}/ghep/?khoan={payment.pk}"
    assert address in desk.get(QUEUE).content.decode()
    assert "Vừa đủ tiền" in desk.get(address).content.decode()
    assert not Order.objects.get(pk=payment.order_id).is_paid
    sent = {"khoan": payment.pk, f"so-{payment.pk}": "100.000"}
    for _press in range(2):
        assert desk.post(address, sent).status_code == 302
    assert Order.objects.get(pk=payment.order_id).is_paid
    assert receipt.allocations.get().actor_id == finance.pk
    assert AuditEvent.objects.get(verb="receipt.assigned").actor_id == finance.pk


def test_case_6_one_transfer_is_split_over_two_orders(desk, finance):
    account = operators()
    (first, one), (second, two) = pooled_order(account), pooled_order(account)
    receipt = line(account, first.total + second.total, "hai don")
    assert ledger.balance("unmatched") == -receipt.amount
    page = desk.get(f"{QUEUE}{receipt.pk}/ghep/?khoan={one.pk}&khoan={two.pk}")
    assert [row["field"].initial for row in page.context["outcomes"]] == [first.total, second.total]
    desk.post(
        f"{QUEUE}{receipt.pk}/ghep/",
        {"khoan": [one.pk, two.pk], f"so-{one.pk}": first.total, f"so-{two.pk}": second.total},
    )
    receipt.refresh_from_db()
    assert (receipt.state, receipt.rest) == (Receipt.State.MATCHED, 0)
    assert all(Order.objects.get(pk=order.pk).is_paid for order in (first, second))
    assert ledger.balance("unmatched") == ledger.balance("buyer_funds") == 0
    assert books_agree()


def test_a_part_of_it_stays_on_the_desk_as_partly_used(finance):
    _order, payment = pooled_order()
    receipt = assign(line(payment.account, 150_000, "?").pk, {payment.pk: 100_000}, by=finance)
    assert (receipt.state, receipt.rest) == (Receipt.State.UNMATCHED, 50_000)
    assert [case.receipt for case in unclear(Wanted("partly"))] == [receipt]
    assert not unclear(Wanted("unmatched")).rows
    assert books_agree()


def test_more_than_there_is_is_refused_at_the_field_with_what_was_typed(desk, payment):
    receipt = line(payment.account, 60_000, "?")
    answer = desk.post(f"{QUEUE}{receipt.pk}/ghep/", {"khoan": payment.pk, f"so-{payment.pk}": "70k"})
    assert answer.status_code == 422
    assert 'value="70k"' in answer.content.decode()
    assert not receipt.allocations.exists()


def test_more_than_there_is_is_refused_by_the_service_too(finance, payment):
    with pytest.raises(TooMuch):
        assign(line(payment.account, 60_000, "?").pk, {payment.pk: 70_000}, by=finance)


def test_case_5_what_is_assigned_above_the_price_becomes_a_refund(finance, payment):
    assign(line(payment.account, 100_001, "?").pk, {payment.pk: 100_001}, by=finance)
    assert Refund.objects.get().amount == 1
    assert books_agree()


def test_case_23_a_word_of_the_sellers_becomes_certain_and_counts_once(finance, payment):
    declare_received(payment, by=Actor.of(payment.order.shop.owner))
    receipt = line(payment.account, 100_000, "?")
    for _press in range(2):
        receipt = assign(receipt.pk, {payment.pk: 100_000}, by=finance)
    order = Order.objects.get(pk=payment.order_id)
    assert (order.paid, receipt.confirms_id is not None) == (100_000, True)
    assert not Refund.objects.exists()


def test_case_9_money_for_a_cancelled_order_is_said_to_go_back_and_does(desk, finance, payment):
    farmer_step(payment.order_id, State.CANCELLED, by=SYSTEM)
    receipt = line(payment.account, 100_000, "?")
    page = desk.get(f"{QUEUE}{receipt.pk}/ghep/?khoan={payment.pk}").content.decode()
    assert "Đơn đã hủy" in page
    assign(receipt.pk, {payment.pk: 100_000}, by=finance)
    assert [case.receipt for case in unclear(Wanted("late"))] == [receipt]
    assert books_agree()


def test_case_7_a_second_payment_stands_as_paid_twice_and_a_little_more_as_over(payment):
    line(payment.account, 100_000, payment.code)
    again = line(payment.account, 100_000, payment.code)
    other = OrderFactory(payment.order.shop, price=50_000, quantity=2).payments.get()
    more = line(payment.account, 110_000, other.code)
    assert [case.receipt for case in unclear(Wanted("duplicate"))] == [again]
    assert [case.receipt for case in unclear(Wanted("over"))] == [more]


def test_case_5_an_order_paid_short_stands_as_under(payment):
    receipt = line(payment.account, 99_999, payment.code)
    assert [case.receipt for case in unclear(Wanted("under"))] == [receipt]


def test_case_8_two_codes_are_left_to_a_person_with_both_suggested(payment):
    other = OrderFactory(payment.order.shop).payments.get()
    receipt = line(payment.account, 200_000, f"{payment.code} {other.code}")
    assert [case.receipt for case in unclear(Wanted("ambiguous"))] == [receipt]
    assert {each.payment for each in suggestions(receipt)} >= {payment, other}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_people_assigning_at_once_count_it_once(run_at_once):
    order, payment = pooled_order()
    receipt = line(payment.account, 100_000, "?")
    person = RoleFactory(Role.HEAD, order.shop.village)
    person.is_superuser = True
    person.save()
    assert set(run_at_once(8, lambda: assign(receipt.pk, {payment.pk: 100_000}, by=person))) == {"ok"}
    assert Order.objects.get(pk=order.pk).paid == 100_000


# --- set aside, sent back, reopened -------------------------------------------------------------------------------------


def test_what_is_set_aside_leaves_the_books_and_comes_back(finance):
    receipt = line(operators(), 70_000, "?")
    for _again in range(2):
        ignore_receipt(receipt.pk, "own", by=finance)
        assert ledger.balance("unmatched") == ledger.balance("bank") == 0
        assert books_agree()
        reopen_receipt(receipt.pk, by=finance)
        assert ledger.balance("unmatched") == -70_000
        assert books_agree()
    assert AuditEvent.objects.filter(verb="receipt.ignored", details__reason="own").count() == 2


def test_money_that_was_placed_after_it_was_reopened_is_booked_right(finance):
    order, payment = pooled_order()
    receipt = line(payment.account, 100_000, "?")
    ignore_receipt(receipt.pk, "private", by=finance)
    with pytest.raises(WrongStep):
        assign(receipt.pk, {payment.pk: 100_000}, by=finance)
    reopen_receipt(receipt.pk, by=finance)
    assign(receipt.pk, {payment.pk: 100_000}, by=finance)
    assert Order.objects.get(pk=order.pk).is_paid
    assert books_agree()


def test_a_reason_is_asked_for(desk):
    receipt = line(operators(), 70_000, "?")
    assert desk.post(f"{QUEUE}{receipt.pk}/bo-qua/", {}).status_code == 422
    assert desk.post(f"{QUEUE}{receipt.pk}/bo-qua/", {"why": "other"}).status_code == 422
    desk.post(f"{QUEUE}{receipt.pk}/bo-qua/", {"why": "other", "note": "thử máy"})
    receipt.refresh_from_db()
    assert receipt.state == Receipt.State.IGNORED


def test_told_twice_needs_the_other_one(finance):
    account = operators()
    receipt = line(account, 70_000, "?")
    with pytest.raises(NotTwice):
        ignore_receipt(receipt.pk, "twice", by=finance, twice=True)
    line(account, 70_000, "?")
    ignore_receipt(receipt.pk, "twice", by=finance, twice=True)
    assert ledger.balance("bank") == 70_000
    assert books_agree()


def test_money_on_its_way_back_is_not_placed_until_it_is_called_off(finance):
    _order, payment = pooled_order()
    receipt = line(payment.account, 100_000, "?")
    refund = propose_return(receipt.pk, by=finance)
    with pytest.raises(WrongStep):
        assign(receipt.pk, {payment.pk: 100_000}, by=finance)
    reopen_receipt(receipt.pk, by=finance)
    refund.refresh_from_db()
    assert refund.state == Refund.State.WITHDRAWN
    assert propose_return(receipt.pk, by=finance).pk != refund.pk
    assert books_agree()


def test_a_return_that_is_approved_stays(finance):
    receipt = line(operators(), 70_000, "?")
    approve_refund(propose_return(receipt.pk, by=finance).pk, by=finance)
    with pytest.raises(WrongStep):
        reopen_receipt(receipt.pk, by=finance)
    assert books_agree()


def test_case_10_what_went_out_is_never_placed(finance, payment):
    receipt = line(payment.account, 100_000, payment.code, direction="out")
    assert receipt.state == Receipt.State.IGNORED
    with pytest.raises(WrongStep):
        reopen_receipt(receipt.pk, by=finance)
    with pytest.raises(WrongStep):
        assign(receipt.pk, {payment.pk: 100_000}, by=finance)


# --- whose it is --------------------------------------------------------------------------------------------------------


@pytest.fixture
def farmer(client, order):
    client.force_login(order.shop.owner)
    return client


def test_a_seller_places_own_money_with_two_clicks(farmer, payment):
    receipt = line(payment.account, 100_000, "tien na")
    address = reverse("money:assign", args=[receipt.pk])
    assert f"{address}?khoan={payment.pk}" in farmer.get("/ban-hang/tien/").content.decode()
    assert "Vừa đủ tiền" in farmer.get(f"{address}?khoan={payment.pk}").content.decode()
    farmer.post(address, {"khoan": payment.pk, f"so-{payment.pk}": "100000"})
    assert Order.objects.get(pk=payment.order_id).is_paid


def test_case_27_a_neighbours_receipt_and_order_do_not_exist_for_a_seller(farmer, payment):
    theirs = OrderFactory().payments.get()
    receipt = line(theirs.account, 100_000, "?")
    for name in ("receipt", "assign", "ignore", "reopen"):
        address = reverse(f"money:{name}", args=[receipt.pk])
        sent = (
            farmer.get(address) if name in ("receipt", "assign") else farmer.post(address, {"why": "private"})
        )
        assert sent.status_code == 404
    mine = line(payment.account, 100_000, "?")
    address = reverse("money:assign", args=[mine.pk])
    assert farmer.get(f"{address}?khoan={theirs.pk}").status_code == 404
    assert farmer.post(address, {"khoan": theirs.pk, f"so-{theirs.pk}": "1"}).status_code == 404
    assert not theirs.allocations.exists()
    assert farmer.get(f"{QUEUE}{mine.pk}/").status_code == 404


def test_case_27_the_service_itself_refuses_a_neighbour(order, payment):
    theirs = OrderFactory().payments.get()
    neighbour = theirs.order.shop.owner
    receipt = line(payment.account, 100_000, "?")
    for call in (
        lambda: assign(receipt.pk, {payment.pk: 1}, by=neighbour),
        lambda: ignore_receipt(receipt.pk, "private", by=neighbour),
        lambda: reopen_receipt(receipt.pk, by=neighbour),
    ):
        with pytest.raises(StaffOnly):
            call()
    with pytest.raises(NotPlaceable):
        assign(receipt.pk, {theirs.pk: 1}, by=order.shop.owner)


def test_case_28_a_volunteer_with_all_leave_neither_sees_nor_places_money(client, order, payment):
    volunteer = RoleFactory(Role.VOLUNTEER, order.shop.village)
    consent = ConsentFactory(order.shop, volunteer)
    receipt = line(payment.account, 100_000, "?")
    client.force_login(volunteer)
    session = client.session
    session["acting"] = consent.pk
    session.save()
    assert client.get(reverse("money:receipt", args=[receipt.pk])).status_code == 403
    with pytest.raises(StaffOnly):
        assign(receipt.pk, {payment.pk: 100_000}, by=volunteer)


# --- the queue ----------------------------------------------------------------------------------------------------------


def test_filters_find_by_account_day_and_sum(desk):
    ours, shop = operators(), ShopFactory()
    theirs = shop.payment_accounts.get()
    early = line(ours, 10_000, "?", booked_at=timezone.now() - timedelta(days=3))
    late, other = line(ours, 20_000, "?"), line(theirs, 20_000, "?")

    def found(query):
        return [case.receipt for case in desk.get(f"{QUEUE}?{query}").context["page"]]

    day = f"{timezone.localtime(early.booked_at):%Y-%m-%d}"
    assert found("") == [other, late, early]
    assert found("tk=operator") == [late, early]
    assert found("tk=sellers") == [other]
    assert found(f"tk={ours.pk}&tien=20k") == [late]
    assert found(f"tu={day}&den={day}") == [early]


def test_a_filter_typed_wrong_is_said_at_the_field(desk):
    answer = desk.get(f"{QUEUE}?tien=abc")
    assert answer.status_code == 422
    assert 'value="abc"' in answer.content.decode()


def test_pages_follow_each_other_by_key(desk):
    account = operators()
    rows = [line(account, 1_000 + n, "?") for n in range(30)]
    first = desk.get(QUEUE).context["page"]
    second = desk.get(QUEUE, {"sau": first.next}).context["page"]
    assert [case.receipt for case in (*first, *second)] == rows[::-1]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_queue_is_taken_home_as_a_file(desk, ending):
    line(operators(), 12_345, "=1+1")
    answer = desk.get(f"{QUEUE}?tep={ending}")
    assert f".{ending}" in answer["Content-Disposition"]
    if ending == "csv":
        assert "12345" in answer.content.decode()
        assert "'=1+1" in answer.content.decode()


def test_the_queue_costs_the_same_for_3_and_24_receipts(desk, queries_of):
    account = operators()
    for n in range(3):
        pooled_order(account, price=1_000 + n)
        line(account, 2_000 + 2 * n, "?")
    few = queries_of(desk.get, QUEUE)
    for n in range(21):
        line(account, 2_000 + n, f"{new_code('LUA')} 09120001{n:02d}")
    assert queries_of(desk.get, QUEUE) == few <= 15


def test_a_receipt_and_its_confirmation_cost_little(desk, queries_of, payment):
    receipt = line(payment.account, 100_000, "?")
    assert queries_of(desk.get, f"{QUEUE}{receipt.pk}/") <= 15
    assert queries_of(desk.get, f"{QUEUE}{receipt.pk}/ghep/?khoan={payment.pk}") <= 15


def test_a_provider_that_told_another_sum_stands_on_the_desk(desk, payment):
    Payment.objects.filter(pk=payment.pk).update(provider="momo", provider_ref="r1", fault="other_amount")
    receipt = Receipt.objects.create(
        source="provider", provider="momo", provider_id="c1", state="unmatched", amount=15_000, memo=payment.code,
        booked_at=timezone.now(),
    )  # fmt: skip
    page = desk.get(f"{QUEUE}?loai=provider").context["page"]
    assert [(case.receipt, case.best[0].payment) for case in page] == [(receipt, payment)]
