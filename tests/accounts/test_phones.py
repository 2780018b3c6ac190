"""Phones are read as people write them and kept in one form."""

import pytest
from django.core.exceptions import ValidationError

from accounts.phones import mask_phone, read_phone, show_phone


@pytest.mark.parametrize(
    "typed", ["0912345678", "0912 345 678", "0912.345.678", "+84912345678", "84912345678", "(091) 234-5678"]
)
def test_every_way_to_write_a_number_is_one_number(typed):
    assert read_phone(typed) == "+84912345678"


@pytest.mark.parametrize(
    "typed", ["", "O912345678", "0912a45678", "01212345678", "12345", "+14155550100", "0912345678x1"]
)
def test_letters_old_and_foreign_numbers_are_refused_with_a_sentence(typed):
    with pytest.raises(ValidationError) as refused:
        read_phone(typed)
    assert "10 chữ số" in refused.value.message


def test_a_number_is_shown_in_groups_and_masked():
    assert show_phone("+84912345678") == "0912 345 678"
    assert mask_phone("+84912345678") == "0912 ••• ••8"
