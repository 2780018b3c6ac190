"""Delivery on the pages: the buyer sees every fee before ordering, the farmer says how goods travel."""

import re

import pytest
from django.urls import reverse

from common.actors import SYSTEM
from orders.delivery_models import DeliveryMethod, DeliveryRate
from orders.delivery_setup import Fee, MethodFacts, save_method
from orders.models import Order
from orders.states import State
from places.models import Role
from tests.factories import (
    CartFactory,
    CommuneFactory,
    OrderFactory,
    ProductFactory,
    ProvinceFactory,
    RoleFactory,
    ShopFactory,
    VillageFactory,
)

pytestmark = pytest.mark.django_db
Kind, Reach = DeliveryMethod.Kind, DeliveryRate.Reach


@pytest.fixture
def product():
    return ProductFactory(title="Na dai", price=50_000, stock=100)


@pytest.fixture
def shop(product):
    return product.shop


@pytest.fixture
def far():
    return CommuneFactory(ProvinceFactory(name="Hà Nội"), name="Hoàn Kiếm")


@pytest.fixture
def buyer(client, product):
    client.cookies["gio"] = CartFactory(product).key
    return client


def by_bus(shop, fee=30_000):
    return save_method(shop, Kind.BUS, MethodFacts(hint="Xe Hải Vân"), {Reach.COUNTRY: Fee(fee)}, by=SYSTEM)


def said(**more):
    return {
        "name": "Lan", "phone": "0912345678", "commune": "Hoan Kiem, Ha Noi", "address": "Số 1", "pay": "vietqr",
        "form_key": "a" * 32,
    } | more  # fmt: skip


# --- the buyer ------------------------------------------------------------------------------------------------------
def test_without_a_script_the_fees_stand_on_the_page_before_anything_is_ordered(buyer, shop, far):
    method = by_bus(shop)
    answer = buyer.post("/dat-hang/", said())
    page = answer.content.decode()
    assert (answer.status_code, Order.objects.count()) == (422, 0)
    assert re.search(rf'name="giao-{shop.pk}"[^>]*value="{method.pk}:30000"[^>]*checked', page)
    assert "Xe Hải Vân" in page
    answer = buyer.post("/dat-hang/", said(**{f"giao-{shop.pk}": f"{method.pk}:30000"}))
    assert answer.status_code == 302
    order = Order.objects.get()
    assert (order.delivery, order.total) == (30_000, order.goods + 30_000)
    page = buyer.get(order.get_absolute_url()).content.decode()
    assert "Gửi xe khách" in page
    assert "30.000" in page


def test_with_a_script_the_fees_are_fetched_as_soon_as_the_place_is_known(buyer, shop, far, queries_of):
    by_bus(shop)
    address = reverse("market:delivery_fragment")
    assert "30.000" in buyer.get(address, {"xa": "Hoan Kiem, Ha Noi"}).content.decode()
    assert "radio" not in buyer.get(address, {"xa": "nowhere"}).content.decode()
    assert queries_of(buyer.get, address, {"xa": "Hoan Kiem, Ha Noi"}) <= 10


def test_a_fee_that_changed_meanwhile_is_shown_and_asked_again(buyer, shop, far):
    method = by_bus(shop)
    by_bus(shop, 45_000)
    answer = buyer.post("/dat-hang/", said(**{f"giao-{shop.pk}": f"{method.pk}:30000"}))
    page = answer.content.decode()
    assert (answer.status_code, Order.objects.count()) == (422, 0)
    assert "Phí giao hàng vừa thay đổi" in page
    assert f'value="{method.pk}:45000"' in page
    assert 'value="Lan"' in page  # nothing typed is lost


@pytest.mark.parametrize("value", ["", "x", "1:-5", "99999999999999999999:1", "hen:0"])
def test_what_makes_no_sense_is_asked_again(buyer, shop, far, value):
    by_bus(shop)
    assert buyer.post("/dat-hang/", said(**{f"giao-{shop.pk}": value})).status_code == 422


def test_goods_that_cannot_come_are_said_so(buyer, shop, far):
    save_method(shop, Kind.OWN, MethodFacts(), {Reach.COMMUNE: Fee(0)}, by=SYSTEM)
    page = buyer.post("/dat-hang/", said()).content.decode()
    assert "không giao được tới nơi bạn ở" in page


def test_the_likeliest_way_is_ticked_first(buyer, shop, far):
    save_method(shop, Kind.FARM, MethodFacts(), {}, by=SYSTEM)
    bus = by_bus(shop)
    page = buyer.get(reverse("market:delivery_fragment"), {"xa": "Hoan Kiem, Ha Noi"}).content.decode()
    assert re.search(
        rf'value="{bus.pk}:30000"[^>]*checked', page
    )  # a buyer in Hà Nội does not come to fetch honey
    home = shop.village.parent
    page = buyer.get(
        reverse("market:delivery_fragment"), {"xa": f"{home.name}, {home.parent.name}"}
    ).content.decode()
    assert re.search(r'value="\d+:0"[^>]*checked', page)


# --- the farmer -----------------------------------------------------------------------------------------------------
@pytest.fixture
def farmer(client_of, shop):
    browser = client_of()
    browser.force_login(shop.owner)
    return browser


def way(**more):
    return {"hint": "Xe Hải Vân", "weekdays": ["0", "3"], "days_from": "1", "days_to": "3", "fee_0": "30k", "first_kilos": "2",
            "per_kilo": "5.000", "free_from": ""} | more  # fmt: skip


def test_a_farmer_says_how_goods_travel_and_what_it_costs(farmer, shop, queries_of):
    assert farmer.post("/ban-hang/giao-hang/bus/", way()).status_code == 302
    method = DeliveryMethod.objects.get()
    rate = method.rates.get()
    assert (method.shop, method.weekdays, method.hint) == (shop, 0b1001, "Xe Hải Vân")
    assert (rate.reach, rate.fee, rate.first_grams, rate.per_kilo, rate.free_from) == (
        0,
        30_000,
        2000,
        5_000,
        None,
    )
    page = farmer.get("/ban-hang/giao-hang/").content.decode()
    assert "30.000" in page
    again = farmer.get("/ban-hang/giao-hang/bus/").content.decode()
    assert 'value="30.000"' in again
    assert queries_of(farmer.get, "/ban-hang/giao-hang/") <= 18
    farmer.post("/ban-hang/giao-hang/bus/thoi/")
    method.refresh_from_db()
    assert not method.active


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"fee_0": ""}, "fee_2"),
        ({"fee_0": "nhiều"}, "fee_0"),
        ({"weekdays": []}, "weekdays"),
        ({"days_to": "0"}, "days_to"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(farmer, typed, field):
    answer = farmer.post("/ban-hang/giao-hang/bus/", way(**typed))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert "Xe Hải Vân" in answer.content.decode()


def test_what_sending_costs_stands_beside_the_goods(farmer, shop, far):
    ProvinceFactory(name="Thành phố Hồ Chí Minh")
    by_bus(shop)
    page = farmer.get("/ban-hang/giao-hang/").content.decode()
    assert "Na dai" in page


def test_nobody_elses_ways_can_be_reached(farmer, client_of):
    other = ShopFactory()
    by_bus(other)
    assert farmer.post("/ban-hang/giao-hang/bus/thoi/").status_code == 404
    stranger = client_of()
    assert stranger.get("/ban-hang/giao-hang/").status_code == 302
    assert farmer.get("/ban-hang/giao-hang/village/").status_code == 404


def test_the_village_head_sets_the_common_parcel_of_the_own_village_only(client_of, shop):
    head = client_of()
    head.force_login(RoleFactory(Role.HEAD, shop.village))
    address = reverse("village_delivery", args=[shop.village_id])
    assert head.post(address, way()).status_code == 302
    assert DeliveryMethod.objects.get().village == shop.village
    strange = reverse("village_delivery", args=[ShopFactory().village_id])
    assert head.post(strange, way()).status_code == 404
    head.post(address, {"stop": "1"})
    assert not DeliveryMethod.objects.get().active


def test_the_buyer_reads_with_whom_the_goods_travel(farmer, client, product, shop):
    order = OrderFactory(product=product, paid_in_full=True)
    Order.objects.filter(pk=order.pk).update(state=State.PACKED, delivery_kind="bus")
    page = farmer.get("/ban-hang/don/").content.decode()
    assert f"/ban-hang/don/{order.public_code}/#gui" in page
    answer = farmer.post(
        f"/ban-hang/don/{order.public_code}/buoc/",
        {
            "to": "handed_over",
            "carried_by": "Hải Vân 12H-034.56",
            "carrier_phone": "0912345678",
            "tracking": "ABC123",
        },
    )
    assert answer.status_code == 302
    page = client.get(order.get_absolute_url()).content.decode()
    assert "Hải Vân 12H-034.56" in page
    assert "ABC123" in page
    assert "tel:+84912345678" in page


def test_a_wrong_phone_of_a_bus_is_said_and_nothing_moves(farmer, product):
    order = OrderFactory(product=product, paid_in_full=True)
    Order.objects.filter(pk=order.pk).update(state=State.PACKED, delivery_kind="bus")
    answer = farmer.post(
        f"/ban-hang/don/{order.public_code}/buoc/",
        {"to": "handed_over", "carried_by": "Hải Vân", "carrier_phone": "12"},
    )
    order.refresh_from_db()
    assert (answer.status_code, order.state) == (422, State.PACKED)
    assert 'value="Hải Vân"' in answer.content.decode()


# --- a village's common parcel on the checkout ------------------------------------------------------------------------
@pytest.fixture
def village():
    return VillageFactory()


@pytest.fixture
def neighbours(client, village, far):
    """Two shops of one village with a common parcel, a kilo of each in the buyer's cart."""
    common = save_method(village, Kind.VILLAGE, MethodFacts(), {Reach.COUNTRY: Fee(30_000)}, by=SYSTEM)
    shops = [ShopFactory(village, name=name) for name in ("Nhà Sen", "Nhà Quý")]
    client.cookies["gio"] = CartFactory(*(ProductFactory(shop) for shop in shops)).key
    return common, shops


def ticked(page: str, shop) -> str:
    return re.search(rf'name="giao-{shop.pk}"[^>]*value="([^"]+)"[^>]*checked', page)[1]


def fees_to(client, **ticks) -> str:
    asked = {"xa": "Hoan Kiem, Ha Noi"} | ticks
    return client.get(reverse("market:delivery_fragment"), asked).content.decode()


@pytest.mark.parametrize(("own_fee", "together"), [(10_000, True), (1_000, True), (0, False)])
def test_what_is_ticked_first_is_the_cheapest_for_all_and_can_be_ordered_at_once(
    client, neighbours, own_fee, together
):
    common, (one, two) = neighbours
    for shop in (one, two) if not together else (one,):
        by_bus(shop, own_fee)
    page = fees_to(client)
    ticks = {f"giao-{shop.pk}": ticked(page, shop) for shop in (one, two)}
    assert all(tick.startswith(f"{common.pk}:") for tick in ticks.values()) is together
    assert client.post("/dat-hang/", said(**ticks)).status_code == 302


def test_who_stays_alone_in_the_common_parcel_is_shown_what_that_costs_and_can_order(client, neighbours):
    common, (one, two) = neighbours
    bus = by_bus(one, 10_000)
    ticks = {f"giao-{one.pk}": f"{bus.pk}:10000", f"giao-{two.pk}": f"{common.pk}:15000"}
    assert ticked(fees_to(client, **ticks), two) == f"{common.pk}:30000"
    answer = client.post("/dat-hang/", said(**ticks))
    page = answer.content.decode()
    assert (answer.status_code, Order.objects.count()) == (422, 0)
    assert "Nhà Quý 15.000\xa0₫ → 30.000\xa0₫" in page
    again = {name: ticked(page, shop) for name, shop in zip(ticks, (one, two), strict=True)}
    assert client.post("/dat-hang/", said(**again)).status_code == 302
    assert sorted(Order.objects.values_list("delivery", flat=True)) == [10_000, 30_000]


def test_goods_that_do_not_keep_hold_nobody_else_back_from_the_common_parcel(client, village, far):
    common = save_method(village, Kind.VILLAGE, MethodFacts(), {Reach.COUNTRY: Fee(30_000)}, by=SYSTEM)
    duck = ProductFactory(ShopFactory(village), keeps="same_day")
    honey = ProductFactory(ShopFactory(village), keeps="dry")
    save_method(duck.shop, Kind.FARM, MethodFacts(), {}, by=SYSTEM)
    client.cookies["gio"] = CartFactory(duck, honey).key
    assert ticked(fees_to(client), honey.shop) == f"{common.pk}:30000"


def test_the_page_asks_again_only_where_one_tick_changes_another_fee(client, neighbours, product):
    assert "data-again" in fees_to(client)
    client.cookies["gio"] = CartFactory(product).key
    by_bus(product.shop)
    assert "data-again" not in fees_to(client)


def test_the_form_of_goods_says_what_buyers_pay_for_sending_them(farmer, shop, product, queries_of):
    hanoi = CommuneFactory(ProvinceFactory(name="Thành phố Hà Nội", code="01"))
    address = reverse("delivery:example")
    assert "chưa nói hàng giao thế nào" in farmer.get(address).content.decode()
    by_bus(shop, 42_000)
    for asked in ({}, {"mon": product.public_code}, {"mon": ProductFactory().public_code}):
        page = " ".join(farmer.get(address, asked).content.decode().split())
        assert f"tới {hanoi.parent.name} <b" in page
        assert "42.000" in page
    assert queries_of(farmer.get, address, {"mon": product.public_code}) <= 14
    assert address in farmer.get(reverse("goods:edit", args=[product.public_code])).content.decode()
    assert address in farmer.get(reverse("goods:new")).content.decode()


def test_what_delivery_costs_stands_in_the_cart_before_anything_else_is_asked(client, neighbours):
    page = client.get("/gio/", {"xa": "hoan kiem, ha noi"}).content.decode()
    assert page.count("15.000") == 2
    assert "?xa=hoan%20kiem" in page
    checkout = client.get("/dat-hang/", {"xa": "hoan kiem, ha noi"}).content.decode()
    assert 'value="hoan kiem, ha noi"' in checkout
    assert "Gửi chung chuyến" in checkout
    assert "Chưa rõ nơi nào" in client.get("/gio/", {"xa": "không đâu"}).content.decode()


def test_a_cart_says_where_nothing_goes(buyer, shop, far):
    save_method(shop, Kind.OWN, MethodFacts(), {Reach.COMMUNE: Fee(0)}, by=SYSTEM)
    assert "không giao tới nơi này" in buyer.get("/gio/", {"xa": "hoan kiem, ha noi"}).content.decode()
