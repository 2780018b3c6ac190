"""The door to the farmer's pages, working for somebody else, the first screen and the shop's own page."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from catalog.services import approve_shop
from common.models import AuditEvent
from places.models import Role
from sellers import services
from sellers.models import Scope, Shop
from sellers.simple_front import FrontWords, body_with, plain_text, rich_text, words_of
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
WORDS = {
    "tagline": "Hồng giòn trên núi đá",
    "story": "Nhà mình ở bản Đồng Mỏ.\nTrồng hồng ba đời.",
    "delivery_days": "thứ Ba và thứ Sáu",
    "delivery": "Gửi xe khách về Hà Nội.",
    "notice": "Nghỉ bán dịp Tết.",
}


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
    assert agent.post(PAGE, WORDS).status_code == 403
    own.front.refresh_from_db()
    assert own.front.latest_revision is None or "Hồng giòn" not in str(own.front.latest_revision.content)


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


# --- the shop's own page --------------------------------------------------------------------------------------------
def test_what_the_farmer_writes_is_a_draft_until_it_is_approved(farmer, shop):
    assert farmer.post(PAGE, WORDS).status_code == 302
    shop.front.refresh_from_db()
    assert shop.front.tagline != WORDS["tagline"]
    draft = shop.front.get_latest_revision_as_object()
    assert words_of(draft) == FrontWords(**WORDS)


def test_the_page_comes_back_as_it_was_written(farmer):
    farmer.post(PAGE, WORDS)
    assert farmer.get(PAGE).context["form"].initial == WORDS


def test_handing_in_asks_the_village_head(farmer, shop):
    farmer.post(PAGE, WORDS | {"hand_in": "1"})
    page = farmer.get(PAGE)
    assert page.context["review"].waiting
    assert "Đang chờ" in page.content.decode()
    approve_shop(shop, by=UserFactory(is_superuser=True))
    shop.front.refresh_from_db()
    assert shop.front.tagline == WORDS["tagline"]


def test_a_page_sent_back_shows_the_reason(farmer, shop):
    farmer.post(PAGE, WORDS | {"hand_in": "1"})
    services.return_shop(shop, by=UserFactory(is_superuser=True), reason="Ảnh mờ quá")
    assert "Ảnh mờ quá" in farmer.get(PAGE).content.decode()


def test_a_cover_photo_is_kept(farmer, shop):
    file = BytesIO()
    Image.new("RGB", (800, 600), "green").save(file, "JPEG")
    farmer.post(PAGE, WORDS | {"photo": SimpleUploadedFile("v.jpg", file.getvalue(), "image/jpeg")})
    shop.front.refresh_from_db()
    cover = shop.front.get_latest_revision_as_object().cover
    assert cover.shop == shop


def test_a_broken_cover_photo_is_refused_and_the_words_stay(farmer):
    answer = farmer.post(PAGE, WORDS | {"photo": SimpleUploadedFile("v.jpg", b"no photo", "image/jpeg")})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["photo"])
    assert WORDS["tagline"] in answer.content.decode()


def test_how_goods_travel_needs_days_and_manner(farmer):
    answer = farmer.post(PAGE, WORDS | {"delivery_days": ""})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["delivery_days"])


def test_blocks_the_form_does_not_know_stay(shop):
    front = shop.front
    question = {"type": "question", "value": {"question": "Có ship không?", "answer": "Có."}, "id": "q"}
    front.body = [question]
    raw = body_with(front, FrontWords(**WORDS))
    assert question in raw
    assert [block["type"] for block in raw] == ["notice", "story", "question", "delivery"]


def test_an_emptied_answer_takes_its_block_away(shop):
    front = shop.front
    front.body = body_with(front, FrontWords(**WORDS))
    assert [block["type"] for block in body_with(front, FrontWords(tagline="x"))] == []


def test_signs_of_a_story_stay_letters():
    said = "Giá < 20k & ngon\n<script>alert(1)</script>"
    assert "<script>" not in rich_text(said)
    assert plain_text(rich_text(said)) == said


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


def test_the_shops_page_costs_at_most_12_queries(farmer, shop, queries_of):
    for _ in range(3):
        leave(shop)
    farmer.post(PAGE, WORDS | {"hand_in": "1"})
    assert queries_of(farmer.get, PAGE) <= 12


def test_a_draft_shop_says_what_it_waits_for(client):
    shop = ShopFactory(status=Shop.Status.DRAFT, verified_at=None)
    client.force_login(shop.owner)
    assert "Gửi trưởng thôn duyệt" in client.get(HOME).content.decode()
