"""A carrier's list as a file: every line reported before anything is written, nothing typed lost."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from common.errors import Refusal
from orders.models import Shipment
from orders.states import State
from payments.carrier_lists import Verdict, read_list
from payments.models import CarrierSettlement
from tests.factories import ShopFactory
from tests.payments.paying import money_runner, operators_bank
from tests.payments.test_carriers import carried, settle

pytestmark = pytest.mark.django_db
HERE = "/so-quy/hang-giao/ghn/"


@pytest.fixture
def shop():
    return ShopFactory()


@pytest.fixture
def desk(client):
    operators_bank()
    client.force_login(money_runner())
    return client


def csv(*lines, head="Mã đơn,Tiền thu hộ"):
    return SimpleUploadedFile("doi-soat.csv", "\n".join([head, *lines]).encode())


def xlsx(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("doi-soat.xlsx", file.getvalue())


def read(file):
    return read_list("ghn", file, file.name)


def test_every_line_is_reported_with_what_it_means(shop):
    whole, less, more, gone = (carried(shop) for _ in range(4))
    refused = carried(shop, end=State.RETURNED)
    settle([(gone, 120_000)], 0, money_runner())
    said = read(csv(
        f'{whole.public_code},"120,000"', f'{less.public_code},"100,000"', f"{refused.public_code},0",
        f'{more.public_code},"120,001"', f'{whole.public_code},"120,000"', 'ABCD234567,"5,000"', f"{gone.public_code},1",
        f"{more.public_code},một trăm", ",", 'Tổng cộng,"345,001"',
    ))  # fmt: skip
    assert [row.verdict for row in said.rows] == [
        Verdict.WHOLE, Verdict.LESS, Verdict.NOTHING, Verdict.MORE, Verdict.TWICE,
        Verdict.UNKNOWN, Verdict.OVER, Verdict.UNREADABLE,
    ]  # fmt: skip
    assert [row.number for row in said.rows] == [2, 3, 4, 5, 6, 7, 8, 9]
    assert (said.skipped, said.sum) == ([11], 220_000)
    assert "20.000" in said.rows[1].said


def test_a_workbook_with_a_letterhead_and_the_carriers_own_numbers_is_read(shop):
    first, second = carried(shop), carried(shop, 70_000)
    Shipment.objects.filter(order=first).update(code="GHN98765")
    said = read(xlsx(
        ["CÔNG TY GIAO HÀNG", None, None, None], ["Kỳ", "01/11/2026 – 07/11/2026"], [],
        ["STT", "Mã vận đơn", "Phí COD", "Tiền thu hộ (COD)", "Ngày giao"], [1, "ghn98765", 3_000, 120_000, "02/11/2026"],
        [2, f"#{second.public_code.lower()}", 3_000, 70_000.0, "02/11/2026"], ["Tổng", None, 6_000, 190_000],
    ))  # fmt: skip
    assert [(row.code, row.amount, row.verdict) for row in said.rows] == [
        (first.public_code, 120_000, "whole"), (second.public_code, 70_000, "whole"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("120.000", 120_000),
        ("120.000 đ", 120_000),
        ("120000.00", 120_000),
        ("120.5", None),
        ("-120.000", None),
        ("", None),
    ],
)
def test_amounts_are_read_as_people_write_them_or_not_at_all(shop, written, amount):
    order = carried(shop)
    (row,) = read(csv(f"{order.public_code};{written}", head="Mã đơn;Tiền thu hộ")).rows
    assert (row.amount, row.is_taken) == (amount, amount is not None)


def test_another_carriers_parcel_is_unknown(shop):
    order = carried(shop)
    Shipment.objects.filter(order=order).update(code="AHA98765", carrier="ahamove")
    assert [row.verdict for row in read(csv("AHA98765,120000")).rows] == [Verdict.UNKNOWN]


def test_a_file_without_the_money_says_which_heading_to_write(shop):
    with pytest.raises(Refusal, match="Tiền thu hộ"):
        read(csv("x,1", head="Mã đơn,Ghi chú"))


@given(cells=st.lists(st.lists(st.text(max_size=12), max_size=5), max_size=8))
def test_whatever_the_cells_hold_no_line_is_taken_for_an_order_that_is_not_there(cells):
    lines = [",".join(cell.replace(",", " ").replace('"', "") for cell in row) for row in cells]
    try:
        said = read(csv(*lines))
    except Refusal:
        return
    assert said.taken == []


# --- the page -------------------------------------------------------------------------------------------------------------


def test_the_file_is_looked_at_first_and_taken_over_by_a_second_press(shop, desk):
    first, second = carried(shop), carried(shop, 70_000)
    key = desk.get(HERE).context["form"].initial["key"]
    page = desk.post(
        HERE,
        {
            "key": key,
            "rows": "",
            "fee": "5.000",
            "file": csv(f"{first.public_code},120000", "ABCD234567,9000"),
        },
    )
    words = page.content.decode()
    assert not CarrierSettlement.objects.exists()
    assert "Không có đơn nào mã này." in words
    assert [each.order for each in page.context["missing"]] == [second]
    form = page.context["form"]
    assert (form["rows"].value(), form["fee"].value()) == (f"{first.public_code} 120000", "5.000")
    desk.post(HERE, {"key": key, "rows": form["rows"].value(), "fee": form["fee"].value()})
    assert (CarrierSettlement.objects.get().collected, CarrierSettlement.objects.get().fee) == (
        120_000,
        5_000,
    )


def test_what_was_typed_stays_and_the_files_lines_come_behind_it(shop, desk):
    first, second = carried(shop), carried(shop, 70_000)
    typed = f"{first.public_code.lower()}\t100000"
    page = desk.post(HERE, {
        "key": "a" * 32, "rows": typed, "file": csv(f"{first.public_code},120000", f"{second.public_code},70000"),
    })  # fmt: skip
    assert page.context["form"]["rows"].value().splitlines() == [typed, f"{second.public_code} 70000"]


def test_what_the_page_offered_by_itself_gives_way_to_the_file(shop, desk):
    order = carried(shop)
    offered = desk.get(HERE).context["form"].initial["rows"]
    page = desk.post(HERE, {"key": "a" * 32, "rows": offered, "file": csv(f"{order.public_code},100000")})
    assert page.context["form"]["rows"].value() == f"{order.public_code} 100000"


@pytest.mark.parametrize(
    "file", [None, SimpleUploadedFile("x.pdf", b"%PDF-1.7"), SimpleUploadedFile("x.xlsx", b"PK\x03\x04 no")]
)
def test_a_file_that_cannot_be_read_is_422_and_keeps_what_was_typed(shop, desk, file):
    carried(shop)
    sent = {"key": "a" * 32, "rows": "ABCD234567 1", "fee": "7.000", "doc": "1"} | (
        {"file": file} if file else {}
    )
    answer = desk.post(HERE, sent)
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    for kept in ("ABCD234567 1", "7.000"):
        assert kept in answer.content.decode()


def test_a_list_of_more_orders_than_are_settled_at_once_asks_to_be_divided(shop, desk, monkeypatch):
    monkeypatch.setattr("payments.views.desk.carriers.MOST_ROWS", 1)
    orders = [carried(shop) for _ in range(2)]
    answer = desk.post(
        HERE, {"key": "a" * 32, "rows": "", "file": csv(*(f"{each.public_code},1000" for each in orders))}
    )
    assert (answer.status_code, "Hãy chia tệp" in answer.content.decode()) == (422, True)
