"""Growth as a formula. Source: domain facts, section 9, worked test."""

from datetime import date

import pytest

from growth.measures import ShopPair, growth
from growth.wording import percent, times

START, END = date(2026, 8, 1), date(2026, 10, 31)


def households(count, *, before=200_000, orders=1, now=34_800_000):
    return [ShopPair(before, orders, now) for _ in range(count)]


def ten_households_with_two_million():
    return [*households(8), ShopPair(200_000, 2, 34_800_000), ShopPair(200_000, 2, 34_800_000)]


def test_the_worked_example_grows_174_times():
    result = growth(ten_households_with_two_million(), START, END)
    assert (result.before, result.before_orders, result.now, result.shops) == (2_000_000, 12, 348_000_000, 10)
    assert result.ratio == pytest.approx(174.0)
    assert result.percent == pytest.approx(17_300)
    assert result.median_ratio == pytest.approx(174.0)


def test_both_wordings_are_printed_as_people_write_them():
    result = growth(ten_households_with_two_million(), START, END)
    assert times(result.ratio) == "gấp 174,0 lần"
    assert percent(result.percent) == "+17.300\u00a0%"


def test_a_shrinking_sum_has_a_true_minus():
    assert (times(0.8), percent(-20.0)) == ("gấp 0,8 lần", "−20\u00a0%")


def test_a_baseline_of_zero_is_counted_apart_and_never_divided():
    result = growth(households(12, before=0, orders=0), START, END)
    assert (result.ratio, result.median_ratio, result.shops, result.zero_base) == (None, None, 0, 12)


def test_households_without_sales_before_do_not_change_the_ratio():
    result = growth([*ten_households_with_two_million(), ShopPair(0, 0, 900_000_000)], START, END)
    assert (result.now, result.zero_base) == (348_000_000, 1)
    assert result.ratio == pytest.approx(174.0)


@pytest.mark.parametrize(
    "pairs",
    [
        households(9, before=300_000, orders=2),
        households(10, before=99_999, orders=2),
        households(10, before=200_000, orders=0),
    ],
    ids=["nine households", "less than a million", "fewer than five orders"],
)
def test_too_little_data_gives_no_ratio(pairs):
    assert growth(pairs, START, END).enough is False


def test_the_median_shows_what_one_big_household_hides():
    pairs = [*households(9, now=200_000), ShopPair(200_000, 3, 100_000_000)]
    result = growth(pairs, START, END)
    assert result.ratio > 50
    assert result.median_ratio == pytest.approx(1.0)
