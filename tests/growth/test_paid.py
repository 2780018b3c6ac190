"""The share of cashless payments: the same at every level, few sales hidden, cheap, and equal to its events."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from common.actors import Actor
from common.days import local_day, months_back
from growth import paid_queries, self_checks
from growth.areas import Area
from growth.charts import BOTTOM, TOP, paid_chart
from growth.models import PaidDay
from growth.paid_queries import PaidMonth
from growth.paid_sales import fold_all_sales, rebuild_sales
from growth.windows import Window
from growth.wording import paid_finding
from orders.services import farmer_step
from orders.states import State
from payments.models import PaidBy, SaleEvent
from payments.sales import Share
from places.models import Role
from tests.factories import OrderFactory, RoleFactory, ShopFactory, UserFactory, VillageFactory
from tests.growth.sales import sell

pytestmark = pytest.mark.django_db
ON = date(2026, 10, 31)
OCTOBER = Window(date(2026, 10, 1), ON)


@pytest.fixture
def village():
    return VillageFactory()


@pytest.fixture
def shop(village):
    return ShopFactory(village, account=False)


def paid(shop, amount, way, on=ON, channel="web", times=1):
    """Sales of the past that were paid like this, as they told of themselves."""
    for _ in range(times):
        SaleEvent.objects.create(
            order=sell(shop, amount, on, folded=True), shop_id=shop.pk, channel=channel, paid_by=way, sales=1, amount=amount,
            day=on, province_id=shop.province_id, commune_id=shop.commune_id, village_id=shop.village_id,
        )  # fmt: skip


def areas(village):
    return [Area(), Area(village.parent.parent), Area(village.parent), Area(village)]


def example(shop):
    """Ten sales of 100.000: five by machines, two by the seller's word, three in cash; two of them at a stall."""
    paid(shop, 100_000, PaidBy.MACHINE, times=5)
    paid(shop, 100_000, PaidBy.DECLARED, times=2)
    paid(shop, 100_000, PaidBy.CASH)
    paid(shop, 100_000, PaidBy.CASH, channel="stall", times=2)
    fold_all_sales()


def test_every_level_says_the_same(village, shop):
    example(shop)
    for area in areas(village):
        whole = paid_queries.by_channel(area, OCTOBER)[""]
        assert whole.share == Share(500_000, 200_000, 300_000, 5, 2, 3)
        assert (whole.share.cashless_percent, whole.share.machine_percent, whole.hidden) == (70, 50, False)
    of_shops = paid_queries.paid_parts(Area(village), OCTOBER)
    assert [(part.name, part.share.cashless_percent, part.is_shop) for part in of_shops] == [
        (shop.name, 70, True)
    ]


def test_channels_stand_apart_and_a_few_at_a_stall_are_hidden_above_the_village(village, shop):
    example(shop)
    at_village = paid_queries.by_channel(Area(village), OCTOBER)
    assert at_village["stall"].share == Share(cash=200_000, cash_sales=2)
    assert not at_village["stall"].hidden
    above = paid_queries.by_channel(Area(village.parent), OCTOBER)
    assert above["stall"].hidden
    assert above["web"].hidden  # else the two at the stall could be told by subtraction


def test_days_outside_the_period_do_not_count(village, shop):
    paid(shop, 100_000, PaidBy.CASH, on=date(2026, 11, 1))
    paid(shop, 100_000, PaidBy.CASH, on=date(2026, 9, 30))
    paid(shop, 100_000, PaidBy.CASH, on=date(2026, 10, 1))
    fold_all_sales()
    assert paid_queries.by_channel(Area(village), OCTOBER)[""].share.sales == 1


def test_months_are_complete_and_follow_the_channel(village, shop):
    example(shop)
    months = paid_queries.paid_months(Area(village), today=date(2026, 11, 26))
    assert [month.first.month for month in months] == [12, *range(1, 12)]
    assert months[-2].share.cashless_percent == 70
    stall = paid_queries.paid_months(Area(village), "stall", today=date(2026, 11, 26))
    assert (stall[-2].share.cash, stall[-1].share.sales) == (200_000, 0)


def test_places_below_are_listed_most_cashless_first_and_few_sales_last(village, shop):
    province = village.parent.parent
    example(shop)
    poor = ShopFactory(VillageFactory(VillageFactory().parent), account=False)
    assert poor.province_id != province.pk
    paid(poor, 100_000, PaidBy.MACHINE, times=4)
    fold_all_sales()
    parts = paid_queries.paid_parts(Area(), OCTOBER)
    assert [(part.code, part.hidden) for part in parts] == [
        (province.code, False),
        (poor.village.parent.parent.code, True),
    ]


def test_folding_twice_counts_once_and_rebuilding_puts_a_wrong_figure_right(shop):
    example(shop)
    assert fold_all_sales() == 0
    assert list(self_checks.paid_rollup()) == []
    PaidDay.objects.filter(level=1).update(cash=1)
    assert list(self_checks.paid_rollup()) != []
    rebuild_sales(OCTOBER.start)
    assert list(self_checks.paid_rollup()) == []


def test_an_order_that_is_paid_reaches_the_figures_and_leaves_them_again(village):
    order = OrderFactory(ShopFactory(village), price=100_000, quantity=1, paid_in_full=True)
    call_command("fold_events")
    today = Window(local_day(), local_day())
    assert paid_queries.by_channel(Area(village), today)[""].share == Share(
        declared=100_000, declared_sales=1
    )
    farmer_step(order.pk, State.CANCELLED, by=Actor.of(order.shop.owner))
    call_command("fold_events")
    assert paid_queries.by_channel(Area(village), today)[""].share == Share()
    assert list(self_checks.paid_sales()) == list(self_checks.paid_rollup()) == []


# --- how it is said -------------------------------------------------------------------------------------------------


def month(number, share=None, hidden=False):
    return PaidMonth(share or Share(), hidden, date(2026, number, 1))


def test_the_title_says_the_finding():
    october, september = Share(50, 20, 30, 5, 2, 3), Share(10, 40, 50, 1, 4, 5)
    said = paid_finding([month(9, september), month(10, october), month(11)])
    assert "Tháng 10/2026: 70 % tiền hàng trả không tiền mặt, máy xác nhận 50 %; tháng 9/2026 là 50 %" in said
    assert "dưới 5 lần bán" in paid_finding([month(9), month(10, october, hidden=True), month(11)])
    assert "chưa có lần bán" in paid_finding([month(9), month(10), month(11)])


def test_the_columns_of_the_chart_are_a_hundred_per_cent_and_hide_what_is_hidden():
    full, few = paid_chart([month(9, Share(50, 20, 30, 5, 2, 3)), month(10, Share(1), hidden=True)]).columns
    assert [segment.kind for segment in full.segments] == ["machine", "declared", "cash"]
    assert sum(segment.bar.height for segment in full.segments) == BOTTOM - TOP
    assert [segment.kind for segment in few.segments] == ["few"]


# --- pages ----------------------------------------------------------------------------------------------------------


def page(client, place, **query):
    return client.get(reverse("growth:paid", args=[place.code]), query)


def test_the_officers_page_shows_shares_parts_and_a_file(client, village, shop):
    example(shop)
    client.force_login(RoleFactory(Role.COMMUNE_OFFICER, village.parent))
    answer = page(client, village.parent, tu="2026-10-01", den="2026-10-31")
    said = answer.content.decode().replace("&nbsp;", " ").replace("\u00a0", " ")
    assert "70 %" in said
    assert village.full_name in said
    file = client.get(
        reverse("growth:paid_csv", args=[village.parent.code]), {"tu": "2026-10-01", "den": "2026-10-31"}
    )
    lines = file.content.decode().splitlines()
    assert "Tất cả,500000,200000,300000,5,2,3,70,70" in lines[1]
    assert any(village.code in line for line in lines)


def test_a_village_shows_shares_of_its_shops_without_their_money(client, village, shop):
    paid(shop, 123_000, PaidBy.CASH)
    fold_all_sales()
    client.force_login(RoleFactory(Role.HEAD, village))
    said = page(client, village, tu="2026-10-01", den="2026-10-31").content.decode()
    row = said[said.index(shop.name) :]
    assert "123.000" not in row[: row.index("</tr>")]


def test_bad_days_are_refused_at_the_field_with_what_was_typed(client, village):
    client.force_login(RoleFactory(Role.COMMUNE_OFFICER, village.parent))
    for query in (
        {"tu": "x"}, {"tu": "2026-10-02", "den": "2026-10-01"}, {"tu": "2000-01-01"}, {"kenh": "moon"}
    ):  # fmt: skip
        answer = page(client, village.parent, **query)
        assert answer.status_code == 422
        assert "kenh" in query or next(iter(query.values())) in answer.content.decode()
        file = client.get(reverse("growth:paid_csv", args=[village.parent.code]), query)
        assert file.status_code == 422


def test_figures_of_elsewhere_do_not_exist(client, village):
    client.force_login(RoleFactory(Role.COMMUNE_OFFICER, VillageFactory().parent))
    assert page(client, village.parent).status_code == 404
    client.force_login(UserFactory())
    assert page(client, village).status_code == 404


@pytest.mark.parametrize("level", [1, 2, 3])
def test_the_page_costs_the_same_however_much_was_sold(
    client, village, shop, level, django_assert_max_num_queries
):
    for number in range(12):
        paid(shop, 10_000, PaidBy.CASH, on=months_back(local_day(), number) + timedelta(days=3))
    fold_all_sales()
    role = {1: Role.PROVINCE_OFFICER, 2: Role.COMMUNE_OFFICER, 3: Role.HEAD}[level]
    place = {1: village.parent.parent, 2: village.parent, 3: village}[level]
    client.force_login(RoleFactory(role, place))
    with django_assert_max_num_queries(12) as asked:
        assert page(client, place).status_code == 200
    assert not any("orders_order" in query["sql"] or "saleevent" in query["sql"] for query in asked)
