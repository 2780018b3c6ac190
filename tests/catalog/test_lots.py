"""Lots and where a pack comes from. GTIN vectors: GS1's own examples and numbers of the prefix of Vietnam, 893."""

from datetime import timedelta
from io import BytesIO

import pytest
import zxingcpp
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from catalog.gtin import digital_link_path, read_gtin
from catalog.models import Lot, Product
from sellers.models import Shop
from tests.factories import ProductFactory, ShopFactory, photo

pytestmark = pytest.mark.django_db
LOTS = "/ban-hang/lo-hang/"
GTIN = "8934563138165"


@pytest.fixture
def shop():
    return ShopFactory()


@pytest.fixture
def product(shop):
    return ProductFactory(shop, title="Hồng vành khuyên")


@pytest.fixture
def farmer(client, shop):
    client.force_login(shop.owner)
    return client


def said(product, **more):
    return {
        "product": product.public_code,
        "harvested_on": timezone.localdate().isoformat(),
        "plot": "Vườn sau nhà",
    } | more


@pytest.fixture
def lot(farmer, product):
    farmer.post(f"{LOTS}ghi/", said(product))
    return Lot.objects.get()


# --- the farmer -----------------------------------------------------------------------------------------------------
def test_a_harvest_is_noted_with_two_answers(farmer, product, shop):
    assert farmer.post(f"{LOTS}ghi/", said(product)).status_code == 302
    lot = Lot.objects.get()
    assert (lot.shop, lot.product, lot.plot) == (shop, product, "Vườn sau nhà")
    assert lot.public_code in farmer.get(LOTS).content.decode()


@pytest.mark.parametrize(
    ("bad", "field"),
    [({"harvested_on": (timezone.localdate() + timedelta(3)).isoformat()}, "harvested_on"),
     ({"harvested_on": "2019-01-01"}, "harvested_on"),
     ({"best_before": "2020-01-01"}, "best_before"), ({"plot": ""}, "plot"), ({"quantity": "-1"}, "quantity")],
)  # fmt: skip
def test_a_slip_is_told_at_its_field_and_nothing_typed_is_lost(farmer, product, bad, field):
    answer = farmer.post(f"{LOTS}ghi/", said(product, note="Vụ đầu") | bad)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert "Vụ đầu" in answer.content.decode()
    assert not Lot.objects.exists()


def test_a_neighbours_goods_and_lots_do_not_exist_here(farmer, product):
    other = ProductFactory()
    assert farmer.post(f"{LOTS}ghi/", said(other)).status_code == 422
    theirs = Lot.objects.create(shop=other.shop, product=other, plot="x", harvested_on=timezone.localdate())
    assert farmer.get(f"{LOTS}{theirs.public_code}/").status_code == 404
    assert farmer.get(reverse("market:lot_label", args=[theirs.public_code])).status_code == 404


def test_a_slip_is_put_right_within_a_day_and_not_later(farmer, product, lot, time_machine):
    time_machine.move_to(timezone.now())
    farmer.post(f"{LOTS}{lot.public_code}/", said(product, plot="Nương Khau Sao"))
    lot.refresh_from_db()
    assert lot.plot == "Nương Khau Sao"
    time_machine.shift(timedelta(days=1, minutes=1))
    answer = farmer.post(f"{LOTS}{lot.public_code}/", said(product, plot="Nơi khác"))
    assert answer.status_code == 422
    lot.refresh_from_db()
    assert lot.plot == "Nương Khau Sao"


def test_the_list_of_lots_costs_the_same_for_2_and_20(farmer, product, lot, queries_of):
    farmer.get(LOTS)
    few = queries_of(farmer.get, LOTS)
    for _ in range(20):
        Lot.objects.create(shop=product.shop, product=product, plot="x", harvested_on=timezone.localdate())
    assert queries_of(farmer.get, LOTS) == few


# --- everybody ------------------------------------------------------------------------------------------------------
def test_the_code_on_a_pack_tells_goods_grower_place_and_day(client, lot, shop, queries_of):
    page = client.get(f"/lo/{lot.public_code}/").content.decode()
    for words in (lot.product.title, shop.name, shop.village.full_name, lot.public_code, "Vườn sau nhà"):
        assert words in page
    assert queries_of(client.get, f"/lo/{lot.public_code}/") <= 6
    assert client.get(f"/lo/{lot.public_code.lower()}/").status_code == 200


@pytest.mark.parametrize(
    ("status", "answer"),
    [(Shop.Status.LIVE, 200), (Shop.Status.PAUSED, 200), (Shop.Status.CLOSED, 404), (Shop.Status.DRAFT, 404)],
)  # fmt: skip
def test_a_pack_in_a_kitchen_still_tells_while_the_shop_exists(client, lot, status, answer):
    Shop.objects.filter(pk=lot.shop_id).update(status=status)
    Product.objects.update(live=False)
    assert client.get(f"/lo/{lot.public_code}/").status_code == answer


def read_code(png: bytes) -> str:
    return zxingcpp.read_barcodes(Image.open(BytesIO(png)))[0].text


def test_the_printed_code_leads_to_the_lot(client, farmer, lot, settings):
    settings.SITE_URL = "https://cho.example"
    png = client.get(reverse("market:lot_code", args=[lot.public_code])).content
    assert read_code(png) == f"https://cho.example/lo/{lot.public_code}/"
    label = farmer.get(reverse("market:lot_label", args=[lot.public_code])).content.decode()
    assert label.count(f"<b>{lot.public_code}</b>") == 8


def test_with_a_gtin_the_code_is_a_gs1_digital_link_that_leads_to_the_same_page(client, lot, settings):
    settings.SITE_URL = "https://cho.example"
    Product.objects.update(gtin=read_gtin(GTIN))
    link = digital_link_path(read_gtin(GTIN), lot.public_code)
    png = client.get(reverse("market:lot_code", args=[lot.public_code])).content
    assert (
        read_code(png)
        == f"https://cho.example/01/08934563138165/10/{lot.public_code}"
        == f"https://cho.example{link}"
    )
    assert client.get(link).url == f"/lo/{lot.public_code}/"
    assert client.get(link.replace("08934563138165", GTIN)).url == f"/lo/{lot.public_code}/"


@pytest.mark.parametrize("gtin", ["06291041500213", "08934563138166", "x", "00000000000000"])
def test_another_goods_number_leads_nowhere(client, lot, gtin):
    Product.objects.update(gtin=read_gtin(GTIN))
    assert client.get(f"/01/{gtin}/10/{lot.public_code}").status_code == 404
    Product.objects.update(gtin="")
    assert client.get(f"/01/{gtin}/10/{lot.public_code}").status_code == 404


def test_a_photo_of_the_harvest_is_cleaned_and_shown(farmer, client, product):
    farmer.post(f"{LOTS}ghi/", said(product, photo=photo((400, 300))))
    lot = Lot.objects.get()
    assert lot.picture.shop == product.shop
    assert client.get(f"/lo/{lot.public_code}/").status_code == 200
