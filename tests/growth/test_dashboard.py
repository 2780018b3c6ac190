"""The officers' pages: who may read them, what they say, what they cost."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from common.days import local_day
from growth.services import fold_all
from places.models import Role
from tests.factories import (
    CommuneFactory,
    ProvinceFactory,
    RoleFactory,
    ShopFactory,
    UserFactory,
    VillageFactory,
)
from tests.growth.sales import days_ago, sell

pytestmark = pytest.mark.django_db
MOST_QUERIES = 18


@pytest.fixture(autouse=True)
def _no_old_answers():
    cache.clear()


@pytest.fixture
def village():
    return VillageFactory()


@pytest.fixture
def officer(client, village):
    """The commune's officer, signed in."""
    client.force_login(RoleFactory(Role.COMMUNE_OFFICER, village.parent))
    return client


def figures_of(place):
    return reverse("growth:place", args=[place.code])


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")


def test_a_sale_of_today_stands_on_the_communes_page_at_once(officer, village):
    sell(ShopFactory(village, account=False), 125_000, local_day())
    page = read(officer, figures_of(village.parent))
    assert "125.000 ₫" in page
    assert village.full_name in page


def test_a_province_shows_the_sale_once_it_is_folded(client, village):
    client.force_login(RoleFactory(Role.PROVINCE_OFFICER, village.parent.parent))
    for _ in range(5):
        sell(ShopFactory(village, account=False), 125_000, local_day())
    fold_all()
    page = read(client, figures_of(village.parent.parent))
    assert "625.000 ₫" in page
    assert village.parent.full_name in page


def test_too_little_data_is_said_in_words(officer, village):
    sell(ShopFactory(village, account=False), 125_000, local_day())
    page = read(officer, figures_of(village.parent))
    assert "Chưa đủ dữ liệu" in page
    assert "gấp" not in page


@pytest.mark.parametrize("days", ["30", "90", "365"])
def test_the_window_can_be_chosen_and_nonsense_is_the_usual_one(officer, village, days):
    assert f"{days} ngày qua" in read(officer, figures_of(village.parent) + f"?ngay={days}")
    for nonsense in ("0", "-1", "x", "9" * 30, "٣٠", "²"):
        assert "90 ngày qua" in read(officer, figures_of(village.parent) + f"?ngay={nonsense}")


def test_few_buyers_are_hidden_in_the_communes_table_and_file_but_not_in_the_villages(
    client, officer, village
):
    shop = ShopFactory(village, account=False)
    sell(shop, 125_000, local_day())
    file = reverse("growth:place_csv", args=[village.parent.code])
    assert "<5,," in officer.get(file).content.decode()
    client.force_login(RoleFactory(Role.HEAD, village))
    assert ",1,125000,125000" in client.get(reverse("growth:place_csv", args=[village.code])).content.decode()


def test_the_file_is_a_download_in_utf8(officer, village):
    answer = officer.get(reverse("growth:place_csv", args=[village.parent.code]))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer.content.startswith("\ufeff".encode())
    assert len(answer.content.decode().splitlines()) == 25


@pytest.mark.parametrize(
    ("role", "where", "sees"),
    [
        (Role.HEAD, "village", {"village"}),
        (Role.VOLUNTEER, "village", set()),
        (Role.COMMUNE_OFFICER, "commune", {"village", "commune"}),
        (Role.PROVINCE_OFFICER, "province", {"village", "commune", "province"}),
    ],
)
def test_everybody_reads_their_own_places_and_no_other(client, village, role, where, sees):
    places = {"village": village, "commune": village.parent, "province": village.parent.parent}
    strange = [
        VillageFactory(village.parent) if where == "village" else VillageFactory(),
        CommuneFactory(),
        ProvinceFactory(),
    ]
    client.force_login(RoleFactory(role, places[where]))
    assert {
        name for name, place in places.items() if client.get(figures_of(place)).status_code == 200
    } == sees
    for place in strange:
        assert client.get(figures_of(place)).status_code == 404
        assert client.get(reverse("growth:place_csv", args=[place.code])).status_code == 404


def test_the_whole_country_is_for_administrators(client, officer, village):
    country = reverse("growth:place", args=["ca-nuoc"])
    assert officer.get(country).status_code == 404
    client.force_login(UserFactory(is_superuser=True))
    assert "Cả nước" in read(client, country)


def test_home_goes_straight_to_the_only_place(officer, village):
    assert officer.get(reverse("growth:home")).url == figures_of(village.parent)


def test_home_lists_several_places(client, village):
    other = CommuneFactory()
    head = RoleFactory(Role.HEAD, village)
    client.force_login(RoleFactory(Role.COMMUNE_OFFICER, other, head))
    page = read(client, reverse("growth:home"))
    assert village.full_name in page
    assert other.full_name in page


def test_a_farmer_has_no_figures_and_a_visitor_signs_in_first(client, village):
    assert client.get(figures_of(village)).status_code == 302
    client.force_login(ShopFactory(village).owner)
    assert client.get(reverse("growth:home")).status_code == 404


def test_quiet_shops_are_named_with_the_days_and_the_phone(officer, village):
    shop = ShopFactory(village, account=False, verified_at=sold_long_ago())
    page = read(officer, figures_of(village.parent))
    assert shop.name in page
    assert f'href="tel:{shop.owner.phone}"' in page


def sold_long_ago():
    from tests.growth.sales import noon

    return noon(days_ago(60))


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_a_page_costs_the_same_for_3_and_40_shops(client, queries_of, village, level):
    client.force_login(UserFactory(is_superuser=True))
    place = {1: village.parent.parent, 2: village.parent, 3: village}.get(level)
    address = figures_of(place) if place else reverse("growth:place", args=["ca-nuoc"])

    def world(count):
        for number in range(count):
            shop = ShopFactory(VillageFactory(village.parent) if level < 3 else village, account=False)
            sell(shop, 10_000, days_ago(number * 5))
            sell(shop, 10_000, days_ago(400))
        fold_all()
        cache.clear()

    world(3)
    few = queries_of(client.get, address)
    world(37)
    assert queries_of(client.get, address) == few
    assert few <= MOST_QUERIES


def test_the_page_is_kept_by_the_readers_own_browser_only(officer, village):
    assert officer.get(figures_of(village.parent))["Cache-Control"] == "private, max-age=60"


def test_the_page_keeps_our_own_content_policy(officer, village):
    sell(ShopFactory(village, account=False), 125_000, local_day())
    page = read(officer, figures_of(village.parent))
    assert " style=" not in page
    assert "<style" not in page
    assert page.count("<svg") > 1  # the chart among the icons
