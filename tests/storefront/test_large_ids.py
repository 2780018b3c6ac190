"""A thousand rows later nothing breaks: an id in a form is a number, never "1.234"."""

from decimal import Decimal

import pytest

from catalog.models import Product
from orders.models import Cart
from tests.factories import PictureFactory, ProductFactory, ShopFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def large():
    """Something on sale whose id has four digits and more."""
    shop = ShopFactory()
    product = ProductFactory(shop, stock=Decimal(50))
    picture = PictureFactory(shop)
    fresh = Product.objects.get(pk=product.pk)
    fresh.pk, fresh.public_code, fresh.picture = 1_234_567, "7KQ2M9XHRT", picture
    fresh.save(force_insert=True)
    return fresh


def test_a_cart_of_it_can_be_changed_and_emptied(client, large):
    client.post("/gio/them/", {"product": large.public_code, "quantity": "1"})
    page = client.get("/gio/").content.decode()
    assert 'name="line-1234567"' in page
    client.post("/gio/sua/", {"line-1234567": "3"})
    assert Cart.objects.get().lines.get().quantity == 3
    client.post("/gio/sua/", {"remove": "1234567"})
    assert not Cart.objects.get().lines.exists()


def test_it_can_be_pointed_at_and_changed_by_the_farmer(client, large):
    client.force_login(large.shop.owner)
    for address in (f"/ban-hang/hang/{large.public_code}/", "/ban-hang/hang/dang/", "/ban-hang/hang/"):
        assert "1.234.567" not in client.get(address).content.decode()
