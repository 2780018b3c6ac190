"""The till's pages: for the shop's own people, useful without scripts, and light; sales kept on a phone count once."""

import json
from io import BytesIO
from uuid import uuid4

import pypdfium2 as pdfium
import pytest
import zxingcpp
from django.urls import reverse
from django.utils import timezone

from common.actors import Actor
from common.money import show_dong
from payments import vietqr
from payments.models import MarketSession, StallPlate, StallSale
from payments.services import (
    cash_sale,
    declare_sale,
    open_session,
    plate_for,
    plate_sale_entered,
    start_sale,
)
from places.models import Role
from sellers.models import ShopMember
from tests.factories import ConsentFactory, RoleFactory, ShopFactory, UserFactory
from tests.payments.test_stall import line

pytestmark = pytest.mark.django_db
TILL, PUSH, TODAY = "/ban-hang/quay/", "/ban-hang/quay/gui/", "/ban-hang/quay/hom-nay/"
SESSIONS, PLATE, HEARD = "/ban-hang/quay/phien/", "/ban-hang/quay/ma-dan/", "/ban-hang/quay/moi/"


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


def sell(trader, how, amount="45.000", key=None, **more):
    return trader.post(TILL, {"key": key or uuid4(), "amount": amount, "how": how}, **more)


# --- selling ----------------------------------------------------------------------------------------------------------
def test_a_plain_form_leads_to_the_qr_with_amount_account_end_and_code(trader, shop):
    answer = sell(trader, "stall")
    sale = StallSale.objects.get()
    assert answer.url == sale.get_absolute_url()
    page = trader.get(answer.url).content.decode()
    account = shop.payment_accounts.get()
    assert all(text in page for text in (show_dong(45_000), account.number_end, sale.payment.code, "<svg"))
    assert account.number not in page


def test_a_script_gets_the_part_alone_and_a_page_that_waits_hears_nothing_new(trader):
    part = sell(trader, "stall", headers={"X-Part": "1"})
    assert b"<html" not in part.content
    sale = StallSale.objects.get()
    address = reverse("stall:sale_part", args=[sale.key])
    assert trader.get(f"{address}?la=waiting-0").status_code == 204
    assert b"data-came" not in trader.get(address).content


def test_only_the_banks_word_makes_a_sound(trader, shop, by):
    said, came = (start_sale(shop, 45_000, client_uuid=uuid4(), by=by) for _ in range(2))
    start = f"{HEARD}?sau=0"
    declare_sale(said, by=by)
    cash_sale(shop, 5_000, client_uuid=uuid4(), by=by)
    plate_sale_entered(shop, 5_000, client_uuid=uuid4(), by=by)
    assert trader.get(start).status_code == 204
    assert b"data-came" not in trader.get(reverse("stall:sale_part", args=[said.key])).content
    line(shop, 45_000, came.payment.code)
    assert b'data-came="45000"' in trader.get(start).content
    assert b'data-came="45000"' in trader.get(reverse("stall:sale_part", args=[came.key])).content
    assert (
        b"data-came" not in trader.get(HEARD).content
    )  # a page that opens now hears of what comes from now on


@pytest.mark.parametrize("amount", ["", "abc", "45", "0", "-45000", "500.000.000"])
def test_an_amount_that_cannot_be_is_refused_and_stays_typed(trader, amount):
    answer = sell(trader, "stall", amount)
    assert answer.status_code == 422
    assert f'value="{amount}"'.encode() in answer.content or not amount
    assert not StallSale.objects.exists()


def test_two_taps_are_one_sale_and_the_same_name_for_another_sum_is_told(trader):
    key = uuid4()
    assert sell(trader, "cash", key=key).status_code == sell(trader, "cash", key=key).status_code == 302
    other = sell(trader, "cash", "54.000", key=key)
    assert other.status_code == 422
    assert str(key) not in other.content.decode()
    assert StallSale.objects.count() == 1


def test_a_sale_can_be_called_off_paid_in_cash_or_seen_by_the_trader(trader):
    for step, left in (("cancel", "cancelled"), ("in_cash", "cancelled"), ("seen", "said")):
        sale = StallSale.objects.with_money().get(key=sell(trader, "stall").url.rstrip("/").rsplit("/", 1)[1])
        for _tap in range(2):
            assert trader.post(reverse(f"stall:{step}", args=[sale.key])).url == TILL
        assert StallSale.objects.with_money().get(pk=sale.pk).state == left
    assert StallSale.objects.filter(method="cash").count() == 1


# --- who may ----------------------------------------------------------------------------------------------------------
def test_the_shops_helpers_sell_too_but_whoever_acts_by_consent_does_not(client, client_of, shop):
    helper = UserFactory()
    ShopMember.objects.create(shop=shop, user=helper, role=ShopMember.Role.HELPER)
    client.force_login(helper)
    assert client.get(TILL).status_code == 200
    volunteer = RoleFactory(Role.VOLUNTEER, shop.village)
    consent = ConsentFactory(shop, volunteer)
    agent = client_of()
    agent.force_login(volunteer)
    session = agent.session
    session["acting"] = consent.pk
    session.save()
    for address in (TILL, TODAY, SESSIONS, PLATE, HEARD, reverse("prints:plate")):
        assert agent.get(address).status_code == 403
    assert sell(agent, "cash").status_code == agent.post(PUSH, "{}", "application/json").status_code == 403


def test_somebody_elses_sale_does_not_exist(trader):
    other = ShopFactory()
    sale = start_sale(other, 45_000, client_uuid=uuid4(), by=Actor.of(other.owner))
    assert trader.get(sale.get_absolute_url()).status_code == 404
    assert trader.get(reverse("stall:sale_part", args=[sale.key])).status_code == 404
    for step in ("cancel", "in_cash", "seen"):
        assert trader.post(reverse(f"stall:{step}", args=[sale.key])).status_code == 404
    line(other, 45_000, sale.payment.code)
    assert trader.get(f"{HEARD}?sau=0").status_code == 204


def test_the_page_kept_for_offline_holds_nothing_personal(client, trader, shop):
    page = trader.get("/ban-hang/quay/khung/")
    text = page.content.decode()
    assert shop.name not in text
    assert shop.owner.name not in text
    assert "csrfmiddlewaretoken" not in text
    assert "csrftoken" not in page.cookies
    worker = client.get("/sw.js").content.decode()
    assert all(part in worker for part in ("/khung/", "js/till", "css/work"))


# --- kept on a phone --------------------------------------------------------------------------------------------------
def record(of, **facts):
    kept = {"uuid": str(uuid4()), "shop": of.public_code, "how": "cash", "amount": 5_000, "note": "rau"}
    return kept | {"at": int(timezone.now().timestamp() * 1000) - 3_600_000} | facts


def push(trader, *records):
    return trader.post(PUSH, json.dumps({"sales": records}), "application/json")


def test_a_kept_sale_is_created_then_a_duplicate_and_keeps_its_time(trader, shop):
    kept = record(shop)
    answers = [push(trader, kept).json()["answers"] for _ in range(2)]
    assert [answer["answer"] for [answer] in answers] == ["created", "duplicate"]
    assert (timezone.now() - StallSale.objects.get().sold_at).seconds >= 3_590


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"amount": "5000"}, "bad_amount"), ({"amount": 5_000.0}, "bad_amount"), ({"amount": True}, "bad_amount"),
        ({"amount": -5}, "bad_amount"), ({"how": "stall"}, "not_a_sale"), ({"how": ["cash"]}, "not_a_sale"),
        ({"uuid": "x"}, "not_a_sale"), ({"note": 5}, "not_a_sale"), ({"at": "now"}, "not_a_sale"),
        ({"at": 10**20}, "not_a_sale"), ({"at": 0}, "too_old"), ({"shop": "X"}, "other_shop"),
    ],
)  # fmt: skip
def test_a_bad_record_is_rejected_alone(trader, shop, facts, why):
    bad, good = push(trader, record(shop, **facts), record(shop)).json()["answers"]
    assert (bad["answer"], bad["why"], good["answer"]) == ("rejected", why, "created")


def test_one_name_for_two_different_sales_is_rejected(trader, shop):
    kept = record(shop)
    push(trader, kept)
    [answer] = push(trader, kept | {"amount": 6_000}).json()["answers"]
    assert (answer["answer"], answer["why"]) == ("rejected", "other_sale")


@pytest.mark.parametrize("body", ["", "[]", "5", '{"sales": 5}', json.dumps({"sales": [{}] * 51})])
def test_what_is_no_list_of_sales_is_refused_whole(trader, body):
    assert trader.post(PUSH, body, "application/json").status_code == 422
    assert push(trader, "x").json()["answers"][0]["answer"] == "rejected"


# --- the day, the market, the plate -----------------------------------------------------------------------------------
def test_the_day_shows_each_way_apart_and_pages_by_key(trader, shop, by):
    for _sale in range(25):
        cash_sale(shop, 2_000, client_uuid=uuid4(), by=by)
    plate_sale_entered(shop, 3_000, client_uuid=uuid4(), by=by)
    sale = start_sale(shop, 45_000, client_uuid=uuid4(), by=by)
    line(shop, 45_000, sale.payment.code)
    page = trader.get(TODAY)
    sums = page.context["takings"]
    assert (sums.came, sums.said, sums.cash, sums.total) == (45_000, 3_000, 50_000, 98_000)
    rest = trader.get(TODAY, {"sau": page.context["page"].next})
    assert len(page.context["page"]) + len(rest.context["page"]) == 27
    money = trader.get("/ban-hang/tien/")
    assert (money.context["income"].today, money.context["income"].cash) == (98_000, 50_000)
    assert "Bán tại chợ" in money.content.decode()


def test_a_market_day_is_opened_and_closed_and_shows_its_sum(trader, shop, by):
    assert trader.post(SESSIONS, {"name": "Chợ phiên Đồng Mỏ", "place": "Dãy 2"}).url == TILL
    cash_sale(shop, 2_000, client_uuid=uuid4(), by=by)
    assert trader.get(TODAY).context["market"].total == 2_000
    trader.post(SESSIONS, {"close": "1"})
    assert MarketSession.objects.get().closed_at is not None
    assert show_dong(2_000) in trader.get(SESSIONS).content.decode()
    assert trader.post(SESSIONS, {"name": " "}).status_code == 422


def test_the_plate_is_made_once_and_its_print_pays_without_an_amount(trader, shop):
    assert trader.get(reverse("prints:plate")).status_code == 404
    for _tap in range(2):
        trader.post(PLATE)
    plate, account = StallPlate.objects.get(), shop.payment_accounts.get()
    page = trader.get(PLATE).content.decode()
    assert all(text in page for text in (account.holder, account.number_end, plate.code))
    [paper] = pdfium.PdfDocument(BytesIO(trader.get(reverse("prints:plate")).content))
    assert [round(side * 25.4 / 72) for side in paper.get_size()] == [105, 148]
    [code] = zxingcpp.read_barcodes(paper.render(scale=3).to_pil())
    asked = vietqr.decode(code.text)
    assert (asked.account, asked.amount, asked.memo) == (account.number, None, plate.code)
    assert account.holder in paper.get_textpage().get_text_bounded()


@pytest.mark.parametrize("address", [TILL, TODAY, SESSIONS, PLATE, HEARD])
def test_pages_take_at_most_twelve_queries_however_much_was_sold(trader, shop, by, queries_of, address):
    plate_for(shop)
    open_session(shop, "Chợ phiên", by=by)
    for _sale in range(30):
        cash_sale(shop, 2_000, client_uuid=uuid4(), by=by)
    sale = start_sale(shop, 45_000, client_uuid=uuid4(), by=by)
    assert queries_of(trader.get, address) <= 12
    assert queries_of(trader.get, sale.get_absolute_url()) <= 8
