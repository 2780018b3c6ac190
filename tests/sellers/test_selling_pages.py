"""The door to the farmer's pages, working for somebody else, the first screen and the shop's own page."""

import pytest
from django.urls import reverse

from common.models import AuditEvent
from places.models import Role
from sellers import services
from sellers.models import Scope, Shop
from tests.factories import (
    ConsentFactory,
    OrderFactory,
    ProductFactory,
    RoleFactory,
    ShopFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
HOME, PAGE, GOODS = "/ban-hang/", "/ban-hang/gian-hang/", "/ban-hang/hang/"


@pytest.fixture
def shop():
    return ShopFactory()


@pytest.fixture
def farmer(client, shop):
    client.force_login(shop.owner)
    return client


@pytest.fixture
def agent(client, shop):
    """Signed in as somebody who works for the farmer; `agent.consent` is the leave."""
    consent = leave(shop)
    client.force_login(consent.agent)
    act(client, consent)
    client.consent = consent
    return client


def leave(shop, **facts):
    """The farmer's leave for a volunteer of the village."""
    return ConsentFactory(shop, RoleFactory(Role.VOLUNTEER, shop.village), **facts)


def act(client, consent):
    session = client.session
    session["acting"] = consent.pk
    session.save()


# --- the door -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("address", [HOME, PAGE, GOODS, "/ban-hang/don/", "/ban-hang/tien/"])
def test_a_stranger_is_asked_to_sign_in_first_and_comes_back(client, address):
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer.url.endswith(f"?next={address}")


def test_somebody_without_a_shop_is_told_whom_to_ask(client):
    client.force_login(UserFactory())
    answer = client.get(HOME)
    assert answer.status_code == 403
    assert "trưởng thôn" in answer.content.decode()


def test_work_pages_are_kept_by_no_cache(farmer):
    assert "no-store" in farmer.get(HOME)["Cache-Control"]


# --- working for somebody else --------------------------------------------------------------------------------------
def test_an_agent_works_in_the_farmers_shop_and_a_bar_says_so(agent, shop):
    product = ProductFactory(shop=shop)
    page = agent.get(GOODS).content.decode()
    assert product.title in page
    assert "Bạn đang làm giúp" in page
    agent.post(reverse("goods:hide", args=[product.public_code]), {"hidden": "1"})
    event = AuditEvent.objects.get(verb="product.hidden")
    consent = agent.consent
    assert (event.actor_id, event.on_behalf_of, event.consent_id) == (
        consent.agent_id,
        shop.owner_id,
        consent.pk,
    )


def test_taking_the_leave_back_ends_the_work_at_once(agent, shop):
    product = ProductFactory(shop=shop)
    services.withdraw_consent(agent.consent, by=shop.owner)
    assert agent.post(reverse("goods:hide", args=[product.public_code]), {"hidden": "1"}).status_code == 403
    product.refresh_from_db()
    assert not product.hidden


def test_what_was_meant_for_the_farmer_never_lands_in_the_agents_own_shop(agent, shop):
    own = ShopFactory(owner=agent.consent.agent)
    services.withdraw_consent(agent.consent, by=shop.owner)
    answer = agent.post(reverse("shopfront:head"), {"tagline": "Hồng giòn trên núi đá"})
    assert answer.status_code == 403
    own.front.refresh_from_db()
    assert own.front.latest_revision is None


def test_an_agent_does_only_what_the_leave_names(client, shop):
    consent = leave(shop, scopes=[Scope.PRODUCTS])
    client.force_login(consent.agent)
    act(client, consent)
    answers = {address: client.get(address).status_code for address in (HOME, GOODS, "/ban-hang/don/", PAGE)}
    assert answers == {HOME: 200, GOODS: 200, "/ban-hang/don/": 403, PAGE: 403}


def test_another_persons_leave_opens_nothing(client, shop):
    consent = leave(shop)
    client.force_login(UserFactory())
    act(client, consent)
    assert client.get(GOODS).status_code == 403


def test_an_agent_who_left_the_village_team_is_out(agent):
    agent.consent.agent.place_roles.update(revoked_at=agent.consent.granted_at)
    assert agent.get(GOODS).status_code == 403


def test_stopping_leads_back_to_ones_own_work(agent):
    agent.post(reverse("acting:stop"))
    assert "acting" not in agent.session
    assert agent.get(reverse("acting:stop")).status_code == 405


# --- the first screen -----------------------------------------------------------------------------------------------
def test_the_first_screen_has_three_buttons_and_says_what_waits(farmer, shop):
    for _ in range(3):
        OrderFactory(shop)
    page = farmer.get(HOME).content.decode()
    for word in ("Đăng món hàng", "Đơn hàng", "3 mới", "Tiền của tôi"):
        assert word in page


def test_the_first_screen_has_the_village_heads_phone(farmer, shop):
    RoleFactory(Role.HEAD, shop.village, UserFactory(phone="+84912000001"))
    page = farmer.get(HOME).content.decode()
    assert "Gọi trưởng thôn" in page
    assert "tel:+84912000001" in page


def test_the_first_screen_costs_the_same_for_3_and_24_orders(farmer, shop, queries_of):
    for _ in range(3):
        OrderFactory(shop)
    few = queries_of(farmer.get, HOME)
    for _ in range(21):
        OrderFactory(shop)
    assert queries_of(farmer.get, HOME) == few <= 12


# --- who may help ---------------------------------------------------------------------------------------------------
def test_the_farmer_sees_who_may_help_and_can_end_it(farmer, shop):
    consent = leave(shop)
    assert consent.agent.name in farmer.get(PAGE).content.decode()
    farmer.post(reverse("shopfront:withdraw", args=[consent.pk]))
    consent.refresh_from_db()
    assert not consent.is_in_force


def test_nobody_ends_a_neighbours_leave(farmer):
    consent = leave(ShopFactory())
    assert farmer.post(reverse("shopfront:withdraw", args=[consent.pk])).status_code == 404
    consent.refresh_from_db()
    assert consent.is_in_force


def test_an_agent_cannot_touch_leave(agent):
    assert agent.post(reverse("shopfront:withdraw", args=[agent.consent.pk])).status_code == 404


def test_a_draft_shop_says_what_it_waits_for(client):
    shop = ShopFactory(status=Shop.Status.DRAFT, verified_at=None)
    client.force_login(shop.owner)
    assert "Gửi trưởng thôn duyệt" in client.get(HOME).content.decode()
