"""Disputes with buyers' banks: a page for the desk, a word to the seller; only the provider decides. Case 19 goes on here."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Message
from common.models import AuditEvent
from payments import dispute_queries, ledger
from payments.errors import StaffOnly
from payments.models import (
    Account,
    Dispute,
    ProviderPayout,
    Receipt,
    Reversal,
    Transfer,
)
from payments.models import ConnectedAccount as Connected
from payments.providers.connect import Dispute as Said
from payments.providers.connect import DisputeOutcome
from payments.services import confirm, note_dispute, take_dispute
from tests.factories import OrderFactory, ShopFactory, UserFactory
from tests.payments.paying import bank_line, money_runner

pytestmark = pytest.mark.django_db
HERE = "/so-quy/tranh-chap/"
DUE = datetime(2031, 3, 9, 10, 0, tzinfo=UTC)


@pytest.fixture
def shop():
    return ShopFactory(name="Vườn nhà Sen")


@pytest.fixture
def desk(client, finance):
    client.force_login(finance)
    return client


def charge(*orders):
    """A card's money for some orders, counted as it came."""
    number = Receipt.objects.count() + 1
    receipt = Receipt.objects.create(
        source=Receipt.Source.PROVIDER, state=Receipt.State.UNMATCHED, provider="stripe", provider_id=f"ch_{number}",
        amount=sum(order.total for order in orders), booked_at=timezone.now(),
    )  # fmt: skip
    for order in orders:
        confirm(order.payments.get(), receipt, amount=order.total)
    receipt.refresh_from_db()
    return receipt


def said(**facts):
    usual = {
        "ref": "dp_1", "charge": "ch_1", "intent": "", "outcome": DisputeOutcome.OPEN, "amount": 100_000, "currency": "vnd",
        "held": True, "reason": "product_not_received", "respond_by": DUE,
    }  # fmt: skip
    return Said(**(usual | facts))


@pytest.fixture
def order(shop):
    return OrderFactory(shop, price=100_000, quantity=1)


@pytest.fixture
def dispute(order):
    return take_dispute(charge(order).pk, said())


def texts(kind):
    return list(Message.objects.filter(kind=kind).values_list("body", flat=True))


# --- the desk's list ----------------------------------------------------------------------------------------------------


def test_the_list_says_how_much_which_order_why_and_until_when(desk, dispute, order):
    page = desk.get(HERE).content.decode()
    for words in ("100.000", order.public_code, "Khách nói chưa nhận được hàng", "hạn 09/03", "Vườn nhà Sen"):
        assert words in page


def test_what_must_be_answered_first_stands_first(desk, shop):
    def due(days):
        receipt = charge(OrderFactory(shop, price=100_000, quantity=1))
        return take_dispute(receipt.pk, said(ref=f"dp_{days}", respond_by=days and DUE + timedelta(days)))

    late, soon, unknown = due(9), due(1), due(None)
    waiting = desk.get(HERE).context["waiting"]
    assert [case.dispute.pk for case, _reason in waiting] == [soon.pk, late.pk, unknown.pk]


def test_an_old_open_dispute_is_never_out_of_sight_until_days_are_asked_for(desk, dispute):
    Dispute.objects.update(opened_at=timezone.now() - timedelta(days=300))
    assert len(desk.get(HERE).context["waiting"]) == 1
    assert desk.get(HERE, {"tu": timezone.localdate().isoformat()}).context["waiting"] == []


@pytest.mark.parametrize(
    ("state", "waiting", "decided"), [("", 1, 2), ("open", 1, 0), ("won", 0, 1), ("lost", 0, 1)]
)
def test_the_list_is_filtered_by_what_came_of_them(desk, shop, state, waiting, decided):
    for number, outcome in enumerate(DisputeOutcome):
        receipt = charge(OrderFactory(shop, price=100_000, quantity=1))
        take_dispute(receipt.pk, said(ref=f"dp_{number}", outcome=outcome))
    shown = desk.get(HERE, {"loai": state}).context
    assert (len(shown["waiting"]), len(shown["decided"])) == (waiting, decided)


def test_a_filter_that_cannot_be_is_422_and_kept(desk):
    answer = desk.get(HERE, {"tu": "2026-05-09", "den": "2026-05-01"})
    assert (answer.status_code, "2026-05-01" in answer.content.decode()) == (422, True)


def test_the_list_is_to_be_had_as_a_table(desk, dispute, order):
    csv = desk.get(HERE, {"tep": "csv"})
    assert csv["Content-Type"].startswith("text/csv")
    assert order.public_code in csv.content.decode("utf-8-sig")
    book = load_workbook(io.BytesIO(desk.get(HERE, {"tep": "xlsx"}).content))
    assert [row[2].value for row in book.active.iter_rows(min_row=2)] == [100_000]


def test_the_list_costs_the_same_for_1_and_12_disputes(desk, shop, queries_of):
    def some(count):
        for _ in range(count):
            receipt = charge(*(OrderFactory(shop, price=50_000, quantity=1) for _ in range(2)))
            take_dispute(receipt.pk, said(ref=f"dp_{receipt.pk}"))
            closed = charge(OrderFactory(shop, price=100_000, quantity=1))
            take_dispute(closed.pk, said(ref=f"dp_{closed.pk}", outcome=DisputeOutcome.WON))

    some(1)
    few = queries_of(desk.get, HERE)
    some(11)
    assert queries_of(desk.get, HERE) == few <= 13


# --- one dispute ----------------------------------------------------------------------------------------------------------


def test_a_dispute_shows_its_money_in_the_ledger_and_the_providers_page(desk, order, dispute):
    take_dispute(dispute.receipt_id, said(fee=380_000))
    page = desk.get(f"{HERE}{dispute.pk}/")
    assert [entry.key for entry, _words in page.context["entries"]] == [
        f"dispute:{dispute.pk}",
        f"dispute:{dispute.pk}:fee:0",
    ]
    words = page.content.decode()
    for shown in ("380.000", "https://dashboard.stripe.com/disputes", order.public_code, "phiếu gửi hàng"):
        assert shown in words
    assert f"/so-quy/chua-khop/{dispute.receipt_id}/" in words


def test_a_dispute_never_shows_the_entries_of_one_whose_number_begins_alike(dispute):
    lines = [ledger.Line(Account.DISPUTES_HELD, 1), ledger.Line(Account.STRIPE, -1)]
    strange = ledger.post(f"dispute:{dispute.pk}9", "dispute", lines)
    assert strange not in dispute_queries.entries_of(dispute)


def test_whoever_looks_after_it_is_named_and_the_provider_does_not_overwrite_it(desk, finance, dispute):
    answer = desk.post(
        f"{HERE}{dispute.pk}/", {"owner": finance.pk, "note": "Đã xin ảnh của chị Sen"}, follow=True
    )
    assert "Đã xin ảnh của chị Sen" in answer.content.decode()
    take_dispute(dispute.receipt_id, said(respond_by=DUE + timedelta(days=1)))
    dispute.refresh_from_db()
    assert (dispute.owner, dispute.note, dispute.state) == (finance, "Đã xin ảnh của chị Sen", "open")
    noted = AuditEvent.objects.get(verb="dispute.noted")
    assert (noted.actor_id, noted.details["owner"]) == (finance.pk, finance.pk)
    assert "Sen" not in str(noted.details)  # people's words are no business of the log


def test_a_note_that_is_too_long_is_422_and_kept(desk, dispute):
    answer = desk.post(f"{HERE}{dispute.pk}/", {"owner": "", "note": "dài " * 200})
    assert answer.status_code == 422
    assert "dài dài" in answer.content.decode()


def test_nobody_at_the_desk_can_say_how_it_ended(desk, dispute):
    desk.post(f"{HERE}{dispute.pk}/", {"owner": "", "note": "", "state": "won"})
    dispute.refresh_from_db()
    assert dispute.state == Dispute.State.OPEN


def test_only_those_who_run_money_see_and_note_disputes(client, shop, dispute):
    client.force_login(shop.owner)
    assert client.get(HERE).status_code == client.get(f"{HERE}{dispute.pk}/").status_code == 404
    with pytest.raises(StaffOnly):
        note_dispute(dispute.pk, owner=None, note="", by=UserFactory())


def test_a_dispute_that_is_not_there_is_404(desk):
    assert desk.get(f"{HERE}123456/").status_code == 404


def test_a_disputes_page_costs_little(desk, dispute, queries_of):
    assert queries_of(desk.get, f"{HERE}{dispute.pk}/") <= 14


# --- the seller -----------------------------------------------------------------------------------------------------------


def test_the_seller_is_told_once_what_is_held_why_and_what_to_keep_ready(order, dispute):
    take_dispute(dispute.receipt_id, said())  # told again by the provider
    (body,) = texts("dispute")
    for words in (
        "100.000",
        order.public_code,
        "chưa nhận được hàng",
        "Sàn giữ số tiền này",
        "ảnh lúc đóng hàng",
    ):
        assert words in body


def test_each_seller_of_a_shared_charge_hears_of_their_own_part(shop):
    orders = [
        OrderFactory(shop, price=60_000, quantity=1),
        OrderFactory(ShopFactory(), price=40_000, quantity=1),
    ]
    take_dispute(charge(*orders).pk, said(amount=50_000))
    assert sorted("30.000" in body for body in texts("dispute")) == [False, True]
    assert Message.objects.filter(kind="dispute").values("user").distinct().count() == 2


@pytest.mark.parametrize(
    ("outcome", "kind", "words"),
    [
        (DisputeOutcome.WON, "dispute_won", "vẫn là của bạn"),
        (DisputeOutcome.LOST, "dispute_lost", "trừ vào tiền của bạn"),
    ],
)
def test_the_seller_hears_once_how_it_ended(dispute, outcome, kind, words):
    for _ in range(2):
        take_dispute(dispute.receipt_id, said(outcome=outcome))
    (body,) = texts(kind)
    assert words in body


def test_a_loss_that_the_market_bears_is_told_as_such(shop, dispute, settings):
    settings.DISPUTE_GOODWILL = True
    lines = [ledger.Line(Account.SELLER, 100_000, shop.pk), ledger.Line(Account.BANK, -100_000)]
    ledger.post("payout:1", "payout", lines)  # the seller has been paid
    take_dispute(dispute.receipt_id, said(outcome=DisputeOutcome.LOST))
    assert ledger.balance(Account.GOODWILL) == 100_000
    assert "bạn không bị trừ" in texts("dispute_lost")[0]


def test_a_dispute_that_was_over_before_we_heard_of_it_is_told_once(order):
    take_dispute(charge(order).pk, said(outcome=DisputeOutcome.LOST))
    assert (len(texts("dispute")), len(texts("dispute_lost"))) == (0, 1)


def test_the_farmer_sees_held_money_and_what_to_keep_ready(client, shop, order, dispute):
    client.force_login(shop.owner)
    page = client.get("/ban-hang/tien/").content.decode()
    for words in ("Khách đòi lại tiền qua ngân hàng", "100.000", "Bạn giữ sẵn", order.public_code):
        assert words in page
    take_dispute(dispute.receipt_id, said(outcome=DisputeOutcome.WON))
    assert "Khách đòi lại tiền qua ngân hàng" not in client.get("/ban-hang/tien/").content.decode()


def test_a_neighbours_dispute_is_not_mine(shop, dispute):
    assert dispute_queries.open_of_shop(ShopFactory().pk) == []
    assert dispute_queries.disputed_of(shop.pk) == 100_000


# --- money between us and providers -----------------------------------------------------------------------------------------


@pytest.fixture
def payout():
    return ProviderPayout.objects.create(
        provider="stripe",
        ref="po_1",
        amount=4_250,
        currency="usd",
        state=ProviderPayout.State.PAID,
        arrives_at=timezone.now(),
    )


def test_money_paid_out_in_dollars_is_listed_and_booked_by_what_the_bank_got(desk, payout):
    assert "42,50 USD" in desk.get(HERE).content.decode()
    came = bank_line("STRIPE", 1_050_000)
    answer = desk.post(f"{HERE}tien-cong/{payout.pk}/", {"arrived": "1.050.000", "receipt": came.pk})
    assert answer.status_code == 302
    payout.refresh_from_db()
    assert (payout.arrived, ledger.balance(Account.UNMATCHED)) == (1_050_000, 0)
    assert desk.get(f"{HERE}tien-cong/{payout.pk}/").status_code == 404  # it is done


@pytest.mark.parametrize(("typed", "with_line"), [("", False), ("không biết", False), ("1.049.000", True)])
def test_a_sum_that_cannot_be_is_422_and_books_nothing(desk, payout, typed, with_line):
    came = bank_line("STRIPE", 1_050_000)
    answer = desk.post(
        f"{HERE}tien-cong/{payout.pk}/", {"arrived": typed, "receipt": came.pk if with_line else ""}
    )
    payout.refresh_from_db()
    assert (answer.status_code, payout.arrived) == (422, None)
    assert typed in answer.content.decode()


def test_what_could_not_be_taken_back_from_a_seller_is_listed_with_its_fault(desk, shop, order):
    account = Connected.objects.create(shop=shop, provider="stripe", key="k", ref="acct_1")
    transfer = Transfer.objects.create(
        shop=shop,
        order=order,
        receipt=charge(order),
        account=account,
        amount=90_000,
        state=Transfer.State.SENT,
    )
    Reversal.objects.create(
        transfer=transfer, amount=40_000, state=Reversal.State.FAILED, tries=3, fault="balance_insufficient"
    )
    page = desk.get(HERE).content.decode()
    for words in ("40.000", "balance_insufficient", f"/so-quy/chi-tra/gian-hang/{shop.public_code}/"):
        assert words in page


def test_the_desks_first_page_counts_open_disputes(desk, dispute):
    assert "Tranh chấp thẻ chờ trả lời" in desk.get("/so-quy/").content.decode()


def test_money_runners_are_named_as_owners(dispute):
    lan = money_runner()
    assert note_dispute(dispute.pk, owner=lan, note="", by=lan).owner == lan
