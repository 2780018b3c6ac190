"""Bar code numbers: what is taken, what is refused, how they are kept and shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.gtin import BadGtin, check_digit, read_gtin, show_gtin


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("96385074", "00000096385074"),  # GS1's own example of 8 digits
        ("614141000036", "00614141000036"),
        ("4006381333931", "04006381333931"),
        ("8 936036 020014", "08936036020014"),  # Vietnam's prefix, typed in groups
        ("10614141000415", "10614141000415"),
        ("", ""),
    ],
)
def test_numbers_of_every_length_are_kept_with_14_digits(typed, kept):
    assert read_gtin(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "4006381333932",
        "0000000000000",
        "12345",
        "123456789012345",
        "hai",
        "４００６３８１３３３９３１",
        "40063813339-x",
    ],
)
def test_a_number_that_is_none_is_refused(typed):
    with pytest.raises(BadGtin):
        read_gtin(typed)


@given(st.text(alphabet="0123456789", min_size=7, max_size=13).filter(lambda digits: int(digits) > 0))
def test_one_wrong_digit_is_always_noticed(digits):
    if len(digits) + 1 not in (8, 12, 13, 14):
        return
    right = digits + check_digit(digits)
    assert read_gtin(right) == right.zfill(14)
    wrong = str((int(right[2]) + 1) % 10)
    with pytest.raises(BadGtin):
        read_gtin(right[:2] + wrong + right[3:])


@pytest.mark.parametrize("number", ["96385074", "614141000036", "4006381333931", "10614141000415"])
def test_a_number_is_shown_as_it_stands_under_the_bars(number):
    assert show_gtin(read_gtin(number)) == number
    assert show_gtin("") == ""
