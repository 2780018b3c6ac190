"""What buyers see: found without accents, the same for everybody, a handful of queries, nothing of strangers."""

from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from catalog.menus import kinds, provinces
from catalog.models import Product
from catalog.services import set_hidden
from common.actors import SYSTEM
from places.models import PlaceAlias
from sellers.models import PictureRendition, Shop, ShopSlug
from sellers.services import rename_shop
from storefront.services import ensure_site
from tests.factories import CategoryFactory, PictureFactory, ProductFactory, ShopFactory, VillageFactory

pytestmark = pytest.mark.django_db


def get(client, name, *args, **query):
    return client.get(reverse(name, args=args), query)


def titles(response):
    return [product.title for product in (response.context.get("page") or response.context["found"].products)]


def page_addresses(product):
    return {
        "home": "/", "category": product.category.get_absolute_url(), "catalogue": reverse("market:catalogue"),
        "search": reverse("market:search") + "?q=na+dai", "shop": product.shop.get_absolute_url(),
        "product": product.get_absolute_url(),
    }  # fmt: skip


@pytest.fixture
def product():
    ensure_site()
    return ProductFactory(title="Na dai Chi Lăng")


@pytest.mark.parametrize(
    ("which", "most"),
    [("home", 12), ("category", 6), ("catalogue", 6), ("search", 6), ("shop", 6), ("product", 7)],
)
def test_a_page_costs_a_handful_of_queries_however_much_is_sold(client, product, queries_of, which, most):
    address = page_addresses(product)[which]
    client.get(address)  # which reads the menus
    few = queries_of(client.get, address)
    for _ in range(12):
        ProductFactory(product.shop, category=product.category, title="Na dai")
    assert queries_of(client.get, address) == few
    assert few <= most


def test_filters_cost_no_query_of_their_own(client, product, queries_of):
    address = product.category.get_absolute_url()
    kinds(), provinces()
    filters = {
        "tinh": product.shop.village.parent.parent.code,
        "gia": "50-100",
        "mua": "on",
        "con": "on",
        "xep": "re",
    }
    assert queries_of(client.get, address, filters) <= 6


@pytest.mark.parametrize("which", ["home", "category", "catalogue", "search", "shop", "product"])
def test_public_pages_are_the_same_for_everybody(client, product, which):
    response = client.get(page_addresses(product)[which])
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")
    html = response.content.decode()
    assert "csrfmiddlewaretoken" not in html
    if which != "home":  # Wagtail serves the front page, its proxy rule stands in docs/operations.md
        assert "public" in response.headers["Cache-Control"]


@pytest.mark.parametrize("which", ["category", "shop", "product"])
def test_no_page_makes_a_picture_size(client, product, which):
    picture = PictureFactory(product.shop, ready=False)
    Product.objects.filter(pk=product.pk).update(picture=picture)
    files = len(default_storage.listdir("anh/nho")[1]) if default_storage.exists("anh/nho") else 0
    response = client.get(page_addresses(product)[which])
    assert 'class="ph"' in response.content.decode()
    assert not PictureRendition.objects.filter(image=picture).exists()
    assert (len(default_storage.listdir("anh/nho")[1]) if default_storage.exists("anh/nho") else 0) == files


@pytest.mark.parametrize(
    "typed", ["hong vanh khuyen", "HỒNG VÀNH KHUYÊN", "khuyen hong", "hong vanh khu", "Hông vánh"]
)
def test_goods_are_found_with_and_without_accents(client, typed):
    ProductFactory(title="Hồng vành khuyên")
    ProductFactory(title="Mật ong rừng")
    assert titles(get(client, "market:search", q=typed)) == ["Hồng vành khuyên"]


def test_the_accents_typed_come_first(client):
    popular = ProductFactory(title="Hông lợn hun khói", popularity=900)
    exact = ProductFactory(title="Hồng không hạt", popularity=1)
    assert titles(get(client, "market:search", q="hồng")) == [exact.title, popular.title]


@pytest.mark.parametrize(
    "typed", ["", "   ", "!!!", "a" * 300, "' OR 1=1 --", '"*', "na & (", "AND OR NOT", "đ"]
)
def test_strange_searches_find_nothing_and_break_nothing(client, typed):
    ProductFactory(title="Mật ong rừng")
    assert get(client, "market:search", q=typed).status_code == 200


def test_a_search_that_finds_nothing_helps_on(client):
    CategoryFactory(name="Trái cây")
    assert "Trái cây" in get(client, "market:search", q="khongco").content.decode()


def test_a_renamed_product_is_found_by_its_new_name_only(client):
    product = ProductFactory(title="Na dai")
    Product.objects.filter(pk=product.pk).update(title="Na bở", folded="na bo")
    assert titles(get(client, "market:search", q="na bo")) == ["Na bở"]
    assert get(client, "market:search", q="dai").context["found"].count == 0


def test_filters_are_plain_addresses_and_can_be_taken_back(client):
    cheap, dear = ProductFactory(price=20_000, title="Rau"), ProductFactory(price=400_000, title="Gà")
    response = get(client, "market:catalogue", gia="0-50")
    assert titles(response) == [cheap.title]
    assert "Dưới 50.000" in response.content.decode()
    province = dear.shop.village.parent.parent
    assert titles(get(client, "market:catalogue", tinh=province.code)) == [dear.title]
    assert (
        len(titles(get(client, "market:catalogue", gia="nonsense", tinh="??", xep="x", sau="made-up"))) == 2
    )


def test_only_what_is_in_season_or_in_stock_if_asked(client):
    month = timezone.localdate().month
    ProductFactory(title="Trái mùa", season_mask=(1 << (month % 12)))
    ProductFactory(title="Đúng mùa", season_mask=1 << (month - 1))
    ProductFactory(title="Hết", season_mask=1 << (month - 1), stock=Decimal(0))
    assert set(titles(get(client, "market:catalogue", mua="on"))) == {"Đúng mùa", "Hết"}
    assert set(titles(get(client, "market:catalogue", mua="on", con="on"))) == {"Đúng mùa"}


@pytest.mark.parametrize("sort", ["moi", "re", "chay"])
def test_the_list_goes_on_by_key_and_shows_everything_once(client, sort):
    shop = ShopFactory()
    for number in range(30):
        ProductFactory(shop, title=f"Món {number}", price=10_000 + number % 4, popularity=number % 3)
    first = get(client, "market:catalogue", xep=sort)
    second = get(client, "market:catalogue", xep=sort, sau=first.context["page"].next)
    assert (len(titles(first)), len(titles(second))) == (24, 6)
    assert len({*titles(first), *titles(second)}) == 30
    assert second.context["page"].next == ""


@pytest.mark.parametrize(
    "status", [Shop.Status.DRAFT, Shop.Status.REVIEW, Shop.Status.PAUSED, Shop.Status.CLOSED]
)
def test_a_shop_that_is_not_open_does_not_exist_for_buyers(client, status):
    shop = ShopFactory(status=status)
    product = ProductFactory(shop)
    assert client.get(shop.get_absolute_url()).status_code == 404
    assert client.get(product.get_absolute_url()).status_code == 404
    assert product not in get(client, "market:catalogue").context["page"].rows


def test_hidden_goods_do_not_exist_for_buyers(client, product):
    set_hidden(product, True, by=SYSTEM)
    assert client.get(product.get_absolute_url()).status_code == 404


def test_a_product_is_found_only_in_its_own_shop(client, product):
    stranger = ShopFactory()
    assert client.get(reverse("market:product", args=[stranger.slug, product.public_code])).status_code == 404


def test_every_address_a_shop_ever_had_leads_to_it(client, product):
    shop = product.shop
    old = shop.get_absolute_url()
    rename_shop(shop, "Đồi na Đặng Thị Hoà", by=SYSTEM)
    assert shop.slug == "doi-na-dang-thi-hoa"
    answer = client.get(old)
    assert (answer.status_code, answer["Location"]) == (301, shop.get_absolute_url())
    old_product = reverse(
        "market:product", args=[ShopSlug.objects.order_by("pk").first().slug, product.public_code]
    )
    assert client.get(old_product).status_code == 301


def test_a_place_shows_what_it_sells_and_old_names_redirect(client, product):
    village = product.shop.village
    commune, province = village.parent, village.parent.parent
    ProductFactory(title="Hàng nơi khác")
    for slugs in (
        [province.slug],
        [province.slug, commune.slug],
        [province.slug, commune.slug, village.slug],
    ):
        assert titles(get(client, "market:place", *slugs)) == [product.title]
    PlaceAlias.objects.create(place=commune, parent=province, slug="ten-cu")
    answer = get(client, "market:place", province.slug, "ten-cu")
    assert (answer.status_code, answer["Location"]) == (
        301,
        reverse("market:place", args=[province.slug, commune.slug]),
    )
    assert get(client, "market:place", province.slug, VillageFactory().parent.slug).status_code == 404


def test_english_stands_under_its_own_address(client, product):
    vietnamese = product.get_absolute_url()
    html = client.get("/en" + vietnamese).content.decode()
    assert '<html lang="en">' in html
    assert "₫50,000" in html
    assert f'href="{vietnamese}"' in html  # the way back to Vietnamese


def test_unknown_addresses_have_a_page_in_the_sites_look(client):
    answer = client.get("/khong-co/")
    assert answer.status_code == 404
    assert "Xem hàng đang bán" in answer.content.decode()
