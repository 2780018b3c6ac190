"""Short addresses on paper: they lead on for as long as the shop sells, and forgive how people type."""

import pytest
from django.test import override_settings

from catalog.services import pause_shop, set_hidden
from common.actors import SYSTEM
from common.codes import ALPHABET
from places.models import Role
from sellers.models import Shop
from sellers.services import rename_shop
from storefront.short_links import MISREAD, goes_to, readings, short_address, spoken_address
from tests.factories import ProductFactory, RoleFactory, ShopFactory

pytestmark = pytest.mark.django_db


@override_settings(SITE_URL="https://choban.vn/")
def test_the_address_on_paper_is_short_and_can_be_read_out():
    assert short_address("7KQ2M9XHRT") == "https://choban.vn/q/7KQ2M9XHRT"
    assert spoken_address("7KQ2M9XHRT") == "choban.vn/q/7KQ2M9XHRT"


def test_a_shops_code_leads_to_the_shop_without_a_cookie(client):
    shop = ShopFactory()
    answer = client.get(f"/q/{shop.public_code}")
    assert (answer.status_code, answer["Location"]) == (302, shop.get_absolute_url())
    assert "Set-Cookie" not in answer
    assert "Cookie" not in answer.get("Vary", "")
    assert answer["Cache-Control"] == "public, max-age=60"


def test_a_products_code_leads_to_the_product(client):
    product = ProductFactory()
    assert client.get(f"/q/{product.public_code}")["Location"] == product.get_absolute_url()


@pytest.mark.parametrize(
    "typed", ["7kq2m9xhrt", "7KQ2M 9XHRT", "7kq2m-9xhrt", "7KQ2M9XHRT/", "7KO2M9XHRT", "1kq2m9xhrt"]
)
def test_people_type_as_they_like(client, typed):
    shop = ShopFactory(public_code="7KQ2M9XHRT")
    assert client.get(f"/q/{typed}")["Location"] == shop.get_absolute_url()


def test_a_reading_that_fits_two_shops_leads_to_neither(client):
    ShopFactory(public_code="7KQ2M9XHRT")
    ShopFactory(public_code="7KD2M9XHRT")
    assert client.get("/q/7K02M9XHRT").status_code == 404


def test_misread_signs_stand_for_signs_that_codes_have():
    assert not set(MISREAD) & set(ALPHABET)
    assert set("".join(MISREAD.values())) <= set(ALPHABET)


@pytest.mark.parametrize("typed", ["", "abc", "O" * 10, "7KQ2M9XHRT7", "7KQ2M9XHR%", "đ" * 10, "²" * 10])
def test_what_cannot_be_a_code_has_no_reading(typed):
    assert readings(typed) == []


def test_an_unknown_code_offers_to_search(client, queries_of):
    answer = client.get("/q/7KQ2M9XHRT")
    assert answer.status_code == 404
    assert 'action="/tim/"' in answer.content.decode()
    assert "Set-Cookie" not in answer
    assert queries_of(goes_to, "7KQ2M9XHRT") == 2


def test_the_code_outlives_the_name(client):
    shop = ShopFactory()
    rename_shop(shop, "Đồi na Đặng Thị Hoà", by=SYSTEM)
    assert client.get(f"/q/{shop.public_code}")["Location"] == "/s/doi-na-dang-thi-hoa/"


@pytest.mark.parametrize(
    "status", [Shop.Status.DRAFT, Shop.Status.REVIEW, Shop.Status.PAUSED, Shop.Status.CLOSED]
)
def test_a_shop_that_is_not_open_is_not_given_away(client, status):
    shop = ShopFactory(status=status)
    assert client.get(f"/q/{shop.public_code}").status_code == 404


def test_what_left_the_market_is_not_given_away(client):
    product, other = ProductFactory(), ProductFactory()
    set_hidden(product, True, by=SYSTEM)
    officer = RoleFactory(Role.COMMUNE_OFFICER, other.shop.village.parent)
    pause_shop(other.shop, by=officer, reason="Nghỉ")
    for code in (product.public_code, other.public_code, other.shop.public_code):
        assert client.get(f"/q/{code}").status_code == 404
