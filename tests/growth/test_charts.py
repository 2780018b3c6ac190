"""The chart of months: a common scale, nothing drawn outside, hidden cells without their height."""

from datetime import date

import pytest

from common.days import months_back
from growth.charts import BOTTOM, TOP, monthly_chart, nice_step
from growth.queries import Month
from growth.wording import finding, short_dong

NOV = date(2026, 11, 1)


def two_years(amounts=None, hidden=()):
    amounts = amounts or {}
    months = []
    for back in range(23, -1, -1):
        first, amount = months_back(NOV, back), amounts.get(back, 0)
        months.append(Month(first, orders=9 if amount else 0, amount=amount, hidden=back in hidden))
    return months


@pytest.mark.parametrize(
    ("most", "step"), [(1, 1), (4, 1), (5, 2), (348_000_000, 100_000_000), (45_200_000, 20_000_000)]
)
def test_gridlines_stand_at_round_amounts_and_reach_the_highest_bar(most, step):
    assert nice_step(most) == step


def test_twelve_months_stand_beside_the_same_months_of_the_year_before():
    chart = monthly_chart(two_years({1: 8_000_000, 13: 4_000_000}))
    october = chart.pairs[10]
    assert (october.now.first, october.before.first) == (date(2026, 10, 1), date(2025, 10, 1))
    assert october.now_bar.height == pytest.approx(2 * october.before_bar.height, abs=1)
    assert all(TOP <= bar.y <= BOTTOM for pair in chart.pairs for bar in (pair.now_bar, pair.before_bar))


def test_a_hidden_month_does_not_show_its_amount_by_its_height():
    small, large = (monthly_chart(two_years({2: amount}, hidden=(2,))) for amount in (50_000, 90_000_000))
    assert small.pairs[9].now_bar == large.pairs[9].now_bar
    assert large.lines == []  # nor by the scale


def test_a_chart_without_sales_is_flat_and_does_not_fail():
    assert {pair.now_bar.height for pair in monthly_chart(two_years()).pairs} == {0}


@pytest.mark.parametrize(
    ("months", "said"),
    [
        (two_years(), "Tháng 10/2026 chưa bán được đơn nào"),
        (two_years({1: 12_400_000}), "Tháng 10/2026 bán được 12,4 triệu ₫; tháng 10/2025 chưa có đơn"),
        (
            two_years({1: 12_400_000, 13: 6_200_000}),
            "Tháng 10/2026 bán được 12,4 triệu ₫, gấp 2,0 lần tháng 10/2025",
        ),
    ],
)
def test_the_title_says_the_finding(months, said):
    assert finding(months).replace("\u00a0", " ") == said


def test_the_title_keeps_a_hidden_month_to_itself():
    assert "12" not in finding(two_years({1: 12_400_000}, hidden=(1,))).replace("10/2026", "")


def test_short_amounts_drop_idle_zeros():
    said = [
        short_dong(amount).replace("\u00a0", " ")
        for amount in (850_000, 2_000_000, 12_400_000, 1_200_000_000)
    ]
    assert said == ["850.000 ₫", "2 triệu ₫", "12,4 triệu ₫", "1,2 tỷ ₫"]
