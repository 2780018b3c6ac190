"""Files that officers open in a spreadsheet."""

import csv
from datetime import date

import pytest

from common.cells import BOM, safe_cell, write_csv
from growth.areas import Area
from growth.exports import months_csv
from growth.queries import Month


@pytest.mark.parametrize("text", ["=1+1", "+84912", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1"])
def test_a_text_is_never_a_formula(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(("value", "cell"), [(-5, "-5"), (0, "0"), ("Vườn hồng", "Vườn hồng"), ("", "")])
def test_numbers_and_plain_texts_stay_as_they_are(value, cell):
    assert safe_cell(value) == cell


def test_commas_and_quotes_survive_the_way():
    text = write_csv([["a, b", 'c "d"']]).removeprefix(BOM)
    assert list(csv.reader([text.strip()])) == [["a, b", 'c "d"']]


def test_a_hidden_month_leaves_no_amount_in_the_file():
    months = [
        Month(date(2026, 10, 1), 3, 123_456, 1, hidden=True),
        Month(date(2026, 11, 1), 7, 700_000, 200_000),
    ]
    lines = months_csv(Area(), months).splitlines()
    assert lines[1:] == ["ca-nuoc,Cả nước,2026-10,<5,,", "ca-nuoc,Cả nước,2026-11,7,700000,200000"]
