"""What other markets are told about our goods: complete, well-formed, true, and of nobody who is not selling."""

import csv
import re
import xml.etree.ElementTree as ET
from datetime import timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.test import override_settings
from django.urls import reverse
from openpyxl import load_workbook

from catalog.menus import kinds
from catalog.models import Category, Product
from catalog.services import pause_shop, set_hidden
from catalog.units import NetUnit, Unit
from common.actors import SYSTEM
from common.days import local_day
from places.models import PlaceAlias, Role
from sellers.models import Picture, Shop
from sellers.services import rename_shop
from storefront.feeds import items as items_module
from storefront.feeds import views
from storefront.offers import printed_gtin
from tests import factories
from tests.factories import CategoryFactory, RoleFactory, ShopFactory

pytestmark = pytest.mark.django_db
G = "{http://base.google.com/ns/1.0}"
HOSTILE = "Na </g:title> ]]> <![CDATA[ & \x0b\x1f\ufffe\x7f 🍎 =1+1"

# What must stand in every item. Source: Google Merchant Center help, "Product data specification" (brand: required for
# new products; gtin, or identifier_exists=no where a product has none; availability_date with preorder)
GOOGLE = {
    "id": r".{1,50}",
    "title": r"(?s).{1,150}",
    "description": r"(?s).{1,5000}",
    "link": r"https?://\S{1,2000}",
    "image_link": r"https?://\S{1,2000}",
    "availability": r"in_stock|out_of_stock|preorder",
    "price": r"[1-9]\d* VND",
    "condition": r"new",
    "brand": r".{1,70}",
}
# Source: Meta for Developers, Catalog reference, "Supported fields for products" (one of brand, mpn, gtin)
META = {
    "id": r".{1,100}",
    "title": r"(?s).{1,200}",
    "description": r"(?s).{1,9999}",
    "availability": r"in stock|out of stock|preorder",
    "condition": r"new",
    "price": r"[1-9]\d* VND",
    "link": r"https?://\S+",
    "image_link": r"https?://\S+",
    "brand": r".{1,100}",
}


def ProductFactory(*args, **facts):
    """A product with a photo as large as phones make them."""
    product = factories.ProductFactory(*args, **facts)
    Picture.objects.filter(pk=product.picture_id).update(width=1280, height=960)
    return product


def body(answer):
    assert answer.status_code == 200, answer
    return b"".join(answer.streaming_content)


def address(kind="xml", *, shop=None):
    return reverse("feeds:shop", args=[shop.slug, kind]) if shop else reverse("feeds:site", args=[kind])


def in_xml(client, where=None):
    tree = ET.fromstring(body(client.get(where or address())))
    return [{field.tag.removeprefix(G): field.text for field in item} for item in tree.iter("item")]


def in_csv(client, where=None):
    return list(csv.DictReader(StringIO(body(client.get(where or address("csv"))).decode())))


def in_xlsx(client, where=None):
    sheet = load_workbook(BytesIO(body(client.get(where or address("xlsx"))))).active
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.parametrize(("read", "required"), [(in_xml, GOOGLE), (in_csv, META)])
def test_every_item_has_what_its_readers_require(client, read, required):
    ProductFactory(title="Na dai", description="Na trồng trên núi đá.")
    ProductFactory(title="Gà", unit=Unit.CON, stock=0)
    ProductFactory(title="Hồng", harvest_on=local_day() + timedelta(days=9), preorder_cap=500)
    rows = read(client)
    assert len(rows) == 3
    for row in rows:
        for name, pattern in required.items():
            assert re.fullmatch(pattern, row.get(name) or ""), (name, row)


def test_google_is_told_of_a_bar_code_or_that_there_is_none(client):
    ProductFactory(gtin="08934567890126")
    ProductFactory(gtin="")
    known, unknown = in_xml(client)
    assert (known["gtin"], known.get("identifier_exists")) == ("8934567890126", None)
    assert (unknown.get("gtin"), unknown["identifier_exists"]) == (None, "no")


@pytest.mark.parametrize(
    ("kept", "printed"),
    [
        ("08934567890126", "8934567890126"), ("00000096385074", "96385074"), ("00036000291452", "036000291452"),
        ("18934567890123", "18934567890123"), ("", ""), ("89345", ""),
    ],
)  # fmt: skip
def test_a_bar_code_is_written_as_on_the_pack(kept, printed):
    assert printed_gtin(kept) == printed


@pytest.mark.parametrize("read", [in_xml, in_csv, in_xlsx])
def test_hostile_words_stay_words(client, read):
    shop = ShopFactory(name="=HYPERLINK(1)")
    ProductFactory(shop, title=HOSTILE, description="]]>\ud7ff\x08" + HOSTILE)
    (row,) = read(client)
    title, brand = row.get("title") or row["Tên hàng"], row.get("brand") or row["Người bán"]
    assert title == "Na </g:title> ]]> <![CDATA[ & \x7f 🍎 =1+1"
    assert brand.lstrip("'") == "=HYPERLINK(1)"


def test_no_sign_that_breaks_a_reader_is_written():
    signs = "".join(map(chr, [*range(32), 0xD800, 0xDFFF, 0xFFFE, 0xFFFF]))
    assert items_module.clean(f"a{signs}b") == "a\t\n\rb"
    assert items_module.clean("một hai ba", longest=8) == "một hai"


def test_no_cell_of_a_table_is_a_formula(client):
    ProductFactory(ShopFactory(name="+84 bán"), title="=1+1", description="@SUM(A1)")
    (row,) = in_csv(client)
    assert (row["title"], row["brand"], row["description"][:2]) == ("'=1+1", "'+84 bán", "'@")
    book = load_workbook(BytesIO(body(client.get(address("xlsx")))))
    assert "f" not in {cell.data_type for row in book.active.iter_rows() for cell in row}


@pytest.mark.parametrize("read", [in_xml, in_csv])
def test_prices_are_whole_dong(client, read):
    ProductFactory(price=125_000)
    assert read(client)[0]["price"] == "125000 VND"


def test_the_price_is_explained_by_its_unit(client):
    ProductFactory(unit=Unit.KG, minimum=Decimal("2.5"), title="Na dai")
    (row,) = in_xml(client)
    assert row["description"].endswith("Giá cho 1 kg. Mua ít nhất 2,5 kg.")
    assert row["description"].startswith("Na dai. Vườn nhà")


@pytest.mark.parametrize(
    ("facts", "measure", "base", "weight"),
    [
        ({"unit": Unit.KG}, "1 kg", "1 kg", "1 kg"),
        ({"unit": Unit.YEN}, "10 kg", "1 kg", "10 kg"),
        ({"unit": Unit.GOI, "net_quantity": 500, "net_unit": NetUnit.GRAM}, "500 g", "1 kg", "0.5 kg"),
        ({"unit": Unit.CHAI, "net_quantity": 750, "net_unit": NetUnit.ML}, "750 ml", "1 l", None),
        ({"unit": Unit.LIT}, "1 l", "1 l", None),
        ({"unit": Unit.CON}, None, None, None),
    ],
)
def test_the_content_is_told_where_it_is_known(client, facts, measure, base, weight):
    ProductFactory(**facts)
    (row,) = in_xml(client)
    found = [
        row.get(name) for name in ("unit_pricing_measure", "unit_pricing_base_measure", "shipping_weight")
    ]
    assert found == [measure, base, weight]


def test_what_is_sold_before_its_harvest_says_when_it_comes(client):
    day = local_day() + timedelta(days=9)
    ProductFactory(harvest_on=day, preorder_cap=500)
    (row,) = in_xml(client)
    assert (row["availability"], row["availability_date"]) == ("preorder", f"{day}T00:00+07:00")
    assert in_csv(client)[0]["availability"] == "preorder"


def test_what_was_harvested_is_in_stock(client):
    ProductFactory(harvest_on=local_day(), preorder_cap=500)
    (row,) = in_xml(client)
    assert (row["availability"], row.get("availability_date")) == ("in_stock", None)


@pytest.mark.parametrize(
    "facts",
    [
        {"opening": Shop.Opening.PAUSED},
        {
            "opening": Shop.Opening.HOLIDAY,
            "away_from": local_day() - timedelta(days=1),
            "away_until": local_day() + timedelta(days=1),
        },
    ],
)
def test_a_household_that_rests_sells_nothing_meanwhile(client, facts):
    shop = ShopFactory(**facts)
    ProductFactory(shop)
    ProductFactory(shop, harvest_on=local_day() + timedelta(days=9), preorder_cap=500)
    assert {row["availability"] for row in in_xml(client)} == {"out_of_stock"}
    assert {row["Còn"] for row in in_xlsx(client)} == {0}


def test_a_holiday_to_come_changes_nothing_yet(client):
    later = local_day() + timedelta(days=5)
    ProductFactory(ShopFactory(opening=Shop.Opening.HOLIDAY, away_from=later, away_until=later))
    assert in_xml(client)[0]["availability"] == "in_stock"


def test_paused_shops_and_hidden_goods_vanish(client):
    kept, hidden, paused = ProductFactory(), ProductFactory(), ProductFactory()
    set_hidden(hidden, True, by=SYSTEM)
    officer = RoleFactory(Role.COMMUNE_OFFICER, paused.shop.village.parent)
    pause_shop(paused.shop, by=officer, reason="Đang xem lại")
    for read in (in_xml, in_csv):
        assert [row["id"] for row in read(client)] == [kept.public_code]
    assert [row["Mã hàng"] for row in in_xlsx(client)] == [kept.public_code]
    assert client.get(address(shop=paused.shop)).status_code == 404


def test_what_has_no_large_picture_is_for_people_only(client):
    product = ProductFactory()
    Picture.objects.filter(pk=product.picture_id).update(width=1280, height=499)
    Product.objects.filter(pk=ProductFactory().pk).update(picture=None)
    assert in_xml(client) == in_csv(client) == []
    assert len(in_xlsx(client)) == 2


@override_settings(SITE_URL="https://choban.example")
def test_addresses_carry_the_host(client):
    product = ProductFactory()
    (row,) = in_xml(client)
    assert row["link"] == f"https://choban.example{product.get_absolute_url()}"
    assert row["image_link"] == f"https://choban.example{product.picture.file.url}"


def test_kinds_are_told_from_the_widest_down(client):
    fruit = CategoryFactory(name="Trái cây")
    soft = Category.objects.create(
        parent=fruit, slug="na", name="Na", name_en="Custard apple", folded="na", path=f"{fruit.path}2/"
    )
    ProductFactory(category=soft)
    assert in_xml(client)[0]["product_type"] == "Trái cây > Na"


def test_the_spreadsheet_speaks_vietnamese_and_counts_in_numbers(client):
    ProductFactory(title="Na dai", price=125_000, stock=Decimal("12.5"), unit=Unit.KG)
    (row,) = in_xlsx(client)
    assert (row["Tên hàng"], row["Đơn vị"], row["Giá (đồng)"], row["Còn"]) == ("Na dai", "kg", 125_000, 12.5)
    assert row["Cân nặng (kg)"] == 1
    assert row["Ảnh"].endswith(".jpg")


def test_a_feed_is_of_one_shop_or_one_village(client):
    here, neighbour, stranger = ProductFactory(), ProductFactory(), ProductFactory()
    Product.objects.filter(pk=neighbour.pk).update(
        village_id=here.village_id, commune_id=here.commune_id, province_id=here.province_id
    )
    village = here.shop.village
    slugs = [village.parent.parent.slug, village.parent.slug, village.slug]
    assert [row["id"] for row in in_csv(client, address("csv", shop=here.shop))] == [here.public_code]
    of_village = in_csv(client, reverse("feeds:village", args=[*slugs, "csv"]))
    assert [row["id"] for row in of_village] == [here.public_code, neighbour.public_code]
    assert stranger.public_code in [row["id"] for row in in_csv(client)]


def test_old_addresses_lead_to_the_new_ones(client):
    product = ProductFactory()
    old = address(shop=product.shop)
    rename_shop(product.shop, "Đồi na Đặng Thị Hoà", by=SYSTEM)
    answer = client.get(old)
    assert (answer.status_code, answer["Location"]) == (301, address(shop=product.shop))
    village = product.shop.village
    commune, province = village.parent, village.parent.parent
    PlaceAlias.objects.create(place=village, parent=commune, slug="ten-cu")
    answer = client.get(reverse("feeds:village", args=[province.slug, commune.slug, "ten-cu", "xml"]))
    assert answer["Location"] == reverse(
        "feeds:village", args=[province.slug, commune.slug, village.slug, "xml"]
    )


def test_what_does_not_exist_is_404(client):
    for where in (
        "nha/khong-co/san-pham.xml",
        "thon/a/b/c/san-pham.csv",
        "san-pham-2.xml",
        f"san-pham-{10**30}.xml",
    ):
        assert client.get(f"/xuat/{where}").status_code == 404, where


@pytest.mark.parametrize("kind", ["xml", "csv", "xlsx"])
def test_ten_and_two_hundred_goods_cost_the_same(client, queries_of, kind):
    shop = ShopFactory()
    first = ProductFactory(shop)
    kinds()

    def more(count):
        Product.objects.bulk_create(
            Product(
                shop=shop, category=first.category, picture=first.picture, title=f"Món {n}", folded="mon", price=9_000,
                stock=5, live=True, province_id=1, commune_id=2, village_id=3,
            )
            for n in range(count)
        )  # fmt: skip

    more(9)
    few = queries_of(lambda: body(client.get(address(kind))))
    more(190)
    assert queries_of(lambda: body(client.get(address(kind)))) == few == 2


def test_blocks_meet_without_a_gap(client, monkeypatch):
    monkeypatch.setattr(items_module, "BLOCK", 3)
    codes = [ProductFactory().public_code for _ in range(7)]
    assert [row["id"] for row in in_csv(client)] == codes


def test_parts_cover_everything_once_and_name_the_next(client, monkeypatch):
    monkeypatch.setitem(views.FORMATS, "csv", views.Format("storefront.feeds.table", 4))
    products = [ProductFactory() for _ in range(9)]
    part = (products[0].pk - 1) // 4 + 1  # PostgreSQL goes on counting from the tests before
    seen, where = [], reverse("feeds:part", args=[part, "csv"])
    while where:
        answer = client.get(where)
        seen += [row["id"] for row in csv.DictReader(StringIO(body(answer).decode()))]
        part += 1
        where = answer.headers.get("Link", "") and reverse("feeds:part", args=[part, "csv"])
    assert seen == [product.public_code for product in products]
    assert client.get(reverse("feeds:part", args=[part, "csv"])).status_code == 404


def test_feeds_are_kept_for_an_hour_by_any_proxy(client):
    ProductFactory()
    answer = client.get(address())
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    assert answer.streaming


def test_somebody_who_fetches_all_day_is_asked_to_wait(client):
    for _ in range(120):
        client.get("/xuat/nha/khong-co/san-pham.xml")
    answer = client.get("/xuat/nha/khong-co/san-pham.xml")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
