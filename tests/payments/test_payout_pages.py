"""The operator's pages of paying sellers and settling with carriers: for two people, and for nobody else."""

import pytest
from django.urls import reverse

from common.days import local_day
from payments import ledger
from payments.models import CarrierSettlement, Payout, PayoutBatch
from payments.services import approve_payout, draft_payout, make_batch
from places.models import Role
from tests.factories import ConsentFactory, RoleFactory, ShopFactory
from tests.payments.paying import bank_line, money_runner, operators_bank, pooled_order
from tests.payments.test_carriers import carried

pytestmark = pytest.mark.django_db
QUEUE, CARRIERS = "/so-quy/chi-tra/", "/so-quy/hang-giao/"


@pytest.fixture
def shop():
    return ShopFactory()


@pytest.fixture
def lan(client):
    person = money_runner()
    client.force_login(person)
    return person


@pytest.fixture
def draft(shop):
    pooled_order(shop, 80_000)
    return draft_payout(shop.pk, by=money_runner())


def press(client, name, *args, **said):
    return client.post(reverse(f"desk:{name}", args=args), said, follow=True)


def test_a_payout_goes_from_draft_to_settled_by_pressing(client, lan, draft):
    assert "Duyệt chi trả" in client.get(f"{QUEUE}{draft.pk}/").content.decode()
    press(client, "approve_payout", draft.pk)
    made = press(client, "make_batch", payouts=[draft.pk], layout="vietcombank")
    batch = PayoutBatch.objects.get()
    assert made.redirect_chain[-1][0] == reverse("desk:batch", args=[batch.pk])
    file = client.post(reverse("desk:batch_file", args=[batch.pk]), {"kind": "csv"})
    assert draft.account.number in file.content.decode()
    press(client, "batch_sent", batch.pk)
    press(client, "settle_payout", draft.pk)
    draft.refresh_from_db()
    assert (draft.state, ledger.balance("bank")) == (Payout.State.SETTLED, 0)


def test_case_17_the_drafter_has_no_button_to_approve_and_pressing_does_nothing(client, lan, shop):
    pooled_order(shop, 80_000)
    press(client, "draft_payouts")
    payout = Payout.objects.get()
    assert "Duyệt chi trả" not in client.get(f"{QUEUE}{payout.pk}/").content.decode()
    assert "người khác duyệt" in press(client, "approve_payout", payout.pk).content.decode()
    payout.refresh_from_db()
    assert payout.state == Payout.State.DRAFT


def test_a_sellers_page_says_what_is_held_and_drafts_the_rest(client, lan, shop):
    pooled_order(shop, 80_000)
    pooled_order(shop, 30_000, delivered=False)
    page = client.get(reverse("desk:payout_seller", args=[shop.public_code])).content.decode()
    assert "chờ khách nhận hàng" in page
    press(client, "payout_seller", shop.public_code)
    assert Payout.objects.get().amount == 80_000


def test_the_list_is_filtered_by_step_and_days_and_is_had_as_a_file(client, lan, draft):
    today = f"{local_day():%Y-%m-%d}"
    table = client.get(QUEUE, {"loai": "draft", "tu": today, "den": today, "tep": "csv"})
    lines = table.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert (draft.code in lines[1], "80000" in lines[1], draft.account.number in lines[1]) == (
        True,
        True,
        False,
    )
    nothing = client.get(QUEUE, {"loai": "settled", "tep": "csv"}).content.decode("utf-8-sig")
    assert len(nothing.splitlines()) == 1
    before = client.get(QUEUE, {"den": "2025-01-31"}).content.decode()
    assert (draft.code in client.get(QUEUE).content.decode(), draft.code in before) == (True, False)
    wrong = client.get(QUEUE, {"loai": "never", "tu": "2026-02-02", "den": "2026-02-01"})
    assert (wrong.status_code, "Ngày cuối phải sau ngày đầu" in wrong.content.decode()) == (422, True)


def test_a_return_needs_a_reason(client, lan, draft):
    approve_payout(draft.pk, by=lan)
    Payout.objects.update(state=Payout.State.SENT)
    assert client.post(reverse("desk:return_payout", args=[draft.pk])).status_code == 422
    press(client, "return_payout", draft.pk, fault="Sai tên chủ tài khoản")
    draft.refresh_from_db()
    assert (draft.state, draft.fault) == (Payout.State.RETURNED, "Sai tên chủ tài khoản")


def test_a_batch_of_nothing_is_refused_at_its_field(client, lan, draft):
    approve_payout(draft.pk, by=lan)
    answer = client.post(reverse("desk:make_batch"), {"layout": "generic"})
    assert answer.status_code == 422
    assert "payouts" in answer.context["form"].errors


def test_nobody_settles_by_hand_what_was_not_sent(client, lan, draft):
    approve_payout(draft.pk, by=lan)
    press(client, "settle_payout", draft.pk)
    draft.refresh_from_db()
    assert draft.state == Payout.State.APPROVED


def test_whole_account_numbers_stand_in_the_file_only(client, lan, draft):
    approve_payout(draft.pk, by=lan)
    batch = make_batch([draft.pk], "generic", by=lan)
    for address in (QUEUE, f"{QUEUE}{draft.pk}/", reverse("desk:batch", args=[batch.pk])):
        assert draft.account.number not in client.get(address).content.decode()


def test_a_carriers_list_is_pasted_and_booked(client, lan, shop):
    one, two = carried(shop), carried(shop, 60_000)
    operators_bank()
    page = client.get(f"{CARRIERS}ghn/")
    assert one.public_code in page.content.decode()
    rows = f"{one.public_code}\t120.000\n{two.public_code.lower()};60000\n"
    said = {"key": page.context["form"].initial["key"], "rows": rows, "fee": "8.000"}
    assert client.post(f"{CARRIERS}ghn/", said).status_code == 302
    assert client.post(f"{CARRIERS}ghn/", said).status_code == 302  # pressed twice
    assert (ledger.balance("bank"), ledger.balance("cash_in_transit")) == (172_000, 0)
    line = bank_line("GHN", 172_000)
    press(client, "tie_carrier", "ghn", CarrierSettlement.objects.get().pk, receipt=line.pk)
    assert ledger.balance("bank") == 172_000


@pytest.mark.parametrize(
    ("rows", "field"), [("ABC", "rows"), ("ZZZZZZZZZZ 5", "rows"), ("", "rows"), ("{code} 999999999", "rows")]
)
def test_a_carriers_list_that_cannot_be_is_refused_and_kept(client, lan, shop, rows, field):
    rows = rows.format(code=carried(shop).public_code)
    operators_bank()
    answer = client.post(f"{CARRIERS}ghn/", {"key": "0" * 32, "rows": rows, "fee": ""})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert rows in answer.content.decode()


def test_case_28_for_everybody_else_these_pages_are_not_there(client, draft, shop):
    approve_payout(draft.pk, by=money_runner())
    batch = make_batch([draft.pk], "generic", by=money_runner())
    settled = [draft.pk]
    carried(shop)
    volunteer = RoleFactory(Role.VOLUNTEER, shop.village)
    ConsentFactory(shop, volunteer)
    for person in (volunteer, shop.owner, RoleFactory(Role.HEAD, shop.village)):
        client.force_login(person)
        for name, args in [
            ("payouts", []), ("payout", settled), ("batch", [batch.pk]), ("payout_seller", [shop.public_code]),
            ("carriers", []), ("carrier", ["ghn"]),
        ]:  # fmt: skip
            assert client.get(reverse(f"desk:{name}", args=args)).status_code == 404
        for name, args in [
            ("approve_payout", settled), ("cancel_payout", settled), ("settle_payout", settled), ("return_payout", settled),
            ("draft_payouts", []), ("make_batch", []), ("batch_file", [batch.pk]), ("batch_sent", [batch.pk]),
            ("carrier", ["ghn"]), ("payout_seller", [shop.public_code]),
        ]:  # fmt: skip
            assert client.post(reverse(f"desk:{name}", args=args)).status_code == 404
    draft.refresh_from_db()
    assert draft.state == Payout.State.APPROVED


@pytest.mark.parametrize("name", ["payout", "batch"])
def test_what_is_not_there_is_404(client, lan, name):
    assert client.get(reverse(f"desk:{name}", args=[10**6])).status_code == 404
    assert client.get(f"{CARRIERS}nobody/").status_code == 404


def test_the_queue_costs_the_same_for_1_and_12_payouts(client, lan, queries_of):
    def some(count):
        for _ in range(count):
            shop = ShopFactory()
            pooled_order(shop, 80_000)
            approve_payout(draft_payout(shop.pk, by=money_runner()).pk, by=lan)

    some(1)
    few = queries_of(client.get, QUEUE)
    some(11)
    assert queries_of(client.get, QUEUE) == few <= 12
