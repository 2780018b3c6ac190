"""Đồng are whole numbers, read the way people write them."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from common.money import BadAmount, read_dong, share, show_dong


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("125000", 125_000), ("125.000", 125_000), ("125,000", 125_000), ("125 000", 125_000), ("125k", 125_000),
        ("125 nghìn", 125_000), ("125 ngàn", 125_000), ("1tr2", 1_200_000), ("1tr25", 1_250_000), ("1,5 triệu", 1_500_000),
        ("125.000 ₫", 125_000), ("125.000đ", 125_000), ("25000 VND", 25_000), ("1.250.000", 1_250_000), ("0", 0),
    ],
)  # fmt: skip
def test_prices_are_read_as_people_say_them(typed, amount):
    assert read_dong(typed) == amount


@pytest.mark.parametrize(
    "typed", ["", "12,5.00", "abc", "-5", "1.25", "12.34.567", "1e5", "٣", "125kk", "1,5tr2", "99" * 9]
)
def test_what_is_no_price_is_refused_and_never_guessed(typed):
    with pytest.raises(BadAmount) as refused:
        read_dong(typed)
    assert str(refused.value)


def test_a_price_is_shown_with_its_sign_on_one_line():
    with translation.override("vi"):
        assert show_dong(125_000) == "125.000\u00a0₫"
    with translation.override("en"):
        assert show_dong(-125_000) == "-₫125,000"


@given(st.integers(0, 10**12))
def test_what_is_shown_is_read_back(amount):
    with translation.override("vi"):
        assert read_dong(show_dong(amount)) == amount


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
def test_a_split_always_sums_to_the_whole(total, weights):
    parts = share(total, weights)
    assert sum(parts) == total
    if sum(weights):
        assert all(
            abs(part - total * weight / sum(weights)) < 1 for part, weight in zip(parts, weights, strict=True)
        )


def test_ties_of_a_split_go_to_the_earlier_part():
    assert share(100, [1, 1, 1]) == [34, 33, 33]
