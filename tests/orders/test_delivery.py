"""Delivery: rules in rows, fees in whole đồng seen before ordering, one fee for a village that packs together."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Product
from catalog.units import unit_grams
from common.actors import SYSTEM
from common.days import local_day
from common.money import share
from orders.carts import set_in_cart
from orders.delivery import Choice, Parcel, fee_of, offers_for, quote
from orders.delivery_models import DeliveryMethod, DeliveryRate
from orders.delivery_setup import Fee, MethodFacts, save_method, stop_method
from orders.errors import BadDelivery, DeliveryChanged, DeliveryNotChosen, NoCashForDelivery
from orders.models import Order
from orders.placing import BuyerFacts, by_shop, place_purchase
from tests.factories import (
    CartFactory,
    CommuneFactory,
    ProductFactory,
    ProvinceFactory,
    ShopFactory,
    VillageFactory,
)

Kind, Reach, Keeps = DeliveryMethod.Kind, DeliveryRate.Reach, Product.Keeps
pytestmark = pytest.mark.django_db


@pytest.fixture
def village():
    return VillageFactory()


@pytest.fixture
def shop(village):
    return ShopFactory(village, name="Vườn nhà Sen")


@pytest.fixture
def product(shop):
    return ProductFactory(shop, title="Na dai", price=50_000, stock=100)


@pytest.fixture
def far():
    return CommuneFactory(ProvinceFactory(name="Hà Nội"))


def buyer(commune, **more) -> BuyerFacts:
    facts = {"key": "k" * 32, "name": "Lan", "phone": "+84912345678", "commune": commune, "address": "Số 1"}
    return BuyerFacts(**(facts | more))


def offered(cart, to) -> dict[int, list[tuple[str, int]]]:
    lines = cart.lines.select_related("product__shop__village__parent")
    found = offers_for(by_shop(lines), to)
    return {
        pk: [(offer.method.kind if offer.method else "", offer.fee) for offer in offers]
        for pk, offers in found.items()
    }


def by_bus(shop, fee=30_000, **more):
    return save_method(
        shop, Kind.BUS, MethodFacts(hint="Xe Hải Vân"), {Reach.COUNTRY: Fee(fee, **more)}, by=SYSTEM
    )


# --- fees ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("grams", "goods", "fee"),
    [
        (500, 50_000, 30_000),
        (2000, 50_000, 30_000),
        (2001, 50_000, 35_000),
        (4500, 50_000, 45_000),
        (9000, 300_000, 0),
    ],
)
def test_a_fee_is_for_the_first_kilos_then_for_each_begun_and_nothing_from_a_value_on(grams, goods, fee):
    rate = DeliveryRate(fee=30_000, first_grams=2000, per_kilo=5_000, free_from=300_000)
    assert fee_of(rate, Parcel(grams, goods, frozenset())) == fee


def test_the_narrowest_zone_counts(shop, product, far):
    method = save_method(
        shop, Kind.CARRIER, MethodFacts(),
        {Reach.COMMUNE: Fee(10_000), Reach.PROVINCE: Fee(20_000), Reach.COUNTRY: Fee(40_000)}, by=SYSTEM,
    )  # fmt: skip
    cart, home = CartFactory(product), shop.village.parent
    assert offered(cart, home)[shop.pk] == [("carrier", 10_000)]
    assert offered(cart, CommuneFactory(home.parent))[shop.pk] == [("carrier", 20_000)]
    assert offered(cart, far)[shop.pk] == [("carrier", 40_000)]
    DeliveryRate.objects.create(method=method, place=far.parent, fee=25_000)
    assert offered(cart, far)[shop.pk] == [("carrier", 25_000)]
    DeliveryRate.objects.create(method=method, place=far, fee=15_000)
    assert offered(cart, far)[shop.pk] == [("carrier", 15_000)]


def test_where_no_zone_holds_the_buyer_the_way_is_not_offered(shop, product, far):
    save_method(shop, Kind.OWN, MethodFacts(), {Reach.COMMUNE: Fee(0)}, by=SYSTEM)
    assert offered(CartFactory(product), far)[shop.pk] == []


@pytest.mark.parametrize(
    ("keeps", "kinds"),
    [
        (Keeps.SAME_DAY, {"farm"}),
        (Keeps.TWO_DAYS, {"farm", "own", "bus"}),
        (Keeps.DRY, {"farm", "own", "bus", "carrier"}),
    ],
)
def test_what_does_not_keep_does_not_travel_far(shop, far, keeps, kinds):
    product = ProductFactory(shop, keeps=keeps)
    save_method(shop, Kind.FARM, MethodFacts(), {}, by=SYSTEM)
    for kind in (Kind.OWN, Kind.BUS, Kind.CARRIER):
        save_method(shop, kind, MethodFacts(), {Reach.COUNTRY: Fee(20_000)}, by=SYSTEM)
    assert {kind for kind, _fee in offered(CartFactory(product), far)[shop.pk]} == kinds


def test_a_parcel_too_heavy_for_a_way_is_not_offered_it(shop, far):
    method = by_bus(shop)
    method.most_grams = 10_000
    assert quote(method, Parcel(10_000, 1, frozenset()), shop.village.parent, far) == 30_000
    assert quote(method, Parcel(10_001, 1, frozenset()), shop.village.parent, far) is None


@pytest.mark.parametrize(
    ("unit", "net", "net_unit", "grams"),
    [
        ("kg", None, "", 1000),
        ("yen", None, "", 10_000),
        ("gram", None, "", 1),
        ("chai", Decimal(500), "ml", 500),
        ("con", None, "", 1800),
    ],
)
def test_a_unit_weighs_what_it_says_or_what_is_usual(unit, net, net_unit, grams):
    assert unit_grams(unit, net, net_unit) == grams


# --- a village that packs together -----------------------------------------------------------------------------------
def test_a_villages_common_parcel_costs_once_and_is_shared_by_weight(village, shop, product, far):
    neighbour = ProductFactory(ShopFactory(village), price=20_000, stock=100)
    save_method(
        village, Kind.VILLAGE, MethodFacts(), {Reach.COUNTRY: Fee(40_000, first_grams=10_000)}, by=SYSTEM
    )
    cart = CartFactory(product)
    set_in_cart(cart, neighbour, Decimal(2))
    quantity = cart.lines.get(product=product).quantity
    found = offered(cart, far)
    shares = {pk: fee for pk, [(_kind, fee)] in found.items()}
    assert sum(shares.values()) == 40_000
    assert shares[neighbour.shop_id] == round(40_000 * 2 / (2 + quantity))


@given(st.lists(st.integers(1, 40_000), min_size=1, max_size=6), st.integers(0, 999_999))
def test_the_shares_of_a_fee_always_sum_to_it(weights, fee):
    assert sum(share(fee, weights)) == fee


def test_whoever_sends_alone_after_all_is_asked_again(village, shop, product, far):
    other = ShopFactory(village)
    neighbour = ProductFactory(other, stock=100)
    save_method(village, Kind.VILLAGE, MethodFacts(), {Reach.COUNTRY: Fee(40_000)}, by=SYSTEM)
    by_bus(other, 15_000)
    cart = CartFactory(product, neighbour)
    together = DeliveryMethod.objects.get(village=village)
    bus = DeliveryMethod.objects.get(shop=other)
    half = dict(offered(cart, far)[shop.pk])["village"]
    chosen = {shop.pk: Choice(str(together.pk), half), other.pk: Choice(str(bus.pk), 15_000)}
    with pytest.raises(DeliveryChanged):
        place_purchase(cart, buyer(far), key="a" * 32, delivery=chosen)
    chosen[shop.pk] = Choice(str(together.pk), 40_000)
    purchase, _new = place_purchase(cart, buyer(far), key="a" * 32, delivery=chosen)
    assert sorted(purchase.orders.values_list("delivery", flat=True)) == [15_000, 40_000]


# --- placing ---------------------------------------------------------------------------------------------------------
def test_an_order_keeps_what_was_agreed_whatever_becomes_of_the_way(shop, product, far):
    method = by_bus(shop)
    purchase, _new = place_purchase(
        CartFactory(product), buyer(far), key="a" * 32, delivery={shop.pk: Choice(str(method.pk), 30_000)}
    )
    stop_method(method, by=SYSTEM)
    DeliveryMethod.objects.all().delete()
    order = Order.objects.get()
    assert (order.delivery_kind, order.delivery, order.total) == ("bus", 30_000, order.goods + 30_000)
    assert (order.delivery_hint, purchase.total) == ("Xe Hải Vân", order.total)
    assert order.deliver_from <= order.deliver_by


def test_a_shop_that_said_nothing_is_arranged_with_by_phone(product, far):
    place_purchase(CartFactory(product), buyer(far), key="a" * 32)
    assert (Order.objects.get().delivery_kind, Order.objects.get().delivery) == ("", 0)


def test_a_fee_that_changed_is_asked_again_and_nothing_is_sold(shop, product, far):
    method = by_bus(shop)
    chosen = {shop.pk: Choice(str(method.pk), 30_000)}
    by_bus(shop, 35_000)
    with pytest.raises(DeliveryChanged):
        place_purchase(CartFactory(product), buyer(far), key="a" * 32, delivery=chosen)
    product.refresh_from_db()
    assert (product.stock, Order.objects.count()) == (100, 0)


@pytest.mark.parametrize("key", ["hen", "0", "999999"])
def test_a_way_that_is_not_offered_cannot_be_chosen(shop, product, far, key):
    by_bus(shop)
    with pytest.raises(DeliveryNotChosen):
        place_purchase(CartFactory(product), buyer(far), key="a" * 32, delivery={shop.pk: Choice(key, 0)})


def test_another_shops_way_cannot_be_chosen(shop, product, far):
    by_bus(shop)
    strange = by_bus(ShopFactory(), 1)
    with pytest.raises(DeliveryNotChosen):
        place_purchase(
            CartFactory(product), buyer(far), key="a" * 32, delivery={shop.pk: Choice(str(strange.pk), 1)}
        )


def test_where_nobody_could_take_cash_it_is_not_promised(shop, product, far):
    method = by_bus(shop)
    chosen = {shop.pk: Choice(str(method.pk), 30_000)}
    with pytest.raises(NoCashForDelivery):
        place_purchase(CartFactory(product), buyer(far, pay_on_delivery=True), key="a" * 32, delivery=chosen)


def test_what_cannot_be_is_refused_at_its_field(shop):
    for kind, facts, fees, field in (
        (Kind.POINT, MethodFacts(), {}, "hint"),
        (Kind.BUS, MethodFacts(), {}, "fee_2"),
        (Kind.FARM, MethodFacts(weekdays=0), {}, "weekdays"),
        (Kind.FARM, MethodFacts(days_from=4, days_to=2), {}, "days_to"),
        (Kind.BUS, MethodFacts(), {Reach.COUNTRY: Fee(9_000_000)}, "fee_0"),
    ):
        with pytest.raises(BadDelivery) as bad:
            save_method(shop, kind, facts, fees, by=SYSTEM)
        assert bad.value.field == field


def test_goods_come_on_a_day_the_way_works(shop, product, far):
    by_bus(shop)
    DeliveryMethod.objects.update(weekdays=1 << 3)  # Thursdays
    method = DeliveryMethod.objects.get()
    place_purchase(
        CartFactory(product), buyer(far), key="a" * 32, delivery={shop.pk: Choice(str(method.pk), 30_000)}
    )
    order = Order.objects.get()
    assert {order.deliver_from.weekday(), order.deliver_by.weekday()} == {3}


def test_what_is_ordered_ahead_comes_after_its_harvest(shop, product, far):
    save_method(shop, Kind.POINT, MethodFacts("Chợ phiên", days_from=1, days_to=3), {}, by=SYSTEM)
    harvest = local_day() + timedelta(days=30)
    ahead = ProductFactory(shop, stock=9, harvest_on=harvest, preorder_cap=9)
    way = Choice(str(DeliveryMethod.objects.get().pk), 0)
    place_purchase(CartFactory(product, ahead), buyer(far), key="a" * 32, delivery={shop.pk: way})
    order = Order.objects.get()
    assert (order.deliver_from, order.deliver_by) == (
        harvest + timedelta(days=1),
        harvest + timedelta(days=3),
    )


def test_a_farmer_names_communes_with_fees_of_their_own(client, shop, product):
    home = shop.village.parent
    near = CommuneFactory(home.parent, name="Quang Lang")
    client.force_login(shop.owner)
    address = reverse("delivery:way", args=["own"])
    said = {
        "weekdays": range(7), "days_from": 0, "days_to": 1, "fee_1": "20k", "first_kilos": "5",
        "places": f"xa quang lang, {home.parent.name}: 10k\n\n",
    }  # fmt: skip
    assert client.post(address, said).status_code == 302
    cart = CartFactory(product)
    assert offered(cart, near)[shop.pk] == [("own", 10_000)]
    assert offered(cart, CommuneFactory(home.parent))[shop.pk] == [("own", 20_000)]
    shown = client.get(address).content.decode()
    assert f"Xã Quang Lang, {home.parent.name}: 10.000" in shown
    assert client.post(address, said | {"places": "", "fee_1": "20k"}).status_code == 302
    assert offered(cart, near)[shop.pk] == [("own", 20_000)]


@pytest.mark.parametrize("line", ["Xã Không Có: 10k", "Quang Lang", "Quang Lang: nhiều", ": 10k"])
def test_a_commune_that_nobody_can_place_is_asked_about(client, shop, line):
    CommuneFactory(shop.village.parent.parent, name="Quang Lang")
    client.force_login(shop.owner)
    said = {"weekdays": range(7), "days_from": 0, "days_to": 1, "places": line, "first_kilos": "5"}
    answer = client.post(reverse("delivery:way", args=["own"]), said)
    assert answer.status_code == 422
    assert line.strip() in answer.content.decode()
