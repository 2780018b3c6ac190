"""No phone and no account number stands in a log."""

import logging

import pytest

from common.logs import HidePersonalData, hide_numbers


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("call +84912345678 now", "call ***678 now"),
        ("account 3500201234567", "account ***567"),
        ("order of 125000 đồng", "order of 125000 đồng"),
    ],
)
def test_long_numbers_keep_their_last_three_digits(text, shown):
    assert hide_numbers(text) == shown


def test_a_log_record_is_cleaned_before_it_is_written():
    record = logging.LogRecord("x", logging.INFO, "f", 1, "text to %s", ("+84912345678",), None)
    assert HidePersonalData().filter(record)
    assert record.getMessage() == "text to ***678"
