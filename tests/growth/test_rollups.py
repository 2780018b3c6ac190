"""Roll-ups say what the events say, however often they are folded or built anew. Source: architecture, 9."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db.models import Sum

from common.actors import Actor
from growth import self_checks
from growth.models import COUNTRY, PlaceDay, PlaceMonth
from growth.services import fold_all, fold_events, rebuild
from orders.models import OrderEvent
from orders.services import farmer_step
from orders.states import State
from tests.factories import ShopFactory, VillageFactory
from tests.growth.sales import days_ago, sell

pytestmark = pytest.mark.django_db
ON = date(2026, 10, 31)


@pytest.fixture
def shop():
    return ShopFactory(account=False)


def rows():
    """Every roll-up row, comparable."""
    days = PlaceDay.objects.order_by("level", "place_id", "day").values_list(
        "level", "place_id", "day", "orders", "amount", "cashless"
    )
    months = PlaceMonth.objects.order_by("level", "place_id", "month").values_list(
        "level", "place_id", "month", "orders", "amount", "cashless"
    )
    return list(days), list(months)


def differences():
    return [*self_checks.rollups(), *self_checks.levels()]


def test_a_sale_reaches_its_day_and_month_at_every_level(shop):
    sell(shop, 125_000, ON)
    assert fold_all() == 1
    days, months = rows()
    places = [(0, COUNTRY), (1, shop.province_id), (2, shop.commune_id)]
    assert days == [(level, place, ON, 1, 125_000, 125_000) for level, place in places]
    assert [row[:3] for row in months] == [
        (level, place, date(2026, 10, 1)) for level, place in [*places, (3, shop.village_id)]
    ]


def test_cash_counts_as_sold_and_not_as_cashless(shop):
    sell(shop, 125_000, ON, cash=True)
    fold_all()
    country = PlaceDay.objects.get(level=0)
    assert (country.amount, country.cashless) == (125_000, 0)


def test_folding_twice_counts_once(shop):
    sell(shop, 125_000, ON)
    fold_all()
    before = rows()
    assert fold_all() == 0
    assert rows() == before


def test_a_small_bite_leaves_the_rest_for_the_next_run(shop):
    for _ in range(3):
        sell(shop, 10_000, ON)
    assert [fold_events(limit=2), fold_events(limit=2), fold_events(limit=2)] == [2, 1, 0]
    assert PlaceDay.objects.get(level=0).amount == 30_000


def test_a_return_takes_the_sale_back_on_its_own_day(shop):
    kept, returned = sell(shop, 10_000, ON), sell(shop, 125_000, ON)
    fold_all()
    farmer_step(returned.pk, State.RETURNED, by=Actor.of(shop.owner), reason="hỏng")
    fold_all()
    country = PlaceDay.objects.get(level=0)
    assert (country.day, country.orders, country.amount, country.cashless) == (ON, 1, 10_000, kept.goods)


def test_roll_ups_equal_the_raw_events(shop):
    elsewhere = ShopFactory(VillageFactory(), account=False)
    for number in range(12):
        sell(
            shop if number % 3 else elsewhere,
            10_000 * (number + 1),
            ON - timedelta(days=number * 9),
            cash=number % 2 == 0,
        )
    fold_all()
    raw = OrderEvent.objects.aggregate(orders=Sum("orders"), amount=Sum("amount"), cashless=Sum("cashless"))
    for level in (0, 1, 2):
        sums = PlaceDay.objects.filter(level=level).aggregate(
            orders=Sum("orders"), amount=Sum("amount"), cashless=Sum("cashless")
        )
        assert sums == raw
    assert PlaceMonth.objects.filter(level=3).aggregate(amount=Sum("amount"))["amount"] == raw["amount"]
    assert differences() == []


def test_a_wrong_figure_is_found_and_rebuilding_puts_it_right(shop):
    for days in (0, 40):
        sell(shop, 125_000, ON - timedelta(days=days))
    fold_all()
    right = rows()
    PlaceDay.objects.filter(level=1, day=ON).update(amount=999)
    PlaceMonth.objects.filter(level=3).delete()
    assert differences() != []
    rebuild(ON - timedelta(days=60))
    assert rows() == right
    assert differences() == []


def test_rebuilding_twice_changes_nothing_and_leaves_older_months_alone(shop):
    sell(shop, 70_000, ON - timedelta(days=90))
    sell(shop, 125_000, ON)
    fold_all()
    right = rows()
    rebuild(ON)
    rebuild(ON)
    assert rows() == right


def test_rebuilding_takes_waiting_events_along_and_folding_does_not_count_them_again(shop):
    sell(shop, 125_000, ON)
    rebuild(ON)
    assert fold_all() == 0
    assert PlaceDay.objects.get(level=0).amount == 125_000


def test_the_commands_say_what_they_did(shop, capsys):
    sell(shop, 125_000, days_ago(0))
    call_command("fold_events")
    call_command("fold_events")
    call_command("rebuild_rollups")
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == ["Roll-ups: 1 events folded.", "Roll-ups: nothing waits."]
    assert said[2].startswith("Roll-ups: 7 rows built from 01/")
