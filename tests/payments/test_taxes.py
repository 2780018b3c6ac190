"""Rates are dated and leave a trace; the month's list says what was withheld of whom, and what went back."""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from common.actors import Actor
from common.days import local_day
from common.models import AuditEvent
from orders.models import Order
from orders.services import farmer_step, take_off
from orders.states import State
from payments import ledger
from payments.errors import RateBegun, StaffOnly
from payments.models import LineRates, Rate, SellerTax, SellerYear
from payments.services import add_rate, end_rate
from payments.taxes import month_taxes
from tests.factories import OrderFactory, ShopFactory, UserFactory

pytestmark = pytest.mark.django_db
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
DESK = "/so-quy/thue/"


@pytest.fixture
def november():
    with time_machine.travel("2026-11-15T05:00:00Z", tick=True) as traveller:
        yield traveller


@pytest.fixture
def shop(november, settings):
    """A seller of whom 1 % and 0.5 % are withheld."""
    settings.PAYMENT_RATES = True
    for kind, rate in ((Rate.Kind.VAT, 100), (Rate.Kind.PIT, 50)):
        Rate.objects.create(kind=kind, rate=rate, valid_from=date(2026, 1, 1))
    return ShopFactory(tax_number="8012345678")


def sold(shop, amount=100_000):
    return OrderFactory(shop, price=amount, quantity=1, paid_in_full=True)


def test_the_month_lists_what_was_withheld_and_what_went_back(shop, november):
    sold(shop, 200_000)
    back = sold(shop, 100_000)
    cheaper = sold(shop, 100_000)
    november.move_to("2026-12-05T05:00:00Z")
    farmer_step(back.pk, State.CANCELLED, by=Actor.of(shop.owner))
    take_off(Order.objects.get(pk=cheaper.pk), 40_000, reason="complaint")
    (row,) = month_taxes(NOVEMBER)
    assert (row.gross, row.base, row.vat, row.pit, row.rates) == (
        400_000,
        400_000,
        4_000,
        2_000,
        "1 % + 0.5 %",
    )
    assert (row.reversed_gross, row.reversed_vat) == (0, 0)
    (later,) = month_taxes(DECEMBER)
    assert (later.gross, later.vat) == (0, 0)
    assert (later.reversed_gross, later.reversed_base, later.reversed_vat, later.reversed_pit) == (
        140_000, 140_000, 1_400, 700,
    )  # fmt: skip
    rest = row.vat + row.pit - later.reversed_vat - later.reversed_pit
    assert rest == -ledger.balance("vat_withheld") - ledger.balance("pit_withheld")


def test_lines_that_nothing_is_withheld_of_are_sales_without_base(shop):
    SellerTax.objects.create(shop=shop, self_produced_unprocessed=True)
    sold(shop)
    (row,) = month_taxes(NOVEMBER)
    assert (row.gross, row.base, row.vat, row.rates) == (100_000, 0, 0, "")


def test_rates_stay_as_they_were_when_it_was_sold(shop):
    order = sold(shop)
    Rate.objects.update(rate=5000)
    assert LineRates.objects.get(line__order=order).vat == 100
    assert month_taxes(NOVEMBER)[0].vat == 1_000


def test_the_command_writes_the_same_list(shop, capsys, tmp_path):
    sold(shop)
    call_command("tax_export", "2026-11")
    (line,) = csv.DictReader(StringIO(capsys.readouterr().out.lstrip("\ufeff")))
    assert line["Mã gian hàng"] == shop.public_code
    assert line["Mã số thuế"] == "8012345678"
    assert line["Thuế GTGT giữ lại"] == "1000"
    call_command("tax_export", "2026-11", xlsx=tmp_path / "t.xlsx")
    assert (tmp_path / "t.xlsx").read_bytes().startswith(b"PK")
    with pytest.raises(CommandError):
        call_command("tax_export", "2026-13")


# --- the desk -------------------------------------------------------------------------------------------------------


def test_a_rate_of_per_cent_is_added_with_a_trace(client, finance):
    client.force_login(finance)
    said = {
        "kind": "vat",
        "percent": "1,5",
        "valid_from": local_day().isoformat(),
        "source": "Nghị định 117/2025",
    }
    assert client.post(DESK, said).status_code == 302
    rate = Rate.objects.get()
    assert (rate.rate, rate.kind, rate.valid_until) == (150, "vat", None)
    assert AuditEvent.objects.get(verb="rate.added").actor_id == finance.pk
    assert "Nghị định 117/2025" in client.get(DESK).content.decode()


def test_a_bad_rate_is_refused_at_its_field_with_what_was_typed(client, finance):
    client.force_login(finance)
    today = local_day()
    good = {"kind": "vat", "percent": "1", "valid_from": today.isoformat()}
    for bad in (
        {"percent": "51"}, {"percent": "x"}, {"valid_from": (today - timedelta(days=1)).isoformat()},
        {"valid_until": (today - timedelta(days=1)).isoformat()},
    ):  # fmt: skip
        answer = client.post(DESK, good | bad)
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == list(bad)
        assert next(iter(bad.values())) in answer.content.decode()
    assert not Rate.objects.exists()


def test_a_rate_ends_and_one_that_has_not_begun_goes(client, finance):
    today = local_day()
    begun = add_rate(kind="pit", rate=50, valid_from=today, by=finance)
    planned = add_rate(kind="pit", rate=70, valid_from=today + timedelta(days=9), by=finance)
    client.force_login(finance)
    for rate in (begun, planned):
        client.post(f"{DESK}muc/{rate.pk}/ket-thuc/", {"last": today.isoformat()})
    assert list(Rate.objects.values_list("pk", "valid_until")) == [(begun.pk, today)]
    with pytest.raises(RateBegun):
        end_rate(begun.pk, today - timedelta(days=1), by=finance)


def test_only_those_who_run_the_money_set_rates(client):
    person = UserFactory()
    with pytest.raises(StaffOnly):
        add_rate(kind="vat", rate=100, valid_from=local_day(), by=person)
    client.force_login(person)
    for address in (DESK, DESK + "2026-10.csv", "/so-quy/hoa-don/", "/so-quy/hoa-don/tai.csv"):
        assert client.get(address).status_code == 404


def test_a_sellers_taxes_are_found_by_code_and_kept(client, finance):
    shop = ShopFactory()
    client.force_login(finance)
    page = client.get(f"{DESK}nguoi-ban/", {"ma": shop.public_code.lower()}).url
    client.post(page, {"self_produced_unprocessed": "on", "note": "giấy xã"})
    row = SellerTax.objects.get(shop=shop)
    assert (row.withheld, row.self_produced_unprocessed, row.note) == (False, True, "giấy xã")
    assert client.get(f"{DESK}nguoi-ban/", {"ma": "nobody"}).url == DESK


def test_sellers_near_the_tax_are_listed(client, finance):
    near, far = ShopFactory(), ShopFactory()
    SellerYear.objects.create(shop=near, year=local_day().year, amount=800_000_000)
    SellerYear.objects.create(shop=far, year=local_day().year, amount=799_999_999)
    client.force_login(finance)
    said = client.get(DESK).content.decode()
    assert near.name in said
    assert far.name not in said


def test_the_months_list_is_a_download(client, finance, shop):
    sold(shop)
    client.force_login(finance)
    assert shop.public_code in client.get(DESK + "2026-11.csv").content.decode()
    assert client.get(DESK + "2026-11.xlsx").content.startswith(b"PK")
    assert client.get(DESK + "2026-12.csv").status_code == 404
    assert client.get(DESK + "2026-11.exe").status_code == 404
