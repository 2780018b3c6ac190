"""Invoice data goes out for a licensed provider; its numbers and look-up codes come back and stand on the order."""

import csv
import json
from datetime import date
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from common.days import local_day
from common.models import AuditEvent
from orders.models import OrderLine
from payments.errors import BadInvoice, StaffOnly
from payments.models import Invoice, LineRates, SellerTax
from payments.services import keep_invoice, keep_invoices
from tests.factories import DeliveredOrderFactory, OrderFactory, ShopFactory, UserFactory

pytestmark = pytest.mark.django_db
DESK = "/so-quy/hoa-don/"
FACTS = {
    "number": "00000123",
    "look_up_code": "AB12CD",
    "provider": "Hóa đơn Việt",
    "issued_at": date(2026, 11, 20),
}


@pytest.fixture
def order():
    return DeliveredOrderFactory(ShopFactory(tax_number="8012345678"), price=50_000, quantity=2)


def file(*rows, head="order,number,look_up_code,issued_at"):
    return "\n".join([head, *rows]).encode()


def test_the_json_has_seller_buyer_and_lines(client, finance, order):
    LineRates.objects.create(line=order.lines.get(), vat=100)
    SellerTax.objects.create(shop=order.shop, self_produced_unprocessed=True)
    client.force_login(finance)
    (said,) = json.loads(client.get(DESK + "tai.json").content)["orders"]
    line = order.lines.get()
    assert said["seller"]["tax_number"] == "8012345678"
    assert said["seller"]["self_produced_unprocessed"] is True
    assert said["buyer"] == {"name": order.name, "phone": order.phone, "address": order.address}
    assert said["lines"] == [
        {
            "title": line.title,
            "unit": "kg",
            "quantity": "2",
            "price": 50_000,
            "amount": 100_000,
            "vat_percent": 1.0,
        }
    ]
    assert (said["total"], said["delivery"], said["currency"]) == (order.total, order.delivery, "VND")
    assert AuditEvent.objects.get(verb="invoices.exported").actor_id == finance.pk


def test_the_csv_has_a_row_for_each_line_and_no_formula(client, finance, order):
    OrderLine.objects.update(title="=1+1")
    client.force_login(finance)
    (row,) = csv.DictReader(StringIO(client.get(DESK + "tai.csv").content.decode().lstrip("\ufeff")))
    assert (row["order"], row["title"], row["amount"], row["vat_percent"]) == (
        order.public_code,
        "'=1+1",
        "100000",
        "",
    )


def test_only_delivered_orders_of_those_days_without_an_invoice_go_out(client, finance, order):
    OrderFactory(order.shop)
    client.force_login(finance)
    assert client.get(DESK).context["count"] == 1
    assert client.get(DESK, {"tu": "2020-01-01", "den": "2020-01-31"}).context["count"] == 0
    keep_invoice(order.public_code, **FACTS, by=finance)
    assert client.get(DESK).context["count"] == 0
    assert client.get(DESK, {"tat_ca": "on"}).context["count"] == 1


def test_days_that_make_no_sense_are_refused(client, finance):
    client.force_login(finance)
    for query in ({"tu": "x"}, {"tu": "2020-01-01"}, {"tu": "2026-02-02", "den": "2026-02-01"}):
        assert client.get(DESK, query).status_code == 422
        assert client.get(DESK + "tai.json", query).status_code == 422
    assert client.get(DESK + "tai.exe").status_code == 404


def test_number_and_code_stand_on_the_order_for_both_sides(client, finance, order):
    keep_invoice(order.public_code, **FACTS, by=finance)
    buyers = client.get(order.get_absolute_url()).content.decode()
    client.force_login(order.shop.owner)
    sellers = client.get(reverse("board:order", args=[order.public_code])).content.decode()
    for page in (buyers, sellers):
        assert "00000123" in page
        assert "AB12CD" in page


def test_the_same_again_changes_nothing_and_a_new_number_replaces_it_with_a_trace(finance, order):
    first = keep_invoice(order.public_code, **FACTS, by=finance)
    assert keep_invoice(order.public_code, **FACTS, by=finance) == first
    keep_invoice(order.public_code, **FACTS | {"number": "00000124"}, by=finance)
    assert Invoice.objects.get().number == "00000124"
    assert [event.details["before"] for event in AuditEvent.objects.filter(verb="invoice.kept").order_by("pk")] == [
        "", "00000123",
    ]  # fmt: skip


def test_an_invoice_for_nothing_or_for_two_orders_is_refused(finance, order):
    with pytest.raises(BadInvoice):
        keep_invoice("NOTHING", **FACTS, by=finance)
    with pytest.raises(BadInvoice):
        keep_invoice(OrderFactory(order.shop).public_code, **FACTS, by=finance)
    keep_invoice(order.public_code, **FACTS, by=finance)
    with pytest.raises(BadInvoice):
        keep_invoice(DeliveredOrderFactory(order.shop).public_code, **FACTS, by=finance)
    with pytest.raises(StaffOnly):
        keep_invoice(order.public_code, **FACTS, by=UserFactory())


def test_a_providers_file_is_kept_line_by_line_twice_as_once(finance, order):
    other = DeliveredOrderFactory(order.shop)
    rows = (
        f"{order.public_code},1,A,2026-11-20", f"{other.public_code},2,B,20/11/2026", "NOTHING,3,C,2026-11-20",
        f"{order.public_code},1,A,yesterday",
    )  # fmt: skip
    for _ in range(2):
        done = keep_invoices(file(*rows), "hoa-don.csv", by=finance, provider="Việt")
        assert done.kept == 2
        assert [fault.split(":")[0] for fault in done.faults] == ["Dòng 4", "Dòng 5"]
    assert set(Invoice.objects.values_list("number", "look_up_code", "provider", "issued_at")) == {
        ("1", "A", "Việt", date(2026, 11, 20)), ("2", "B", "Việt", date(2026, 11, 20)),
    }  # fmt: skip


def test_the_form_takes_one_and_the_file_takes_many(client, finance, order):
    client.force_login(finance)
    said = FACTS | {"order": order.public_code, "issued_at": "2026-11-20"}
    assert client.post(DESK + "ghi/", said).status_code == 302
    wrong = client.post(DESK + "ghi/", said | {"order": "NOTHING"})
    assert wrong.status_code == 422
    assert "NOTHING" in wrong.content.decode()
    sent = SimpleUploadedFile("h.csv", file(f"{order.public_code},9,Z,2026-11-21"))
    assert client.post(DESK + "tep/", {"file": sent, "provider": "Việt"}).status_code == 302
    assert Invoice.objects.get().number == "9"
    for bad in (b"", b"a,b\n1,2", b"\x00\xff\x00"):
        answer = client.post(DESK + "tep/", {"file": SimpleUploadedFile("h.csv", bad), "provider": "Việt"})
        assert answer.status_code == 422


def test_the_page_costs_the_same_for_one_and_many_orders(
    client, finance, order, django_assert_max_num_queries
):
    for _ in range(3):
        DeliveredOrderFactory(order.shop)
    client.force_login(finance)
    assert timezone.localtime(order.delivered_at).date() == local_day()
    with django_assert_max_num_queries(10):
        assert len(client.get(DESK).context["orders"]) == 4
