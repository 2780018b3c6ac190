"""Public pages are kept for everybody, hold nothing of anybody, and are forgotten when what they show changes."""

import json
from io import BytesIO

import pytest
from django.core.cache import cache

from catalog import services as catalog
from catalog.models import Product
from common import tasks
from common.actors import SYSTEM
from common.public_pages import purge
from sellers import services
from storefront.services import ensure_site
from storefront.views import shops
from tests.factories import CartFactory, OrderFactory, ProductFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    ensure_site()
    return ProductFactory(title="Na dai Chi Lăng", price=45_000)


@pytest.fixture
def kept(settings):
    settings.CACHE_PAGES = True


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """`with committed(): ...` does what waits for the commit; the test itself is one transaction."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def bodies(settings):
    settings.CACHE_BODIES = True


def pages_of(product: Product) -> dict[str, str]:
    return {
        "home": "/",
        "category": product.category.get_absolute_url(),
        "catalogue": "/cho/?con=on",
        "search": "/tim/?q=na",
        "place": f"/noi/{product.shop.village.parent.parent.slug}/",
        "shop": product.shop.get_absolute_url(),
        "product": product.get_absolute_url(),
    }


@pytest.mark.parametrize("which", ["category", "catalogue", "search", "place", "shop", "product"])
def test_a_second_visit_asks_the_database_nothing_and_sees_the_same(client, product, kept, queries_of, which):
    address = pages_of(product)[which]
    first = client.get(address)
    assert queries_of(client.get, address) == 0
    again = client.get(address)
    assert (again.content, again["Age"]) == (first.content, "0")
    assert again["Content-Security-Policy"] == first["Content-Security-Policy"]
    assert not again.cookies


def test_what_is_kept_is_the_same_for_a_farmer_with_a_cart_and_for_nobody(client, product, kept, client_of):
    address = product.get_absolute_url()
    signed_in = client_of()
    signed_in.force_login(product.shop.owner)
    signed_in.cookies["gio"] = CartFactory(product).key
    assert signed_in.get(address).content == client.get(address).content == client_of().get(address).content


@pytest.mark.parametrize(
    "address", ["/gio/", "/dat-hang/", "/don/", "/manh/gio-hang/", "/ban-hang/", "/tai-khoan/login/code/"]
)
def test_what_is_somebodys_is_never_kept(client, product, kept, address):
    client.cookies["gio"] = CartFactory(product).key
    client.get(address)
    assert "Age" not in client.get(address)


def changes():
    """What a shop or a product page shows, and a way to change it."""
    return {
        "price": lambda product: catalog.set_hidden(product, True, by=SYSTEM),
        "rest": lambda product: services.set_opening(product.shop, "paused", by=product.shop.owner),
        "name": lambda product: services.rename_shop(product.shop, "Vườn nhà Lan", by=SYSTEM),
        "pause": lambda product: catalog.pause_shop(
            product.shop, by=UserFactory(is_superuser=True), reason="?"
        ),
    }


@pytest.mark.parametrize("what", list(changes()))
def test_a_change_is_seen_at_the_next_visit(client, product, kept, committed, what):
    address = product.shop.get_absolute_url()
    before = client.get(address).content
    with committed():
        changes()[what](product)
    answer = client.get(address)
    assert (answer.status_code, answer.content) != (200, before)


def test_a_page_that_was_being_made_during_the_change_is_not_kept_as_new(
    client, product, kept, committed, monkeypatch
):
    address, honest = product.shop.get_absolute_url(), shops.render

    def slow(*args, **kwargs):
        answer = honest(*args, **kwargs)
        with committed():
            purge(product.shop.page_tag)  # somebody else commits while this page is on its way
        return answer

    monkeypatch.setattr(shops, "render", slow)
    client.get(address)
    monkeypatch.undo()
    assert "Age" not in client.get(address)


def test_another_release_serves_no_page_of_the_last_one(client, product, kept, settings):
    client.get(product.get_absolute_url())
    settings.RELEASE = "next"
    assert "Age" not in client.get(product.get_absolute_url())


def test_a_cdn_in_front_is_told_what_to_forget(product, settings, monkeypatch, committed):
    told = []
    settings.CDN_PURGE_URL = "https://cdn.example/purge"
    monkeypatch.setattr(
        tasks, "urlopen", lambda request, timeout: told.append(json.loads(request.data)) or Answer()
    )
    with committed():
        services.set_opening(product.shop, "paused", by=product.shop.owner)
    assert told == [{"tags": [product.shop.page_tag]}]


class Answer(BytesIO):
    """What a CDN says."""

    status = 200


def test_the_tag_of_a_page_names_its_shop(client, product):
    assert client.get(product.get_absolute_url())["Cache-Tag"] == product.shop.page_tag


# --- a page again while nothing it shows has changed ----------------------------------------------------------------
@pytest.mark.parametrize("which", ["shop", "product"])
def test_an_unchanged_page_costs_one_query_even_without_the_public_cache(
    client, product, bodies, queries_of, which
):
    address = pages_of(product)[which]
    first = client.get(address)
    assert queries_of(client.get, address) == 1
    again = client.get(address)
    assert (again.content, again["Cache-Control"]) == (first.content, first["Cache-Control"])


@pytest.mark.parametrize("which", ["shop", "product"])
def test_every_change_of_goods_and_stock_is_seen_at_once(client, product, bodies, which):
    address = pages_of(product)[which]
    other = ProductFactory(product.shop, title="Hồng giòn", stock=1, counted=True)
    seen = [client.get(address).content]

    def look() -> bytes:
        seen.append(client.get(address).content)
        return seen[-1]

    OrderFactory(product=other, quantity=1)
    assert look() != seen[0]  # the last one is sold
    Product.objects.filter(pk=product.pk).update(price=46_000)
    product.refresh_from_db()
    product.save()
    assert look() != seen[1]
    services.set_opening(product.shop, "paused", by=product.shop.owner)
    assert look() != seen[2]


def test_nothing_depends_on_a_cache_being_there(client, product, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    settings.CACHE_PAGES = settings.CACHE_BODIES = True
    cache.clear()
    assert [client.get(address).status_code for address in pages_of(product).values()] == [200] * 7


def test_a_query_string_goes_the_long_way(client, product, bodies):
    address = product.get_absolute_url()
    client.get(address)
    assert "?utm=x" in client.get(f"{address}?utm=x").content.decode()
    assert "?utm=x" not in client.get(address).content.decode()
