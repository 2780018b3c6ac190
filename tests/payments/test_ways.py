"""Farmers and the operator say which ways to pay are taken; a cart is offered what all its shops take."""

import pytest
from django.urls import reverse

from payments.methods import Part, offered
from payments.models import MethodRule
from tests.factories import OrderFactory, ShopFactory

pytestmark = pytest.mark.django_db
OWN, MARKET = reverse("money:ways"), reverse("desk:ways")
ALL = {"take-vietqr": "on", "take-cod": "on"}


def ways_of(*shops, amount=100_000):
    parts = [Part(shop.pk, amount) for shop in shops]
    return [way.code for way in offered(parts, takes_transfers=[shop.pk for shop in shops])]


@pytest.fixture
def shop(client):
    shop = ShopFactory()
    client.force_login(shop.owner)
    return shop


def test_a_farmer_who_takes_no_cash_is_not_paid_in_cash(client, shop):
    neighbour = ShopFactory()
    assert client.post(OWN, {"take-vietqr": "on"}).status_code == 302
    assert ways_of(shop) == ways_of(shop, neighbour) == ["vietqr"]
    assert ways_of(neighbour) == ["vietqr", "cod"]
    assert client.post(OWN, ALL).status_code == 302
    assert not MethodRule.objects.exists()


def test_bounds_count_for_each_shop(client, shop):
    client.post(OWN, ALL | {"least-cod": "50k", "most-cod": "1tr"})
    assert [ways_of(shop, amount=amount)[-1] for amount in (49_999, 50_000, 1_000_000, 1_000_001)] == [
        "vietqr", "cod", "cod", "vietqr",
    ]  # fmt: skip
    assert 'value="50000"' in client.get(OWN).content.decode()


@pytest.mark.parametrize(
    ("typed", "said"), [({}, "ít nhất một cách"), (ALL | {"least-cod": "9000", "most-cod": "8000"}, "lớn hơn số trước"),
                        (ALL | {"least-cod": "mười"}, "mười")],
)  # fmt: skip
def test_what_makes_no_sense_is_said_and_kept(client, shop, typed, said):
    answer = client.post(OWN, typed or {"least-cod": ""})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not MethodRule.objects.exists()


def test_the_operator_speaks_for_every_shop_and_nobody_else_does(client, shop, finance):
    assert client.post(MARKET, {"take-vietqr": "on"}).status_code == 404
    client.force_login(finance)
    assert client.post(MARKET, {"take-vietqr": "on"}).status_code == 302
    assert ways_of(shop) == ["vietqr"]


def test_orders_that_are_placed_stay_as_they_are(client, shop):
    order = OrderFactory(shop, pay_on_delivery=True)
    client.post(OWN, {"take-vietqr": "on"})
    order.refresh_from_db()
    assert order.payments.get().state == "waiting"
