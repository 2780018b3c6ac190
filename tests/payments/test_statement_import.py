"""Statements of banks become receipts once, line by line, and every line is reported. Numbers are the reference's cases."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from orders.models import Order
from payments.errors import StaffOnly
from payments.models import Receipt, Refund, StatementImport, StatementMapping, StatementRow
from payments.services import look_at_statement, take_over
from tests.factories import OrderFactory, ShopFactory
from tests.payments.lines import at, books_agree, line, operators

pytestmark = pytest.mark.django_db
HERE = "/so-quy/sao-ke/"
HEAD = "Ngày giao dịch,Số tham chiếu,Ghi nợ,Ghi có,Số dư,Nội dung"


def csv(*lines, head=HEAD, name="saoke.csv"):
    """A statement as a bank exports it."""
    return SimpleUploadedFile(name, "\n".join([head, *lines]).encode("utf-8-sig"), content_type="text/csv")


@pytest.fixture
def payment():
    return OrderFactory(price=50_000, quantity=2).payments.get()


@pytest.fixture
def desk(client, finance):
    client.force_login(finance)
    return client


def brought(finance, account, *lines, **facts):
    """A statement that was looked at."""
    file = csv(*lines, **facts)
    return look_at_statement(account, file, file.name, by=finance)


def results(statement):
    return list(statement.rows.order_by("number").values_list("result", flat=True))


def test_a_statement_is_looked_at_first_and_books_nothing(finance, payment):
    statement = brought(
        finance, payment.account, f'20/11/2026 14:02,FT1,,"100,000","1,000,000",{payment.code}',
        '20/11/2026 15:00,FT2,,"50,000","1,050,000",mua na', '20/11/2026 16:00,FT3,"20,000",,"1,030,000",phi',
    )  # fmt: skip
    assert results(statement) == ["matched", "unmatched", "outgoing"]
    assert not Receipt.objects.exists()


def test_taking_over_makes_each_line_a_receipt_and_pays_the_order(finance, payment):
    statement = brought(
        finance, payment.account, f'20/11/2026 14:02,FT1,,"100,000","1,000,000",{payment.code}',
        '20/11/2026 15:00,FT2,,"50,000","1,050,000",mua na', '20/11/2026 16:00,FT3,"20,000",,"1,030,000",phi',
    )  # fmt: skip
    statement = take_over(statement.pk, by=finance)
    assert (statement.state, statement.content) == ("committed", None)
    assert results(statement) == ["matched", "unmatched", "outgoing"]
    assert statement.counts == {"matched": 1, "unmatched": 1, "outgoing": 1}
    assert Order.objects.get(pk=payment.order_id).is_paid
    assert set(Receipt.objects.values_list("source", flat=True)) == {"statement"}
    assert books_agree()


def test_property_10_the_same_statement_twice_is_the_same_as_once(finance, payment):
    lines = (
        f'20/11/2026,,,"100,000","1,000,000",{payment.code}',
        '20/11/2026,,,"7,000","1,000,000",x',
        '20/11/2026,,,"7,000","1,000,000",x',
    )
    for number in range(2):
        again = take_over(brought(finance, payment.account, *lines).pk, by=finance)
        assert take_over(again.pk, by=finance).counts == again.counts
        assert Receipt.objects.count() == 3
        if number:
            assert results(again) == ["known"] * 3
            assert all(row.receipt_id for row in again.rows.all())
    assert Order.objects.get(pk=payment.order_id).paid == 100_000


def test_case_4_two_equal_transfers_on_one_day_stay_two(finance, payment):
    take_over(brought(finance, payment.account, *(['20/11/2026,,,"7,000","1,000,000",x'] * 2)).pk, by=finance)
    assert Receipt.objects.count() == 2


@pytest.mark.parametrize("when", ["20/11/2026 14:02:37", "20/11/2026"])
def test_case_3_a_notice_and_a_statement_line_of_one_transfer_are_one_receipt(finance, payment, when):
    line(payment.account, 100_000, payment.code, booked_at=at("2026-11-20T07:02:37"), bank_reference="FT1")
    statement = brought(finance, payment.account, f'{when},FT1,,"100,000","1,000,000",{payment.code}')
    assert results(statement) == ["known"]
    assert results(take_over(statement.pk, by=finance)) == ["known"]
    assert Receipt.objects.count() == 1


def test_case_3_also_when_the_notice_comes_after_the_statement(finance, payment):
    take_over(
        brought(finance, payment.account, f'20/11/2026,FT1,,"100,000","1,000,000",{payment.code}').pk,
        by=finance,
    )
    with pytest.raises(AssertionError):  # nothing is kept
        line(
            payment.account, 100_000, payment.code, booked_at=at("2026-11-20T07:02:37"), bank_reference="FT1"
        )
    assert Receipt.objects.count() == 1


def test_case_4_without_a_reference_an_equal_line_waits_for_a_person_and_pays_nothing_twice(finance, payment):
    line(payment.account, 100_000, payment.code, booked_at=at("2026-11-20T07:02:37"))
    statement = brought(finance, payment.account, f'20/11/2026,,,"100,000","1,000,000",{payment.code}')
    assert results(statement) == ["doubtful"]
    assert results(take_over(statement.pk, by=finance)) == ["doubtful"]
    assert Receipt.objects.get(source="statement").state == Receipt.State.AMBIGUOUS
    assert not Refund.objects.exists()


def test_an_equal_sum_with_another_orders_code_is_no_doubt(finance, payment):
    other = OrderFactory(payment.order.shop, price=50_000, quantity=2).payments.get()
    line(payment.account, 100_000, payment.code, booked_at=at("2026-11-20T07:02:37"))
    take_over(
        brought(finance, payment.account, f'20/11/2026,,,"100,000","1,000,000",{other.code}').pk, by=finance
    )
    assert Order.objects.get(pk=other.order_id).is_paid


def test_case_10_an_amount_that_cannot_be_read_is_an_error_and_never_zero(finance, payment):
    statement = brought(
        finance,
        payment.account,
        '20/11/2026,FT1,,một trăm,"1,000,000",x',
        '20/11/2026,FT2,,"5,000","1,000,000",y',
        'hôm qua,FT3,,"5,000","1,000,000",z',
    )
    assert results(statement) == ["error", "unmatched", "error"]
    taken = take_over(statement.pk, by=finance)
    assert taken.counts == {"error": 2, "unmatched": 1}
    assert Receipt.objects.get().amount == 5_000
    assert all(row.fault and row.amount is None for row in taken.rows.filter(result="error"))


def test_a_line_that_fails_leaves_the_others(finance, payment, monkeypatch):
    from payments.services import statements

    keep = statements.keep_and_match

    def fails_once(account, notice, **facts):
        if notice.memo == "bad":
            raise RuntimeError
        return keep(account, notice, **facts)

    monkeypatch.setattr(statements, "keep_and_match", fails_once)
    lines = '20/11/2026,F1,,"5,000","1,000,000",bad', '20/11/2026,F2,,"6,000","1,000,000",good'
    statement = brought(finance, payment.account, *lines)
    assert results(take_over(statement.pk, by=finance)) == ["error", "unmatched"]
    assert Receipt.objects.get().amount == 6_000
    monkeypatch.undo()
    again = brought(finance, payment.account, *lines)
    assert results(take_over(again.pk, by=finance)) == ["unmatched", "known"]


def test_a_long_statement_goes_on_where_it_stopped(finance, payment):
    statement = brought(
        finance, payment.account, *(f'20/11/2026,F{n},,"5,000","1,000,000",x' for n in range(3))
    )
    statement = take_over(statement.pk, by=finance, seconds=0)
    assert (statement.state, Receipt.objects.count()) == ("preview", 1)
    take_over(statement.pk, by=finance)
    assert Receipt.objects.count() == 3


# --- pages --------------------------------------------------------------------------------------------------------------


def sent(client, address, account, file):
    return client.post(address, {"account": account.pk, "file": file}, follow=True)


def test_a_file_is_sent_seen_and_taken_over_by_two_buttons(desk):
    account = operators()
    page = sent(
        desk,
        HERE,
        account,
        csv('20/11/2026,FT1,,"100,000","1,000,000",mua na', '20/11/2026,FT2,,??,"1,000,000",x'),
    )
    assert "Mới, chưa khớp" in page.content.decode()
    assert "Không đọc được" in page.content.decode()
    statement = StatementImport.objects.get()
    done = desk.post(f"{HERE}{statement.pk}/nhap/", follow=True).content.decode()
    assert "1 khoản tiền vào mới" in done
    assert Receipt.objects.get().account == account


def test_a_workbook_does_as_well(desk):
    book = Workbook()
    for row in [HEAD.split(","), ["20/11/2026", "FT1", None, 100_000, 1, "mua na"]]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    sent(desk, HERE, operators(), SimpleUploadedFile("saoke.xlsx", out.getvalue()))
    assert StatementRow.objects.get().amount == 100_000


@pytest.mark.parametrize("file", [b"", b"\x00\x01\x02", b"PK\x03\x04 no workbook"])
def test_a_file_that_is_no_statement_is_refused_at_the_field(desk, file):
    answer = sent(desk, HERE, operators(), SimpleUploadedFile("a.xlsx", file))
    assert answer.status_code == 422
    assert not StatementImport.objects.exists()


def test_columns_nobody_recognises_are_chosen_once_and_remembered(desk):
    account = operators()
    strange = "Cột một,Cột hai,Cột ba"
    first = sent(desk, HERE, account, csv("20/11/2026,+100000,mua na", "21/11/2026,-5000,phi", head=strange))
    statement = StatementImport.objects.get()
    assert first.redirect_chain[-1][0] == f"{HERE}{statement.pk}/cot/"
    wrong = desk.post(f"{HERE}{statement.pk}/cot/", {"date": "0", "amount": "1", "amount_in": "1"})
    assert wrong.status_code == 422
    desk.post(f"{HERE}{statement.pk}/cot/", {"date": "0", "amount": "1", "memo": "2"})
    read = list(statement.rows.values_list("direction", "amount").order_by("number"))
    assert read[-2:] == [("in", 100_000), ("out", 5_000)]
    desk.post(f"{HERE}{statement.pk}/nhap/")
    assert StatementMapping.objects.get().columns["memo"] == 2


def test_columns_that_were_put_right_are_used_for_the_next_file_of_the_bank(desk):
    account = operators()
    sent(desk, HERE, account, csv('20/11/2026,FT1,,"100,000","1,000,000",mua na'))
    statement = StatementImport.objects.get()
    said = {"date": "0", "amount_out": "2", "amount_in": "3", "memo": "5"}  # the reference is no use here
    desk.post(f"{HERE}{statement.pk}/cot/", said)
    desk.post(f"{HERE}{statement.pk}/nhap/")
    sent(desk, HERE, account, csv('21/11/2026,FT2,,"200,000","1,000,000",mua na'))
    assert StatementImport.objects.latest("pk").columns["reference"] is None


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_every_line_is_reported_as_a_file(desk, ending):
    sent(
        desk,
        HERE,
        operators(),
        csv('20/11/2026,FT1,,"100,000","1,000,000",mua na', '20/11/2026,FT2,,??,"1,000,000",x'),
    )
    answer = desk.get(f"{HERE}{StatementImport.objects.get().pk}/?tep={ending}")
    assert f".{ending}" in answer["Content-Disposition"]
    if ending == "csv":
        assert len(answer.content.decode().strip().split("\r\n")) == 3


def test_a_seller_brings_statements_of_the_own_account_only(client, payment):
    client.force_login(payment.order.shop.owner)
    here = "/ban-hang/tien/sao-ke/"
    sent(client, here, payment.account, csv(f'20/11/2026,FT1,,"100,000","1,000,000",{payment.code}'))
    mine = StatementImport.objects.get()
    client.post(reverse("money:take_over", args=[mine.pk]))
    assert Order.objects.get(pk=payment.order_id).is_paid
    theirs = ShopFactory().payment_accounts.get()
    assert sent(client, here, theirs, csv('20/11/2026,FT1,,"1,000","1,000,000",x')).status_code == 422


def test_case_27_a_neighbours_statement_does_not_exist(client, finance, payment):
    statement = brought(finance, payment.account, '20/11/2026,FT1,,"1,000","1,000,000",x')
    neighbour = ShopFactory().owner
    client.force_login(neighbour)
    assert client.get(reverse("money:statement", args=[statement.pk])).status_code == 404
    assert client.get(reverse("money:statement_columns", args=[statement.pk])).status_code == 404
    assert client.post(reverse("money:take_over", args=[statement.pk])).status_code == 404
    with pytest.raises(StaffOnly):
        take_over(statement.pk, by=neighbour)
    with pytest.raises(StaffOnly):
        brought(neighbour, payment.account, '20/11/2026,FT1,,"1,000","1,000,000",x')


def test_pages_of_statements_cost_little(desk, finance, queries_of):
    statement = brought(finance, operators(), *(f'20/11/2026,F{n},,"5,000","1,000,000",x' for n in range(60)))
    assert queries_of(desk.get, HERE) <= 12
    assert queries_of(desk.get, f"{HERE}{statement.pk}/") <= 12


def test_looking_at_a_statement_costs_the_same_for_few_and_many_lines(finance, queries_of):
    account = operators()
    few = queries_of(brought, finance, account, '20/11/2026,F,,"5,000","1,000,000",x')
    many = queries_of(
        brought, finance, account, *(f'20/11/2026,F{n},,"5,000","1,000,000",x' for n in range(150))
    )
    assert many <= few + 1
