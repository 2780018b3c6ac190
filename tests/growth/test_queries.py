"""What a dashboard reads: figures, cohort, months, places below, quiet shops."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from common.actors import Actor
from common.days import local_day, months_back
from growth import queries
from growth.areas import Area
from growth.models import Baseline
from growth.services import declare_baseline, fold_all
from growth.windows import Window
from orders.models import Order
from orders.services import farmer_step
from orders.states import State
from sellers.models import Shop
from tests.factories import CommuneFactory, ShopFactory, UserFactory, VillageFactory
from tests.growth.sales import days_ago, noon, sell

pytestmark = pytest.mark.django_db
LONG_AGO = noon(date(2020, 1, 1))
QUARTER = Window(date(2026, 8, 1), date(2026, 10, 31))
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _no_old_answers():
    cache.clear()


@pytest.fixture
def village():
    return VillageFactory()


@pytest.fixture
def shop(village):
    return ShopFactory(village, account=False, verified_at=LONG_AGO)


def area_at(village, level):
    return Area({0: None, 1: village.parent.parent, 2: village.parent, 3: village}[level])


def tell(shop, start, end, amount=200_000, orders=2):
    return declare_baseline(
        shop, start=start, end=end, amount=amount, orders=orders, witness=UserFactory(), on=date(2026, 1, 5)
    )


# --- four figures ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_a_window_and_the_one_before_stand_side_by_side_at_every_level(village, shop, level):
    sell(shop, 300_000, days_ago(0))
    sell(shop, 100_000, days_ago(89), cash=True)
    sell(shop, 50_000, days_ago(90))
    sell(shop, 999_000, days_ago(180))
    fold_all()
    figures = queries.headline(area_at(village, level), Window.ending(local_day(), 90))
    assert (figures.now.orders, figures.now.amount) == (2, 400_000)
    assert (figures.before.orders, figures.before.amount) == (1, 50_000)
    assert (figures.live, figures.now.active) == (1, 1)


def test_a_sale_elsewhere_is_not_ours(village, shop):
    sell(ShopFactory(VillageFactory(village.parent), account=False), 300_000, days_ago(0))
    assert queries.headline(Area(village), Window.ending(local_day(), 30)).now.amount == 0
    assert queries.headline(Area(village.parent), Window.ending(local_day(), 30)).now.amount == 300_000


def test_a_returned_order_is_no_sale(village, shop):
    order = sell(shop, 300_000, days_ago(0))
    farmer_step(order.pk, State.RETURNED, by=Actor.of(shop.owner))
    assert queries.headline(Area(village), Window.ending(local_day(), 30)).now.amount == 0


def test_a_shop_counts_as_opened_on_the_day_of_its_first_approval(village, shop):
    ShopFactory(village, account=False, verified_at=timezone.now() - timedelta(days=5))
    ShopFactory(village, account=False, verified_at=timezone.now() - timedelta(days=45))
    ShopFactory(village, account=False, status=Shop.Status.DRAFT, verified_at=None)
    figures = queries.headline(Area(village), Window.ending(local_day(), 30))
    assert (figures.now.opened, figures.before.opened, figures.live) == (1, 1, 3)


# --- growth ---------------------------------------------------------------------------------------------------------


def ten_told_households(village):
    for number in range(10):
        shop = ShopFactory(village, account=False)
        tell(shop, date(2025, 8, 1), date(2025, 10, 31), orders=2 if number < 2 else 1)
        sell(shop, 34_800_000, date(2026, 9, 15))


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_ten_households_that_told_of_the_same_months_grow_174_times(village, level):
    ten_told_households(village)
    found = queries.cohort(area_at(village, level), QUARTER)
    growth = found.growth
    assert (growth.before, growth.before_orders, growth.now, growth.shops) == (2_000_000, 12, 348_000_000, 10)
    assert growth.ratio == pytest.approx(174.0)
    assert (found.base, found.declared, found.newcomers) == (QUARTER.year_before, 10, 0)


def test_nine_households_are_not_enough(village):
    ten_told_households(village)
    Baseline.objects.last().delete()
    found = queries.cohort(Area(village), QUARTER)
    assert (found.growth.ratio, found.growth.shops, found.newcomers) == (None, 9, 1)


def test_three_told_months_make_a_quarter(village, shop):
    for month, end in ((8, 31), (9, 30), (10, 31)):
        tell(shop, date(2025, month, 1), date(2025, month, end), amount=100_000, orders=1)
    found = queries.cohort(Area(village), QUARTER)
    assert (found.growth.before, found.growth.before_orders, found.declared) == (300_000, 3, 1)


@pytest.mark.parametrize(
    "told",
    [
        [(date(2025, 1, 1), date(2025, 12, 31))],
        [(date(2025, 8, 1), date(2025, 9, 30))],
        [(date(2025, 8, 1), date(2025, 8, 31)), (date(2025, 10, 1), date(2025, 10, 31))],
    ],
    ids=["a whole year", "two months of three", "a gap in the middle"],
)
def test_a_word_about_another_period_is_refused_instead_of_divided(village, shop, told):
    for start, end in told:
        tell(shop, start, end, amount=12_000_000)
    found = queries.cohort(Area(village), QUARTER)
    assert (found.growth.before, found.growth.shops, found.refused) == (0, 0, 1)


def test_without_a_word_the_households_own_sales_of_then_are_the_baseline(village, shop):
    sell(shop, 400_000, date(2025, 9, 1))
    sell(shop, 800_000, date(2026, 9, 1))
    sell(shop, 5_000_000, date(2026, 7, 31))  # outside both
    found = queries.cohort(Area(village), QUARTER)
    assert (found.growth.before, found.growth.before_orders, found.growth.now) == (400_000, 1, 800_000)
    assert (found.measured, found.declared) == (1, 0)


def test_a_households_word_comes_before_what_it_sold_here(village, shop):
    tell(shop, date(2025, 8, 1), date(2025, 10, 31), amount=900_000, orders=4)
    sell(shop, 400_000, date(2025, 9, 1))
    assert queries.cohort(Area(village), QUARTER).growth.before == 900_000


def test_a_shop_that_opened_in_the_middle_of_the_baseline_is_a_newcomer(village):
    late = ShopFactory(village, account=False, verified_at=noon(date(2025, 9, 1)))
    sell(late, 400_000, date(2025, 9, 20))
    sell(late, 900_000, date(2026, 9, 20))
    found = queries.cohort(Area(village), QUARTER)
    assert (found.growth.shops, found.growth.now, found.newcomers) == (0, 0, 1)


def test_a_household_that_sold_nothing_then_is_counted_apart(village, shop):
    sell(shop, 900_000, date(2026, 9, 20))
    ShopFactory(village, account=False, verified_at=LONG_AGO)
    found = queries.cohort(Area(village), QUARTER)
    assert (found.growth.zero_base, found.growth.shops, found.growth.now) == (2, 0, 0)


def test_a_shop_that_closed_stays_in_the_cohort(village, shop):
    sell(shop, 900_000, date(2025, 9, 20))
    Shop.objects.filter(pk=shop.pk).update(status=Shop.Status.CLOSED)
    growth = queries.cohort(Area(village), QUARTER).growth
    assert (growth.shops, growth.before, growth.now) == (1, 900_000, 0)


# --- months ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_every_month_of_two_years_has_its_line(village, shop, level):
    for _ in range(5):
        sell(shop, 100_000, date(2026, 10, 31))
    sell(shop, 700_000, date(2024, 11, 30))  # 24 months before the running one: too old
    fold_all()
    months = queries.months(area_at(village, level), today=TODAY)
    assert [month.first for month in months] == [months_back(TODAY, back) for back in range(23, -1, -1)]
    assert (months[-2].orders, months[-2].amount, months[-2].hidden) == (5, 500_000, False)
    assert sum(month.amount for month in months) == 500_000


@pytest.mark.parametrize(("level", "hidden"), [(0, True), (1, True), (2, True), (3, False)])
def test_fewer_than_five_buyers_are_hidden_above_the_village(village, shop, level, hidden):
    for _ in range(4):
        sell(shop, 100_000, date(2026, 10, 31))
    fold_all()
    assert queries.months(area_at(village, level), today=TODAY)[-2].hidden is hidden


def test_five_orders_of_one_buyer_are_still_one_buyer(village, shop):
    for _ in range(5):
        sell(shop, 100_000, date(2026, 10, 31), buyer="+84900000001")
    assert queries.months(Area(village.parent), today=TODAY)[-2].hidden


# --- places below, shops to visit -----------------------------------------------------------------------------------


def test_a_province_lists_its_communes_that_have_shops_most_sold_first(village):
    province = village.parent.parent
    other = VillageFactory(CommuneFactory(province))
    CommuneFactory(province)  # without a shop: 65 empty lines help nobody
    for place, amount in ((village, 10_000), (other, 90_000)):
        shop = ShopFactory(place, account=False)
        for _ in range(5):
            sell(shop, amount, days_ago(1))
    listed = queries.parts(Area(province), Window.ending(local_day(), 30))
    assert [(part.place, part.orders, part.amount, part.live) for part in listed] == [
        (other.parent, 5, 450_000, 1),
        (village.parent, 5, 50_000, 1),
    ]


def test_a_commune_of_few_buyers_is_hidden_and_stands_last(village):
    province = village.parent.parent
    other = VillageFactory(CommuneFactory(province))
    sell(ShopFactory(village, account=False), 90_000_000, days_ago(1))
    rich = ShopFactory(other, account=False)
    for _ in range(5):
        sell(rich, 1_000, days_ago(1))
    listed = queries.parts(Area(province), Window.ending(local_day(), 30))
    assert [(part.place, part.hidden) for part in listed] == [(other.parent, False), (village.parent, True)]


def test_a_commune_lists_all_its_villages(village):
    empty = VillageFactory(village.parent)
    listed = queries.parts(Area(village.parent), Window.ending(local_day(), 30))
    assert {part.place for part in listed} == {village, empty}


def test_a_shop_is_quiet_after_thirty_days_without_a_delivery(village):
    sells, silent, new, never = (
        ShopFactory(village, account=False, verified_at=noon(days_ago(days))) for days in (300, 300, 20, 50)
    )
    sell(sells, 10_000, days_ago(29))
    sell(silent, 10_000, days_ago(200))
    sell(silent, 10_000, days_ago(40))
    quiet = queries.quiet_shops(Area(village))
    assert [(row.shop, row.ever_sold) for row in quiet] == [(never, False), (silent, True)]
    assert [row.days for row in quiet] == pytest.approx([50, 40], abs=1)
    assert new not in [row.shop for row in quiet]


def test_an_order_on_its_way_is_not_yet_a_sale(village):
    shop = ShopFactory(village, account=False, verified_at=noon(days_ago(60)))
    order = sell(shop, 10_000, days_ago(1))
    Order.objects.filter(pk=order.pk).update(state=State.HANDED_OVER, delivered_at=None)
    assert [row.shop for row in queries.quiet_shops(Area(village))] == [shop]
