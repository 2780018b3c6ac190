"""Queries written once answer as Django's own do."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.compiled import compiled
from orders.models import CartLine
from places.models import Place
from sellers.models import Shop
from tests.factories import CartFactory, ProductFactory, ShopFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def carts():
    return [CartFactory(ProductFactory(), ProductFactory()) for _ in range(3)]


def test_rows_with_their_relations_are_those_of_the_query_itself(carts, queries_of):
    def lines_of(cart_id):
        return CartLine.objects.filter(cart=cart_id).select_related("product__shop").order_by("product_id")

    kept = compiled(lines_of)
    for cart in carts:  # the second and third by the text of the first
        assert kept(cart.pk) == list(lines_of(cart.pk))
        assert [line.product.shop.name for line in kept(cart.pk)] == [
            line.product.shop.name for line in lines_of(cart.pk)
        ]
    assert queries_of(kept, carts[0].pk) == 1
    assert kept(0) == []


def test_lists_texts_and_times_are_values(carts):
    shops, now = [cart.lines.first().product.shop for cart in carts], timezone.now()
    in_use = compiled(
        lambda ids, kind, at: Shop.objects.filter(pk__in=ids, kind=kind, created_at__lte=at).order_by("pk")
    )
    Shop.objects.filter(pk=shops[2].pk).update(created_at=now + timedelta(days=1))
    ids = [shop.pk for shop in shops]
    assert in_use(ids, "household", now) == shops[:2]
    assert in_use(ids[:1], "household", now) == shops[:1]
    assert in_use(ids, "cooperative", now) == []
    assert in_use([], "household", now) == []


def test_columns_left_out_stay_left_out_and_annotations_are_there(carts):
    brief = compiled(lambda pk: Shop.objects.filter(pk=pk).only("name"))
    shop = brief(carts[0].lines.first().product.shop_id)[0]
    assert "village" in shop.get_deferred_fields() or "village_id" in shop.get_deferred_fields()
    assert shop.name


def test_what_does_not_reach_the_database_as_it_is_is_refused():
    ShopFactory()
    with pytest.raises(TypeError, match="value 0"):
        compiled(lambda name: Place.objects.filter(name__startswith=name))("Đồng")
    with pytest.raises(TypeError, match="no None"):
        compiled(lambda parent: Place.objects.filter(parent=parent))(None)
    with pytest.raises(TypeError, match="no None and no bool"):
        compiled(lambda active: Place.objects.filter(active=active))(True)
    with pytest.raises(TypeError, match="takes no float"):
        compiled(lambda level: Place.objects.filter(level=level))(1.5)
