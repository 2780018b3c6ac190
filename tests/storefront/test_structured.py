"""What search engines are told: all they require, nothing that the page does not show, and no way out of the block."""

import json
import re
from datetime import timedelta

import brotli
import pytest
from django.test import override_settings
from django.urls import reverse

from catalog.models import Category, Product
from common.days import local_day
from sellers.models import Shop
from storefront import structured
from storefront.services import ensure_site
from storefront.templatetags.structured import script
from tests.factories import CategoryFactory, PictureFactory, ProductFactory, ShopFactory

pytestmark = pytest.mark.django_db

# What each type must say to be shown. Source: Google Search Central, structured data: Product snippet and merchant
# listing (name, image, offers with price, currency, availability), Local business (name, address), Breadcrumb,
# Carousel (position, url), Logo (url, logo); WebSite with SearchAction as schema.org describes it
REQUIRED = {
    "Product": {"name", "image", "offers", "brand", "sku"},
    "Offer": {"price", "priceCurrency", "availability", "url", "seller", "itemCondition"},
    "Brand": {"name"},
    "AggregateRating": {"ratingValue", "reviewCount"},
    "Store": {"name", "url"},
    "PostalAddress": {"streetAddress", "addressLocality", "addressRegion", "addressCountry"},
    "BreadcrumbList": {"itemListElement"},
    "ItemList": {"itemListElement"},
    "ListItem": {"position"},
    "WebSite": {"name", "url", "potentialAction"},
    "SearchAction": {"target", "query-input"},
    "EntryPoint": {"urlTemplate"},
    "Organization": {"name", "url", "logo"},
}
BUDGETS = {"product": 10, "shop": 12, "category": 12, "catalogue": 12, "home": 12}  # KB of brotli


@pytest.fixture
def product():
    ensure_site()
    return ProductFactory(title="Na dai Chi Lăng", description="Na trồng trên núi đá.")


def addresses(product):
    return {
        "home": "/", "category": product.category.get_absolute_url(), "catalogue": reverse("market:catalogue"),
        "shop": product.shop.get_absolute_url(), "product": product.get_absolute_url(),
    }  # fmt: skip


def facts_in(html):
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert len(blocks) == 1
    document = json.loads(blocks[0])
    assert document["@context"] == "https://schema.org"
    return {thing["@type"]: thing for thing in document["@graph"]}


def everything(thing):
    """Each object at any depth."""
    if isinstance(thing, dict):
        if "@type" in thing:
            yield thing
        for value in thing.values():
            yield from everything(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from everything(value)


def page(client, where):
    answer = client.get(where)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("which", "types"),
    [
        ("home", {"WebSite", "Organization"}),
        ("category", {"ItemList", "BreadcrumbList"}),
        ("catalogue", {"ItemList", "BreadcrumbList"}),
        ("shop", {"Store", "BreadcrumbList"}),
        ("product", {"Product", "BreadcrumbList"}),
    ],
)
def test_every_page_says_all_that_its_type_requires(client, product, which, types):
    Product.objects.filter(pk=product.pk).update(rating_sum=9, rating_count=2)
    things = facts_in(page(client, addresses(product)[which]))
    assert set(things) == types
    for thing in everything(list(things.values())):
        assert REQUIRED[thing["@type"]] <= set(thing), thing
        assert not [name for name, value in thing.items() if value in ("", None, [])]


def test_an_offer_says_what_the_page_says(client, product):
    offer = facts_in(page(client, product.get_absolute_url()))["Product"]["offers"]
    assert (offer["price"], offer["priceCurrency"]) == (50_000, "VND")
    assert offer["availability"] == "https://schema.org/InStock"
    assert offer["seller"]["name"] == product.shop.name
    assert offer["url"].endswith(product.get_absolute_url())


@pytest.mark.parametrize(
    ("facts", "shop", "said"),
    [
        ({"stock": 0}, {}, "OutOfStock"),
        ({}, {"opening": Shop.Opening.PAUSED}, "OutOfStock"),
        ({"harvest_on": local_day() + timedelta(days=9), "preorder_cap": 500}, {}, "PreOrder"),
        ({"harvest_on": local_day(), "preorder_cap": 500}, {}, "InStock"),
    ],
)
def test_availability_is_that_of_this_moment(facts, shop, said):
    offer = structured.offer(ProductFactory(ShopFactory(**shop), **facts))
    assert offer["availability"] == f"https://schema.org/{said}"
    assert ("availabilityStarts" in offer) is (said == "PreOrder")


def test_stars_are_told_only_once_somebody_gave_some(product):
    assert "aggregateRating" not in structured.product(product)
    product.rating_sum, product.rating_count = 9, 2
    rating = structured.product(product)["aggregateRating"]
    assert (rating["ratingValue"], rating["reviewCount"]) == (4.5, 2)


def test_what_nobody_knows_is_left_out():
    bare = structured.product(ProductFactory(description="", gtin=""))
    assert not {"gtin", "description"} & set(bare)
    known = structured.product(ProductFactory(gtin="08934567890126"))
    assert known["gtin"] == "8934567890126"


def test_no_phone_is_told(client, product):
    phone = product.shop.owner.phone
    for which, where in addresses(product).items():
        things = json.dumps(facts_in(page(client, where)))
        assert "telephone" not in things, which
        assert phone[-8:] not in things, which


def test_a_shop_says_where_it_is(product):
    village = product.shop.village
    address = structured.store(product.shop)["address"]
    assert address["streetAddress"] == village.full_name
    assert address["addressLocality"] == village.parent.full_name
    assert (address["addressRegion"], address["addressCountry"]) == (village.parent.parent.name, "VN")


def test_the_way_to_a_product_goes_through_its_kinds(client, product):
    soft = Category.objects.create(
        parent=product.category, slug="na", name="Na", name_en="Custard apple", folded="na", path="00001/2/"
    )
    Product.objects.filter(pk=product.pk).update(category=soft)
    way = facts_in(page(client, product.get_absolute_url()))["BreadcrumbList"]["itemListElement"]
    assert [step["name"] for step in way] == ["Hàng đang bán", product.category.name, "Na", product.title]
    assert [step["position"] for step in way] == [1, 2, 3, 4]


@override_settings(SITE_URL="https://choban.example")
def test_a_list_names_its_goods_in_their_order(client):
    older, newer = ProductFactory(), ProductFactory()
    listed = facts_in(page(client, reverse("market:catalogue")))["ItemList"]["itemListElement"]
    assert [row["url"] for row in listed] == [
        f"https://choban.example{row.get_absolute_url()}" for row in (newer, older)
    ]


@pytest.mark.parametrize(
    "title", ["</script><script>alert(1)</script>", "<!--<script>", "]]> & \u2028 'x' \"y\" \\"]
)
def test_no_title_leaves_the_block(client, title):
    product = ProductFactory(title=title)
    html = page(client, product.get_absolute_url())
    assert facts_in(html)["Product"]["name"] == title
    assert not re.search(
        r"[<>&]", str(script({"name": title})).removeprefix('<script type="application/ld+json">')[:-9]
    )


def test_networks_are_told_the_price_and_the_kind_of_page(client, product):
    html = page(client, product.get_absolute_url())
    for name, value in {
        "og:type": "product", "og:site_name": "Chợ Bản", "og:locale": "vi_VN", "product:price:amount": "50000",
        "product:price:currency": "VND",
    }.items():  # fmt: skip
        assert re.search(rf'<meta property="{name}"\s+content="{value}">', html), name
    assert re.search(
        r'property="og:locale"\s+content="en_US"', page(client, "/en" + product.get_absolute_url())
    )


def test_a_draft_under_review_tells_nobody_anything(product):
    front = product.shop.front
    assert "ld+json" not in front.make_preview_request(preview_mode="").rendered_content


@pytest.mark.parametrize("which", BUDGETS)
def test_pages_stay_small(client, product, which):
    shop = product.shop
    kinds = [CategoryFactory(name=f"Loại hàng {n}") for n in range(9)]
    for n in range(30):
        ProductFactory(
            shop, title=f"Món ngon số {n} của nhà", category=kinds[n % 9], picture=PictureFactory(shop)
        )
    html = page(client, addresses(product)[which])
    assert len(brotli.compress(html.encode(), quality=5)) <= BUDGETS[which] * 1024
