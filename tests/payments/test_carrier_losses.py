"""Cash that a carrier will never hand over: chased by age, given up by reason and two people; the seller is made whole."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from common.models import AuditEvent
from orders.models import Order
from payments import balances, ledger, ledger_checks, self_checks
from payments.carrier_queries import carriers_owing, held_by
from payments.errors import NeedsReason, NotYourself, RowWrong, StaffOnly, TooMuch, WrongStep
from payments.models import Account, CarrierWriteOff, LedgerEntry
from payments.queries import waiting_for
from payments.services import (
    approve_write_off,
    drop_write_off,
    settle_carrier,
    take_back_write_off,
    write_off,
)
from payments.services.carriers import Row
from tests.factories import ShopFactory, UserFactory
from tests.payments.lines import books_agree
from tests.payments.paying import money_runner, operators_bank
from tests.payments.test_carriers import carried, settle

pytestmark = pytest.mark.django_db
HERE = "/so-quy/hang-giao/"
State = CarrierWriteOff.State


@pytest.fixture
def shop():
    return ShopFactory()


@pytest.fixture
def lan():
    return money_runner()


@pytest.fixture
def desk(client, lan):
    client.force_login(lan)
    return client


def give_up(by, *orders, key="k", reason="Hãng phá sản"):
    return write_off("ghn", [order.public_code for order in orders], reason, by=by, key=key)


def test_case_20_what_a_carrier_pays_too_little_is_given_up_and_the_seller_gets_it_all(shop, lan):
    order = carried(shop)
    settle([(order, 100_000)], 0, lan)
    assert balances.available(shop.pk).free == 100_000
    for _ in range(2):  # pressed twice
        give_up(lan, order)
    assert (ledger.balance(Account.CASH_IN_TRANSIT), ledger.balance(Account.BAD_DEBT)) == (0, 20_000)
    assert (ledger.seller_balance(shop.pk), balances.available(shop.pk).free) == (-120_000, 120_000)
    assert (held_by("ghn"), waiting_for(shop).carrier_sum) == ([], 0)
    entry = LedgerEntry.objects.get(kind="carrier_loss")
    assert (entry.order, entry.actor_id, entry.note) == (order, lan.pk, "Hãng phá sản")
    assert AuditEvent.objects.get(verb="carrier_loss.done").details["amount"] == 20_000
    assert books_agree()
    assert list(self_checks.accounts()) == []


def test_above_the_limit_it_waits_for_somebody_else(shop, lan, settings):
    settings.REFUND_TWO_PEOPLE = 150_000
    made = give_up(lan, carried(shop, 100_000), carried(shop, 50_001))
    assert (made.state, ledger.balance(Account.BAD_DEBT)) == (State.WAITING, 0)
    with pytest.raises(NotYourself):
        approve_write_off(made.pk, by=lan)
    binh = money_runner()
    for _ in range(2):
        approve_write_off(made.pk, by=binh)
    made.refresh_from_db()
    assert (made.state, made.made_by, made.decided_by) == (State.DONE, lan, binh)
    assert ledger.balance(Account.BAD_DEBT) == 150_001
    assert books_agree()


def test_at_the_limit_one_person_is_enough(shop, lan, settings):
    settings.REFUND_TWO_PEOPLE = 150_000
    assert give_up(lan, carried(shop, 150_000)).state == State.DONE


def test_an_order_that_waits_to_be_given_up_is_not_given_up_again(shop, lan, settings):
    settings.REFUND_TWO_PEOPLE = 0
    order = carried(shop)
    made = give_up(lan, order)
    with pytest.raises(RowWrong):
        give_up(lan, order, key="k2")
    assert held_by("ghn")[0].asked
    drop_write_off(made.pk, by=lan)
    assert give_up(lan, order, key="k3").state == State.WAITING


def test_what_the_carrier_paid_meanwhile_is_not_given_up(shop, lan, settings):
    settings.REFUND_TWO_PEOPLE = 0
    order = carried(shop)
    made = give_up(lan, order)
    settle([(order, 1_000)], 0, lan)
    with pytest.raises(TooMuch):
        approve_write_off(made.pk, by=money_runner())
    assert ledger.balance(Account.BAD_DEBT) == 0


def test_a_carrier_that_pays_after_all_owes_again_and_settles(shop, lan):
    order = carried(shop)
    made = give_up(lan, order)
    with pytest.raises(RowWrong):  # it owes nothing now
        settle([(order, 120_000)], 0, lan)
    for _ in range(2):
        take_back_write_off(made.pk, by=lan)
    assert balances.available(shop.pk).in_transit == 120_000
    settle([(order, 120_000)], 0, lan)
    assert (ledger.balance(Account.BAD_DEBT), ledger.balance(Account.BANK)) == (0, 120_000)
    assert ledger.seller_balance(shop.pk) == -120_000
    assert books_agree()


@pytest.mark.parametrize("wrong", ["stranger", "reason", "nothing held", "unknown", "none", "other carrier"])
def test_what_cannot_be_given_up_books_nothing(shop, lan, wrong):
    order = carried(shop)
    by, reason, codes, carrier = lan, "mất", [order.public_code], "ghn"
    if wrong == "stranger":
        by = UserFactory()
    elif wrong == "reason":
        reason = "  "
    elif wrong == "nothing held":
        settle([(order, 120_000)], 0, lan)
    elif wrong == "other carrier":
        carrier = "ahamove"
    else:
        codes = {"unknown": ["XXXXXXXXXX"], "none": []}[wrong]
    with pytest.raises((StaffOnly, NeedsReason, RowWrong)):
        write_off(carrier, codes, reason, by=by, key="k")
    assert not CarrierWriteOff.objects.exists()


@pytest.mark.parametrize("step", [approve_write_off, drop_write_off, take_back_write_off])
def test_steps_out_of_turn_and_of_strangers_are_refused(shop, lan, settings, step):
    done = give_up(lan, carried(shop))
    settings.REFUND_TWO_PEOPLE = 0
    waiting = give_up(lan, carried(shop), key="k2")
    with pytest.raises(StaffOnly):
        step(waiting.pk, by=UserFactory())
    drop_write_off(waiting.pk, by=lan)
    if step is drop_write_off:
        with pytest.raises(WrongStep):
            step(done.pk, by=lan)
    else:
        with pytest.raises(WrongStep):
            step(waiting.pk, by=money_runner())


def test_the_nightly_proof_sees_a_write_off_without_its_entry(shop, lan):
    give_up(lan, carried(shop))
    CarrierWriteOff.objects.update(state=State.DROPPED)
    assert list(ledger_checks.losses()) == ["written off 0, booked 120000"]
    assert list(ledger_checks.carriers()) == ["ghn: open 120000, booked 0"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_cash_is_never_handed_over_and_given_up(shop, lan, run_at_once):
    order = carried(shop)
    keys = iter(["a", "b", "c", "d"])

    def one_or_the_other():
        key = next(keys)
        if key in "ac":
            return settle([(order, 120_000)], 0, lan, key=key)
        return give_up(lan, order, key=key)

    assert sorted(run_at_once(4, one_or_the_other)) == ["RowWrong"] * 3 + ["ok"]
    assert ledger.balance(Account.CASH_IN_TRANSIT) == 0
    assert books_agree()


# --- how long -------------------------------------------------------------------------------------------------------------


def old(order, days):
    Order.objects.filter(pk=order.pk).update(delivered_at=timezone.now() - timedelta(days=days))
    return order


def test_open_cash_is_seen_by_carrier_and_by_age(shop, desk):
    for amount, days in ((10_000, 0), (20_000, 7), (30_000, 8), (40_000, 31)):
        old(carried(shop, amount), days)
    (owing,) = carriers_owing()
    assert (owing.ages, owing.oldest, owing.count, owing.late) == ([30_000, 30_000, 40_000], 31, 4, 70_000)
    assert "70.000" in desk.get(HERE).content.decode()
    assert "31 ngày" in desk.get(f"{HERE}ghn/").content.decode()


def test_what_a_carrier_holds_is_a_table_to_send_it(shop, desk):
    order = old(carried(shop), 9)
    book = load_workbook(io.BytesIO(desk.get(f"{HERE}ghn/", {"tep": "xlsx"}).content))
    (row,) = book.active.iter_rows(min_row=2, values_only=True)
    assert (row[0], row[1], row[4], row[5]) == (order.public_code, order.public_code, 9, 120_000)


# --- the pages ------------------------------------------------------------------------------------------------------------


def press(client, name, *args, **said):
    return client.post(reverse(f"desk:{name}", args=args), said, follow=True)


def test_two_people_give_up_a_debt_by_pressing(shop, desk, client_of, settings):
    settings.REFUND_TWO_PEOPLE = 100_000
    order = carried(shop)
    key = desk.get(f"{HERE}ghn/").context["loss_form"].initial["key"]
    page = press(
        desk, "write_off", "ghn", key=key, orders=[order.public_code], reason="Mất hàng"
    ).content.decode()
    assert "Cần một người khác duyệt" in page
    assert "Duyệt xóa nợ" not in page
    made = CarrierWriteOff.objects.get()
    other = client_of()
    other.force_login(money_runner())
    assert "Duyệt xóa nợ" in other.get(f"{HERE}ghn/").content.decode()
    assert "Người bán được trả đủ" in press(other, "approve_write_off", "ghn", made.pk).content.decode()
    assert ledger.balance(Account.BAD_DEBT) == 120_000
    assert "120.000" in desk.get(HERE).content.decode()  # what was lost stays to be seen
    press(desk, "take_back_write_off", "ghn", made.pk)
    assert ledger.balance(Account.BAD_DEBT) == 0


def test_a_debt_given_up_without_a_reason_is_422_and_keeps_the_choice(shop, desk):
    order = carried(shop)
    answer = desk.post(
        reverse("desk:write_off", args=["ghn"]), {"key": "a" * 32, "orders": [order.public_code]}
    )
    assert answer.status_code == 422
    assert "Hãy ghi lý do." in answer.content.decode()
    assert "checked" in answer.content.decode()


def test_strangers_have_no_button_and_another_carriers_loss_is_404(shop, desk, lan, client_of):
    made = give_up(lan, carried(shop))
    assert desk.post(reverse("desk:drop_write_off", args=["ahamove", made.pk])).status_code == 404
    other = client_of()
    other.force_login(shop.owner)
    assert other.post(reverse("desk:take_back_write_off", args=["ghn", made.pk])).status_code == 404


def test_carriers_pages_cost_the_same_for_1_and_9_orders(shop, desk, lan, queries_of):
    def some(count):
        for _ in range(count):
            order = carried(shop)
            half = [Row(order.public_code, 60_000)]
            settle_carrier("ghn", half, 0, operators_bank(), lan, key=order.public_code)

    some(1)
    few = [queries_of(desk.get, address) for address in (HERE, f"{HERE}ghn/")]
    some(8)
    assert [queries_of(desk.get, address) for address in (HERE, f"{HERE}ghn/")] == few
    assert few[0] <= 10
    assert few[1] <= 17
