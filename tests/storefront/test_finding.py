"""Filters by commune, certificate and shop, orders of a search, completions and what a misspelt word may have meant."""

import re

import pytest
from django.urls import reverse

from catalog.filters import ProductFilter
from catalog.models import CERT_BITS, Category, Certificate, Product, Term
from catalog.terms import completions, meant, refresh_terms
from common.folding import fold
from common.kept import forget_all
from tests.factories import (
    CategoryFactory,
    CommuneFactory,
    ProductFactory,
    ProvinceFactory,
    ShopFactory,
    VillageFactory,
)

pytestmark = pytest.mark.django_db
SEARCH = "/tim/"


def titles(answer) -> list[str]:
    """What the page's cards say, in order."""
    return re.findall(r"<h3><a[^>]*>\s*([^<]+?)\s*</a>", answer.content.decode())


@pytest.fixture
def province():
    return ProvinceFactory(name="Lạng Sơn", code="20")


# --- filters --------------------------------------------------------------------------------------------------------
def test_communes_are_offered_once_a_province_is_chosen(client, province):
    commune = CommuneFactory(province, name="Chi Lăng", code="20001")
    here, there = (
        ProductFactory(ShopFactory(VillageFactory(commune)), title="Na Chi Lăng"),
        ProductFactory(ShopFactory(VillageFactory(CommuneFactory(province))), title="Na nơi khác"),
    )
    assert 'name="xa"' not in client.get("/cho/").content.decode()
    assert 'name="xa"' in client.get("/cho/?tinh=20").content.decode()
    assert titles(client.get("/cho/?tinh=20&xa=20001")) == [here.title]
    assert len(titles(client.get("/cho/?tinh=20"))) == len([here, there])


def test_taking_the_province_out_takes_its_commune_along(client, province):
    CommuneFactory(province, name="Chi Lăng", code="20001")
    page = client.get("/cho/?tinh=20&xa=20001&gia=0-50").content.decode()
    assert 'href="?gia=0-50"' in page


@pytest.mark.parametrize("bad", ["xa=999999", "tinh=zz&xa=1", "giay=sao", "nha=%00", "gia=1-2"])
def test_made_up_values_break_nothing(client, product, bad):
    assert client.get(f"/cho/?{bad}").status_code == 200


@pytest.fixture
def product():
    return ProductFactory(title="Hồng vành khuyên")


def test_only_goods_with_the_certificate(client, product):
    bit = CERT_BITS[Certificate.Kind.VIETGAP]
    Product.objects.filter(pk=product.pk).update(cert_mask=bit | 1)
    ProductFactory(title="Na dai")
    assert titles(client.get("/cho/?giay=vietgap")) == ["Hồng vành khuyên"]
    assert titles(client.get("/cho/?giay=gi")) == []


def test_one_shops_goods_with_its_name_as_a_tag(client, product):
    ProductFactory(title="Na dai")
    answer = client.get(f"/cho/?nha={product.shop.slug}")
    assert titles(answer) == ["Hồng vành khuyên"]
    assert (("nha", product.shop.name) in answer.context["filter"].chosen) is True
    assert titles(client.get("/cho/?nha=khong-co")) == []


def test_every_filter_can_be_taken_out_again(client, product, province):
    CommuneFactory(province, code="20001")
    asked = {
        "loai": product.category.slug,
        "tinh": "20",
        "xa": "20001",
        "gia": "0-50",
        "mua": "on",
        "con": "on",
    }
    asked |= {"giay": "gi", "nha": product.shop.slug}
    answer = client.get("/cho/", asked)
    assert {name for name, _words in answer.context["filter"].chosen} == set(asked) == set(filters())
    assert all(_without(answer, name) is not None for name in asked)


def filters() -> list[str]:
    return list(ProductFilter.base_filters)


def _without(answer, name: str) -> str | None:
    """The address of the tag that takes `name` out: the one that lacks it."""
    found = re.findall(r'class="tag tag-info"\s+href="([^"]+)"', answer.content.decode())
    return next((address for address in found if f"{name}=" not in address), None)


def test_a_kind_shows_the_kinds_below_it_and_the_way_up(client):
    fruit = CategoryFactory(name="Trái cây")
    plum = CategoryFactory(name="Mận", parent=fruit, path=f"{fruit.path}00001/")
    inside = ProductFactory(title="Mận hậu", category=plum)
    assert "Mận" in client.get(fruit.get_absolute_url()).content.decode()
    assert titles(client.get(fruit.get_absolute_url())) == [inside.title]
    assert fruit.get_absolute_url() in client.get(plum.get_absolute_url()).content.decode()


# --- orders of a search ---------------------------------------------------------------------------------------------
def test_a_search_can_be_ordered_and_goes_on_by_key(client):
    shop = ShopFactory()
    for n in range(30):
        ProductFactory(shop, title=f"Na dai {n:02d}", price=10_000 + n * 1000, popularity=n)
    first = client.get(SEARCH, {"q": "na dai", "xep": "re"})
    assert titles(first)[:2] == ["Na dai 00", "Na dai 01"]
    rest = client.get(SEARCH, {"q": "na dai", "xep": "re", "sau": first.context["found"].next})
    assert titles(first) + titles(rest) == [f"Na dai {n:02d}" for n in range(30)]
    assert titles(client.get(SEARCH, {"q": "na dai", "xep": "chay"}))[0] == "Na dai 29"


# --- suggestions ----------------------------------------------------------------------------------------------------
@pytest.fixture
def known():
    shop = ShopFactory()
    for title in ("Hồng vành khuyên", "Hồng giòn", "Mật ong bạc hà", "Na dai Chi Lăng", "Chè Shan tuyết"):
        ProductFactory(shop, title=title)
    ProductFactory(shop, title="Hồng giòn")
    refresh_terms()


@pytest.mark.parametrize(
    ("typed", "first"),
    [("hong", "Hồng giòn"), ("HỒNG v", "Hồng vành khuyên"), ("mat", "Mật ong bạc hà"), ("xyz", None), ("h", None)],
)  # fmt: skip
def test_names_complete_while_somebody_types_the_commonest_first(known, typed, first):
    assert (completions(typed) or [None])[0] == first


@pytest.mark.parametrize(
    ("typed", "guess"),
    [("mat ong bac haa", "Mật ong bạc hà"), ("hong vanh khuyem", "Hồng vành khuyên"), ("che san tuyet", "Chè Shan tuyết"),
     ("na dia chi lang", "Na dai Chi Lăng"), ("che san", "Chè Shan tuyết")],
)  # fmt: skip
def test_a_slip_of_the_finger_is_understood(client, known, typed, guess):
    assert meant(typed)[0] == guess
    assert guess in client.get(SEARCH, {"q": typed}).content.decode()


@pytest.mark.parametrize("typed", ["", "q", "zzzzzz qqqq", "'; DROP TABLE", "\x00", "🍊"])
def test_what_is_near_to_nothing_suggests_nothing_and_breaks_nothing(client, known, typed):
    assert meant(typed) == []
    assert client.get(SEARCH, {"q": typed}).status_code == 200
    assert client.get(reverse("market:suggest"), {"q": typed}).status_code == 200


def test_completions_cost_one_query_and_are_options(client, known, queries_of):
    assert queries_of(client.get, reverse("market:suggest"), {"q": "hong"}) == 1
    page = client.get(reverse("market:suggest"), {"q": "hong"}).content.decode()
    assert '<option value="Hồng giòn">' in page


def test_terms_follow_what_is_on_sale(known):
    Product.objects.filter(title="Hồng giòn").update(live=False)
    refresh_terms()
    assert not Term.objects.filter(folded="hong gion").exists()
    assert Term.objects.filter(folded=fold(Category.objects.first().name)).exists()


def test_a_search_that_finds_nothing_costs_few_queries(client, known, queries_of):
    client.get(SEARCH, {"q": "khongco"})
    assert queries_of(client.get, SEARCH, {"q": "khongco"}) <= 8


# --- large markets: other ways through the same rows ------------------------------------------------------------------
@pytest.fixture
def large(monkeypatch):
    """A market in which three of the first thirty make a word common."""
    monkeypatch.setattr("catalog.search.LARGE", -2)  # the engine says -1 for a table it never looked at
    monkeypatch.setattr("catalog.search.SAMPLE", 30)
    monkeypatch.setattr("catalog.search.COMMON", 3)


@pytest.mark.postgres
@pytest.mark.parametrize("sort", ["", "re", "moi"])
def test_a_common_word_finds_the_same_goods_in_the_same_order(client, sort, request):
    rare = [ProductFactory(title=f"Hồng giòn {n}", price=price) for n, price in enumerate((30_000, 20_000))]
    common = [ProductFactory(title=f"Mật ong rừng {n}", price=10_000 * (5 - n)) for n in range(4)]
    refresh_terms()
    addresses = [f"{SEARCH}?q={words}&xep={sort}" for words in ("mật ong", "hồng giò", "mật ong rừn")]
    small = [titles(client.get(address)) for address in addresses]
    assert [len(found) for found in small] == [len(common), len(rare), len(common)]
    request.getfixturevalue("large")
    forget_all()
    assert [titles(client.get(address)) for address in addresses] == small


@pytest.mark.postgres
def test_in_a_large_market_a_beginning_stands_for_names_on_sale(client, large):
    ProductFactory(title="Hồng vành khuyên")
    refresh_terms()
    ProductFactory(title="Hồng khuyếnh")  # since the last night: found by the whole word
    assert titles(client.get(f"{SEARCH}?q=hong+khuy")) == ["Hồng vành khuyên"]
    assert titles(client.get(f"{SEARCH}?q=hong+khuyenh")) == ["Hồng khuyếnh"]


@pytest.mark.postgres
def test_a_beginning_that_no_name_has_is_searched_for_itself(client, large):
    ProductFactory(ShopFactory(name="Vườn nhà Xoăn"), title="Na dai")
    refresh_terms()
    assert titles(client.get(f"{SEARCH}?q=na+xoa")) == ["Na dai"]
