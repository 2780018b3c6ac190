"""Bank statements as files: the usual layouts are understood, and what is not sure is said and never guessed."""

import csv
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from io import BytesIO, StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from common.spreadsheets import BadSheet
from payments.providers.base import Direction
from payments.statements import Mapping, Sheet, guess_mapping, read_lines, read_sheet
from payments.statements.amounts import LARGEST, read_amount, read_mark, thousands_of
from payments.statements.cells import BadCell, Row, Unread
from payments.statements.dates import read_date, read_time

LETTERHEAD = [
    ["NGÂN HÀNG TMCP VÍ DỤ"],
    ["SAO KÊ TÀI KHOẢN / ACCOUNT STATEMENT"],
    [],
    ["Số tài khoản/Account number:", "0123499999"],
    ["Chủ tài khoản:", "Vi Thị Sen"],
    ["Từ ngày/From date: 01/11/2026", "Đến ngày/To date: 30/11/2026"],
    ["Tổng ghi nợ: 5,000,000", "Tổng ghi có: 7,150,000", "Ngày in: 01/12/2026"],
    ["Số dư đầu kỳ", "", "", "12,000,000"],
]
MEMO = "MBVCB.3278907687.LUA7K2M9QXH.CT tu 0011001234567"

# for each bank: its headings, a line of money that came, one of money that went
LAYOUTS = {
    "Vietcombank": (
        ["STT\nNo.", "Ngày1/\nTNX Date/ Số CT/ Doc No", "Số tiền ghi nợ/\nDebit", "Số tiền ghi có/\nCredit",
         "Số dư/\nBalance", "Nội dung chi tiết/\nTransactions in detail"],
        ["1", "20/11/2026\n5243.65937", "", "150,000", "12,150,000", MEMO],
        ["2", "21/11/2026\n5243.70001", "20,000", "", "12,130,000", "Phi"],
        ("5243.65937", False, ""),
    ),
    "BIDV": (
        ["STT", "Ngày giao dịch", "Số tham chiếu", "Mô tả", "Phát sinh nợ", "Phát sinh có", "Số dư"],
        ["1", "20/11/2026 14:02:37", "REF1", MEMO, "0", "150.000", "12.150.000"],
        ["2", "21/11/2026 09:00:00", "REF2", "Phi", "20.000", "0", "12.130.000"],
        ("REF1", True, ""),
    ),
    "VietinBank": (
        ["STT", "Ngày hạch toán\nAccounting date", "Mô tả giao dịch\nTransaction description", "Nợ/ Debit", "Có/ Credit",
         "Số dư tài khoản/ Account Balance", "Số tham chiếu/ Transaction reference number", "Số tài khoản đối ứng",
         "Tên tài khoản đối ứng/ Corresponsive name"],
        ["1", "20-11-2026 14:02:37", MEMO, "", "150,000", "12,150,000", "REF1", "0011001234567", "NGUYEN VAN A"],
        ["2", "21-11-2026 09:00:00", "Phi", "20,000", "", "12,130,000", "REF2", "", ""],
        ("REF1", True, "NGUYEN VAN A"),
    ),
    "Agribank": (
        ["Ngày GD\nTran. Date", "Số bút toán", "Phát sinh nợ/ Debit", "Phát sinh có/ Credit", "Số dư/ Balance",
         "Diễn giải/ Description"],
        ["20/11/2026", "REF1", "0.00", "150,000.00", "12,150,000.00", MEMO],
        ["21/11/2026", "REF2", "20,000.00", "0.00", "12,130,000.00", "Phi"],
        ("REF1", False, ""),
    ),
    "MB": (
        ["STT", "Ngày giao dịch\nTransaction date", "Số bút toán\nTransaction No", "PS Nợ\nDebit", "PS Có\nCredit", "Số dư",
         "Nội dung\nDetails", "Đơn vị thụ hưởng/Đơn vị chuyển\nBeneficiary/Sender", "Tài khoản", "Ngân hàng đối tác"],
        ["1", "20/11/2026 14:02:37", "REF1", "0", "150,000", "12,150,000", MEMO, "NGUYEN VAN A", "0011001234567", "VCB"],
        ["2", "21/11/2026 09:00:00", "REF2", "20,000", "0", "12,130,000", "Phi", "", "", ""],
        ("REF1", True, "NGUYEN VAN A"),
    ),
    "Techcombank": (
        ["Ngày giao dịch\nTransaction Date", "Đối tác\nRemitter", "NH Đối tác\nRemitter Bank", "Diễn giải\nDetails",
         "Số bút toán\nTransaction No", "Nợ TKTT\nDebit", "Có TKTT\nCredit", "Số dư\nBalance"],
        ["20/11/2026", "NGUYEN VAN A", "VCB", MEMO, "FT1", "", "150,000", "12,150,000"],
        ["21/11/2026", "", "", "Phi", "FT2", "-20,000", "", "12,130,000"],
        ("FT1", False, "NGUYEN VAN A"),
    ),
    "ACB": (
        ["Ngày hiệu lực", "Ngày GD", "Số GD", "Nội dung giao dịch", "Rút ra", "Gửi vào", "Số dư"],
        ["20/11/2026", "20/11/2026", "4711", MEMO, "", "150.000", "12.150.000"],
        ["21/11/2026", "21/11/2026", "4712", "Phi", "20.000", "", "12.130.000"],
        ("4711", False, ""),
    ),
    "one signed amount": (
        ["Thời gian giao dịch", "Mã giao dịch", "Số tiền", "Nội dung", "Đối tác", "Số dư"],
        ["2026-11-20 14:02:37", "REF1", "+150,000 VND", MEMO, "NGUYEN VAN A", "12,150,000 VND"],
        ["2026-11-21 09:00", "REF2", "-20,000 VND", "Phi", "", "12,130,000 VND"],
        ("REF1", True, "NGUYEN VAN A"),
    ),
    "an amount and a mark": (
        ["Date", "Amount", "DR/CR", "Balance", "Description", "Reference"],
        ["20/11/2026", "150,000.00", "C", "12,150,000.00", MEMO, "REF1"],
        ["21/11/2026", "20,000.00", "D", "12,130,000.00", "Phi", "REF2"],
        ("REF1", False, ""),
    ),
}  # fmt: skip
FOOTER = [
    ["Tổng cộng/Total", "", "20,000", "150,000"],
    ["Số dư cuối kỳ"],
    [],
    ["Người lập bảng", "Kiểm soát"],
]


def as_csv(rows, *, delimiter=",", encoding="utf-8") -> BytesIO:
    out = StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return BytesIO(out.getvalue().encode(encoding))


def as_xlsx(rows) -> BytesIO:
    book, out = Workbook(), BytesIO()
    for row in rows:
        book.active.append([None if cell == "" else cell for cell in row])
    book.save(out)
    out.seek(0)
    return out


def read(rows, **mapping):
    """A statement of those lines under simple headings."""
    sheet = read_sheet(as_csv([["Ngày", "Ghi nợ", "Ghi có", "Nội dung", "Số CT"], *rows]), "a.csv")
    facts = asdict(sheet.mapping) | mapping
    return read_lines(sheet, Mapping(**facts))


def sentences(statement) -> list[str]:
    return [str(error.said) for error in statement.errors]


# --- layouts and files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bank", LAYOUTS)
@pytest.mark.parametrize("make", [as_csv, as_xlsx])
def test_the_usual_layouts_are_understood(bank, make):
    header, came, went, (reference, timed, counterparty) = LAYOUTS[bank]
    name = "saoke.csv" if make is as_csv else "saoke.xlsx"
    sheet = read_sheet(make([*LETTERHEAD, header, came, went, *FOOTER]), name)
    assert sheet.mapping
    statement = read_lines(sheet, sheet.mapping)
    assert sentences(statement) == []
    first, second = statement.lines
    assert (first.direction, first.amount) == (Direction.IN, 150_000)
    assert (second.direction, second.amount) == (Direction.OUT, 20_000)
    assert (first.bank_reference, first.timed, first.counterparty) == (reference, timed, counterparty)
    assert first.memo == MEMO
    at = datetime(2026, 11, 20, 7, 2, 37, tzinfo=UTC) if timed else datetime(2026, 11, 19, 17, tzinfo=UTC)
    assert (first.booked_at, first.booked_at.tzinfo) == (at, UTC)
    assert [row.number for row in statement.skipped] == [12, 13, 15]
    assert first.number == 10


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_in_every_usual_coding_and_with_every_separator(encoding, delimiter):
    header, came, went, _facts = LAYOUTS["Agribank"]
    rows = [*LETTERHEAD, header, came, went]
    if encoding == "cp1258":  # writes tone marks as letters of their own
        rows = [
            [cell.replace("ễ", "ê\u0303").replace("ả", "a\u0309") for cell in row]
            for row in [header, came, went]
        ]
        rows = [["".join(sign for sign in cell if _fits(sign)) for cell in row] for row in rows]
    sheet = read_sheet(as_csv(rows, delimiter=delimiter, encoding=encoding), "saoke.csv")
    assert sheet.mapping
    assert [line.amount for line in read_lines(sheet, sheet.mapping).lines] == [150_000, 20_000]


def _fits(sign: str) -> bool:
    try:
        return bool(sign.encode("cp1258"))
    except UnicodeEncodeError:
        return False


def test_numbers_and_dates_of_a_workbook_are_taken_as_they_are():
    rows = [
        ["Ngày", "Số CT", "Ghi nợ", "Ghi có", "Nội dung"],
        [datetime(2026, 11, 20, 14, 2, 37), 4711.0, None, 150_000.0, MEMO],
        [date(2026, 11, 21), "0042", 20_000, 0, "Phi"],
        [46346.585150462961, "3", None, 1, "a date that has lost its format"],
        [date(2026, 11, 22), "4", None, 1234.5, "x"],
        [date(2026, 11, 22), "5", None, "=1+1", "x"],
    ]
    sheet = read_sheet(as_xlsx(rows), "a.xlsx")
    statement = read_lines(sheet, sheet.mapping)
    assert [(line.bank_reference, line.amount, line.timed) for line in statement.lines] == [
        ("4711", 150_000, True),
        ("0042", 20_000, False),
        ("3", 1, True),
    ]
    assert statement.lines[0].booked_at == datetime(2026, 11, 20, 7, 2, 37, tzinfo=UTC)
    assert statement.lines[2].booked_at == datetime(2026, 11, 20, 7, 2, 37, tzinfo=UTC)
    assert [(error.number, error.column) for error in statement.errors] == [(5, 3), (6, 3)]


def test_leading_zeros_that_a_bank_protects_from_excel_are_kept():
    sheet = read_sheet(
        as_csv([["Ngày", "Số CT", "Ghi có"], ["20/11/2026", '="00123"', "1,234,567"]]), "a.csv"
    )
    assert read_lines(sheet, sheet.mapping).lines[0].bank_reference == "00123"


def test_headings_on_two_lines_are_understood():
    rows = [
        ["Ngày", "Nội dung", "Phát sinh", ""],
        ["giao dịch", "", "Nợ", "Có"],
        ["20/11/2026", "x", "", "1.234.567"],
    ]
    sheet = read_sheet(as_csv([[], *rows]), "a.csv")
    assert sheet.header_ends == 3
    assert read_lines(sheet, sheet.mapping).lines[0].amount == 1_234_567


def test_without_headings_a_person_says_where_the_columns_are():
    sheet = read_sheet(as_csv([["20/11/2026", "x", "1.234.567"]], delimiter=";"), "a.csv")
    assert sheet.mapping is None
    assert len(sheet.header) == 3
    (line,) = read_lines(sheet, Mapping(date=0, memo=1, amount_in=2)).lines
    assert (line.amount, line.memo) == (1_234_567, "x")


def test_the_sheet_with_the_headings_is_taken():
    book, out = Workbook(), BytesIO()
    book.active.append(["Lời chào"])
    for row in (["Ngày", "Ghi có"], ["20/11/2026", 5]):
        book.create_sheet("x") if len(book.worksheets) == 1 else None
        book.worksheets[1].append(row)
    book.save(out)
    out.seek(0)
    sheet = read_sheet(out, "a.xlsx")
    assert read_lines(sheet, sheet.mapping).lines[0].amount == 5


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "a.pdf"),
        (b"%PDF-1.7", "saoke.pdf"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 600, "saoke.xls"),
        (b"PK\x03\x04broken", "saoke.xlsx"),
        (b"x" * (5 * 1024 * 1024 + 1), "saoke.csv"),
        (b"a\n" * 10_001, "saoke.csv"),
        (b'"' + b"x" * 200_000, "saoke.csv"),
    ],
)
def test_a_file_that_is_no_statement_is_refused(data, name):
    with pytest.raises(BadSheet) as refusal:
        read_sheet(BytesIO(data), name)
    assert str(refusal.value)


@pytest.mark.parametrize(
    "header", [[], ["Ngày"], ["Ghi có"], ["Ngày", "Số dư"], ["Tổng ghi có", "Ngày"], ["Tài khoản ghi có", "Ngày"],
               ["Ngày ghi có"], ["Từ ngày: 01/11/2026", "Ghi có: 5,000"]],
)  # fmt: skip
def test_headings_without_a_date_or_money_are_no_headings(header):
    assert guess_mapping(header) is None


@pytest.mark.parametrize(
    "facts",
    [{}, {"amount": 1, "amount_in": 2}, {"amount_in": -1}, {"amount_in": 99}, {"amount_in": True}, {"amount_in": "1"},
     {"amount_in": 1, "mark": 2}, {"amount": 1, "date": None}, {"amount": 1, "thousands": "'"},
     {"amount": 1, "date_order": "ydm"}],
)  # fmt: skip
def test_a_mapping_that_cannot_work_cannot_be_made(facts):
    with pytest.raises(ValueError, match=r"."):
        Mapping(**({"date": 0} | facts))


def test_a_mapping_is_kept_as_plain_values():
    mapping = Mapping(date=0, amount=1, mark=2, thousands=".")
    assert Mapping(**asdict(mapping)) == mapping


# --- lines ----------------------------------------------------------------------------------------------------------


def test_an_amount_that_cannot_be_read_stops_its_line_and_no_other():
    statement = read([
        ["20/11/2026", "", "1.234.567", "a", "1"],
        ["20/11/2026", "", "mười nghìn", "b", "2"],
        ["20/11/2026", "", "12,5", "c", "3"],
        ["20/11/2026", "", "1.000", "d", "4"],
        ["20/11/2026", "7", "8", "e", "5"],
        ["20/11/2026", "", "", "f", "6"],
        ["20/11/2026", "", "-5.000", "g", "7"],
    ])  # fmt: skip
    assert [(line.memo, line.amount) for line in statement.lines] == [("a", 1_234_567), ("d", 1_000)]
    assert [error.number for error in statement.errors] == [3, 4, 6, 7, 8]
    assert all(sentences(statement))


def test_one_point_is_decided_by_the_whole_file_or_not_at_all():
    lonely = read([["20/11/2026", "", "150.000", "a", "1"]])
    assert lonely.lines == []
    assert "150.000" in sentences(lonely)[0]
    assert read([["20/11/2026", "", "150.000", "a", "1"]], thousands=".").lines[0].amount == 150_000
    with_others = read([["20/11/2026", "", "150.000", "a", "1"], ["21/11/2026", "1.000.000", "", "b", "2"]])
    assert [line.amount for line in with_others.lines] == [150_000, 1_000_000]
    english = read([["20/11/2026", "", "150.000", "a", "1"], ["21/11/2026", "1,000,000.00", "", "b", "2"]])
    assert [line.amount for line in english.lines] == [150, 1_000_000]


def test_amounts_that_contradict_each_other_decide_nothing():
    statement = read([
        ["20/11/2026", "", "1.000.000", "a", "1"],
        ["20/11/2026", "", "1,000,000", "b", "2"],
        ["20/11/2026", "", "1,000", "c", "3"],
    ])  # fmt: skip
    assert [line.amount for line in statement.lines] == [1_000_000, 1_000_000]
    assert [error.number for error in statement.errors] == [4]


def test_amounts_without_any_sign_do_not_say_whether_money_came():
    sheet = read_sheet(as_csv([["Ngày", "Số tiền"], ["20/11/2026", "5000"], ["21/11/2026", "7000"]]), "a.csv")
    assert read_lines(sheet, sheet.mapping).lines == []
    assert len(read_lines(sheet, sheet.mapping).errors) == 2
    assert len(read_lines(sheet, Mapping(date=0, amount_in=1)).lines) == 2


def test_where_some_amounts_have_a_plus_those_without_are_not_taken_for_income():
    sheet = read_sheet(
        as_csv([["Ngày", "Số tiền"], ["20/11/2026", "+5000"], ["21/11/2026", "7000"]]), "a.csv"
    )
    assert [line.amount for line in read_lines(sheet, sheet.mapping).lines] == [5000]
    sheet = read_sheet(
        as_csv([["Ngày", "Số tiền"], ["20/11/2026", "-5000"], ["21/11/2026", "7000"]]), "a.csv"
    )
    assert [line.direction for line in read_lines(sheet, sheet.mapping).lines] == [
        Direction.OUT,
        Direction.IN,
    ]


def test_a_minus_among_money_that_went_out_may_be_a_booking_taken_back():
    statement = read([["20/11/2026", "5000", "", "a", "1"], ["20/11/2026", "-7000", "", "b", "2"]])
    assert ([line.amount for line in statement.lines], [error.number for error in statement.errors]) == (
        [5000],
        [3],
    )
    statement = read([["20/11/2026", "-5000", "", "a", "1"], ["20/11/2026", "-7000", "-", "b", "2"]])
    assert [(line.direction, line.amount) for line in statement.lines] == [
        (Direction.OUT, 5000),
        (Direction.OUT, 7000),
    ]


def test_an_unknown_mark_is_an_error():
    rows = [
        ["Ngày", "Số tiền", "Nợ/Có", "Nội dung"],
        ["20/11/2026", "5000", "Có", "a"],
        ["20/11/2026", "5000", "?", "b"],
    ]
    sheet = read_sheet(as_csv(rows), "a.csv")
    statement = read_lines(sheet, sheet.mapping)
    assert [(line.direction, line.amount) for line in statement.lines] == [(Direction.IN, 5000)]
    assert [(error.number, error.column) for error in statement.errors] == [(3, 2)]


def test_case_4_two_equal_lines_stay_two_and_another_export_names_them_the_same():
    rows = [
        ["20/11/2026", "", "5000", "na", ""],
        ["20/11/2026", "", "5000", "na", ""],
        ["21/11/2026", "", "1", "x", ""],
    ]
    first, second = read(rows), read([["19/11/2026", "", "9", "y", ""], *rows])
    keys = [line.key for line in first.lines]
    assert len(set(keys)) == 3
    assert [line.key for line in second.lines][1:] == keys
    assert all(0 < len(key) <= 64 for key in keys)


def test_case_10_a_line_that_moves_nothing_is_skipped():
    statement = read([["20/11/2026", "0", "0", "a", "1"], ["20/11/2026", "", "0.00", "b", "2"]])
    assert (statement.lines, statement.errors, len(statement.skipped)) == ([], [], 2)


def test_a_line_with_money_but_without_a_date_is_an_error_and_not_skipped():
    statement = read([["", "", "5000", "Cong ty Tong Hop chuyen tien", "1"], ["Cộng", "", "5000", "", ""]])
    assert [(error.number, error.column) for error in statement.errors] == [(2, 0)]
    assert [row.number for row in statement.skipped] == [3]


def test_headings_repeated_on_the_next_page_are_skipped():
    statement = read(
        [["20/11/2026", "", "5000", "a", "1"], ["Ngày", "Ghi nợ", "Ghi có", "Nội dung", "Số CT"]]
    )
    assert (len(statement.lines), len(statement.skipped), statement.errors) == (1, 1, [])


def test_a_reference_too_long_to_keep_is_an_error_rather_than_shortened():
    assert [error.column for error in read([["20/11/2026", "", "5", "a", "R" * 101]]).errors] == [4]


def test_a_date_of_the_american_order_is_read_only_when_told():
    rows = [["11/20/2026", "", "5", "a", "1"]]
    assert [error.column for error in read(rows).errors] == [0]
    assert read(rows, date_order="mdy").lines[0].booked_at == datetime(2026, 11, 19, 17, tzinfo=UTC)


def test_a_time_may_stand_in_a_column_of_its_own():
    rows = [["Ngày", "Giờ", "Ghi có"], ["20/11/2026", "14:02:37", "5"], ["20/11/2026", "99:00", "5"]]
    sheet = read_sheet(as_csv(rows), "a.csv")
    statement = read_lines(sheet, sheet.mapping)
    assert statement.lines[0].booked_at == datetime(2026, 11, 20, 7, 2, 37, tzinfo=UTC)
    assert [(error.number, error.column) for error in statement.errors] == [(3, 1)]


# --- amounts and dates ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.234.567", 1_234_567), ("1,234,567", 1_234_567), ("1234567", 1_234_567), ("1234567.00", 1_234_567),
        ("1234567,00", 1_234_567), ("1.234.567,00", 1_234_567), ("1,234,567.00", 1_234_567), ("1 234 567", 1_234_567),
        ("1\u00a0234\u202f567,00", 1_234_567), ("+150,000.00 VND", 150_000), ("(150,000.0)", -150_000),
        ("-1.234.567", -1_234_567), ("1.234.567-", -1_234_567), ("−1.234.567 ₫", -1_234_567), ("VND 150000", 150_000),
        ("150000đ", 150_000), ("0", 0), ("0.00", 0), (150_000, 150_000), (150_000.0, 150_000), (-5, -5),
    ],
)  # fmt: skip
def test_amounts_are_read_as_banks_print_them(text, amount):
    assert read_amount(text) == amount


@pytest.mark.parametrize(("thousands", "amount"), [(".", 150_000), (",", None)])
def test_a_lonely_point_means_what_the_file_says(thousands, amount):
    if amount is None:
        with pytest.raises(BadCell):
            read_amount("150.001", thousands)
    else:
        assert read_amount("150.000", thousands) == amount


@pytest.mark.parametrize(
    "text",
    ["1.234", "1,234", "+150,000 VND", "1.5", "1,50", "12.34.567", "1.2345.678", "1,234.567.8", "0.123", "01.234", "1 23 456",
     "1e6", "٣٤٥", "²", "--5", "-5-", "(-5)", "5 USD", "$5", "abc", "", "-", "1'234", "9" * 17, "1" * 5000, None, True, 1.5,
     float("nan"), float("inf"), 10**16, date(2026, 1, 1), time(1)],
)  # fmt: skip
def test_what_could_mean_two_amounts_or_none_is_refused_and_never_0(text):
    with pytest.raises(BadCell) as refusal:
        read_amount(text)
    assert str(refusal.value.said)


@pytest.mark.parametrize(
    ("texts", "sign"),
    [
        ([], ""), (["1.234"], ""), (["1.234", "5.678.901"], "."), (["1,234", "0.00"], ","), (["1,234", "0,00"], "."),
        (["1.234.567", "1,234,567"], ""), (["abc", "123"], ""), (["-1.234.567 VND"], "."),
    ],
)  # fmt: skip
def test_the_sign_between_groups_is_found_in_amounts_that_leave_no_choice(texts, sign):
    assert thousands_of(texts) == sign


PRINTED = {
    ",": lambda amount: f"{amount:,}",
    ".": lambda amount: f"{amount:,}".replace(",", "."),
    "": lambda amount: f"{amount}",
}


@given(
    st.integers(-LARGEST, LARGEST), st.sampled_from([",", "."]), st.sampled_from(["", "00"]), st.booleans()
)
def test_property_a_printed_amount_is_read_back_the_same(amount, sign, decimals, currency):
    text = PRINTED[sign](amount)
    text += f"{'.' if sign == ',' else ','}{decimals}" if decimals else ""
    assert read_amount(f"{text} VND" if currency else text, sign) == amount
    assert read_amount(PRINTED[""](amount)) == amount
    assert read_amount(f"{amount:,}".replace(",", " ")) == amount


@given(
    st.lists(st.integers(1_000_000, LARGEST), min_size=1),
    st.sampled_from([",", "."]),
    st.integers(1_000, 999_999),
)
def test_property_one_amount_that_leaves_no_choice_settles_the_others(amounts, sign, small):
    printed = [PRINTED[sign](amount) for amount in (*amounts, small)]
    assert [read_amount(text, thousands_of(printed)) for text in printed] == [*amounts, small]


@pytest.mark.parametrize(
    ("cell", "day", "hour"),
    [
        ("20/11/2026", date(2026, 11, 20), None),
        ("5/1/2026 9:05", date(2026, 1, 5), time(9, 5)),
        ("20-11-2026 14:02:37", date(2026, 11, 20), time(14, 2, 37)),
        ("20.11.2026", date(2026, 11, 20), None),
        ("2026-11-20", date(2026, 11, 20), None),
        ("2026-11-20T14:02:37", date(2026, 11, 20), time(14, 2, 37)),
        ("14:02:37 20/11/2026", date(2026, 11, 20), time(14, 2, 37)),
        ("20/11/2026\n14:02", date(2026, 11, 20), time(14, 2)),
        ("20/11/2026 00:00:00", date(2026, 11, 20), None),
        (datetime(2026, 11, 20, 14, 2, 36, 999_999), date(2026, 11, 20), time(14, 2, 37)),
        (datetime(2026, 11, 20), date(2026, 11, 20), None),
        (date(2026, 11, 20), date(2026, 11, 20), None),
    ],
)
def test_days_and_times_are_read_as_banks_print_them(cell, day, hour):
    assert read_date(cell) == (day, hour, "")


@pytest.mark.parametrize(
    "cell", [None, "", "x", "20/13/2026", "31/02/2026", "20/11/26", "20/11-2026", "20/11/20261", "20/11/1926", 20261120,
             "20/11/2026x", "25:00 20/11/2026", "20/11/2026 14:99", 3.5, True, time(1), datetime.max, date.min],
)  # fmt: skip
def test_what_is_no_day_is_refused(cell):
    with pytest.raises(BadCell) as refusal:
        read_date(cell)
    assert str(refusal.value.said)


def test_a_time_is_read_from_text_and_workbook():
    assert read_time("14:02") == time(14, 2)
    assert read_time(time(14, 2, 37)) == time(14, 2, 37)
    assert read_time(datetime(1899, 12, 31, 14, 2)) == time(14, 2)


def test_marks_are_read_in_both_languages():
    assert {read_mark(text) for text in ("C", "cr", "Có", "Ghi có", "+", "Credit")} == {Direction.IN}
    assert {read_mark(text) for text in ("D", "DR", "Nợ", "Ghi nợ", "-", "debit")} == {Direction.OUT}
    assert {read_mark(text) for text in ("", "x", "Chuyển tiền", "C/D")} == {None}


# --- anything at all ------------------------------------------------------------------------------------------------

cells = (
    st.none() | st.text(st.characters(), max_size=12) | st.integers(-(10**18), 10**18) | st.floats() | st.booleans()
    | st.datetimes() | st.dates() | st.times()
    | st.sampled_from(["20/11/2026", "1.234", "-5", "Tổng", "C", "20/11/2026 99:99", "(1,000)", Unread("=A1", "x")])
)  # fmt: skip
columns = st.none() | st.integers(0, 6)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.lists(cells, max_size=7), max_size=6),
    st.fixed_dictionaries(dict.fromkeys(("time", "balance", "memo", "reference", "counterparty"), columns)),
    st.integers(0, 6),
    st.sampled_from(
        [{"amount_in": 1, "amount_out": 2}, {"amount_in": 3}, {"amount": 2}, {"amount": 1, "mark": 4}]
    ),
    st.sampled_from(["", ".", ","]),
)
def test_property_any_cells_become_bookings_errors_or_skipped_lines(rows, more, day, money, thousands):
    sheet = Sheet([Row(number, tuple(row)) for number, row in enumerate(rows, start=1)])
    statement = read_lines(sheet, Mapping(date=day, thousands=thousands, **more, **money))
    numbers = [each.number for each in (*statement.lines, *statement.errors, *statement.skipped)]
    assert sorted(numbers) == [
        row.number for row in sheet.rows if any(cell is not None for cell in row.cells)
    ]
    assert all(line.amount > 0 and line.booked_at.tzinfo is UTC for line in statement.lines)
    assert all(str(error.said) for error in statement.errors)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=12))
def test_property_any_headings_give_a_mapping_or_none(header):
    assert guess_mapping(header) is None or guess_mapping(header).money


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.xlsx", "a.txt", "a"]))
def test_property_any_bytes_are_a_sheet_or_refused(data, name):
    try:
        sheet = read_sheet(BytesIO(data), name)
    except BadSheet:
        return
    read_lines(sheet, sheet.mapping or Mapping(date=0, amount_in=1))
