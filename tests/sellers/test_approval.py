"""A shop's page goes online when the head of its village says so. Source: architecture, 5 and 7.4."""

import pytest

from catalog import services as catalog
from common.models import AuditEvent
from places.models import Role
from sellers import services
from sellers.errors import ConsentMissing, OwnWork, ShopNotAllowed, WrongShopStatus
from sellers.models import Shop
from sellers.queries import review_of
from tests.factories import ConsentFactory, ProductFactory, RoleFactory, ShopFactory, VillageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def village():
    return VillageFactory()


@pytest.fixture
def head(village):
    return RoleFactory(Role.HEAD, village)


@pytest.fixture
def volunteer(village):
    return RoleFactory(Role.VOLUNTEER, village)


@pytest.fixture
def draft(village, volunteer):
    """A shop that the volunteer opened, with the farmer's leave and goods on the shelf."""
    shop = ShopFactory(village, status=Shop.Status.DRAFT, verified_at=None)
    ConsentFactory(shop, volunteer)
    ProductFactory(shop)
    return shop


def hand_in(shop, by, tagline="Hồng vành khuyên trồng trên núi đá"):
    services.save_front(shop, by=by, tagline=tagline, body=[])
    services.hand_in(shop, by=by)
    return now(shop)


def now(shop):
    return Shop.objects.select_related("front").get(pk=shop.pk)


def test_approval_publishes_the_page_opens_the_shop_and_puts_its_goods_on_sale(draft, volunteer, head):
    shop = hand_in(draft, volunteer)
    assert (shop.status, shop.front.live, shop.products.get().live) == (Shop.Status.REVIEW, False, False)
    catalog.approve_shop(shop, by=head, seen=services.version_of(shop.front))
    shop = now(shop)
    assert (shop.status, shop.front.live, shop.products.get().live) == (Shop.Status.LIVE, True, True)
    assert shop.front.tagline == "Hồng vành khuyên trồng trên núi đá"
    assert AuditEvent.objects.get(verb="shop.approved").actor_id == head.pk


def test_nobody_approves_their_own_work(draft, head):
    ConsentFactory(draft, head)
    shop = hand_in(draft, head)
    with pytest.raises(OwnWork):
        catalog.approve_shop(shop, by=head, seen=services.version_of(shop.front))
    assert now(shop).front.live is False


def test_who_wrote_the_latest_version_may_not_approve_it_even_if_another_handed_it_in(draft, volunteer, head):
    ConsentFactory(draft, head)
    shop = hand_in(draft, volunteer)
    services.save_front(shop, by=head, tagline="Trưởng thôn sửa thêm", body=[])
    with pytest.raises(OwnWork):
        catalog.approve_shop(shop, by=head)


@pytest.mark.parametrize("role", [Role.HEAD, Role.VOLUNTEER])
def test_another_villages_people_do_not_approve(draft, volunteer, head, role):
    stranger = RoleFactory(role, VillageFactory(draft.village.parent))
    with pytest.raises(ShopNotAllowed):
        catalog.approve_shop(hand_in(draft, volunteer), by=stranger)


def test_a_volunteer_of_the_village_does_not_approve(draft, volunteer, head, village):
    with pytest.raises(ShopNotAllowed):
        catalog.approve_shop(hand_in(draft, volunteer), by=RoleFactory(Role.VOLUNTEER, village))


def test_the_commune_officer_approves_only_where_there_is_no_head(draft, volunteer, village):
    officer = RoleFactory(Role.COMMUNE_OFFICER, village.parent)
    shop = hand_in(draft, volunteer)
    held = RoleFactory(Role.HEAD, village).place_roles
    with pytest.raises(ShopNotAllowed):
        catalog.approve_shop(shop, by=officer)
    services_now = held.get()
    services_now.revoked_at = services_now.valid_from
    services_now.save()
    catalog.approve_shop(shop, by=officer)
    assert now(shop).is_live


def test_what_changed_since_the_head_looked_is_not_published(draft, volunteer, head):
    shop = hand_in(draft, volunteer)
    seen = services.version_of(shop.front)
    services.save_front(shop, by=volunteer, tagline="Câu khác hẳn", body=[])
    with pytest.raises(WrongShopStatus):
        catalog.approve_shop(now(shop), by=head, seen=seen)
    assert (now(shop).front.live, now(shop).status) == (False, Shop.Status.REVIEW)


def test_buyers_keep_the_published_page_while_the_next_version_waits(draft, volunteer, head):
    shop = hand_in(draft, volunteer, "Câu đầu")
    catalog.approve_shop(shop, by=head, seen=services.version_of(shop.front))
    shop = hand_in(now(shop), volunteer, "Câu sau")
    assert (shop.status, shop.front.tagline) == (Shop.Status.LIVE, "Câu đầu")
    assert review_of(shop.front).waiting
    catalog.approve_shop(shop, by=head, seen=services.version_of(shop.front))
    assert now(shop).front.tagline == "Câu sau"


def test_a_returned_page_carries_the_reason_to_its_writer(draft, volunteer, head):
    shop = hand_in(draft, volunteer)
    services.return_shop(shop, by=head, reason="Ảnh bìa bị tối")
    shop = now(shop)
    assert (shop.status, shop.front.live) == (Shop.Status.DRAFT, False)
    assert review_of(shop.front).reason == "Ảnh bìa bị tối"


def test_a_returned_next_version_leaves_the_shop_selling(draft, volunteer, head):
    shop = hand_in(draft, volunteer, "Câu đầu")
    catalog.approve_shop(shop, by=head)
    shop = hand_in(now(shop), volunteer, "Câu sau")
    services.return_shop(shop, by=head, reason="Chưa đúng giá")
    shop = now(shop)
    assert (shop.status, shop.front.tagline, shop.products.get().live) == (Shop.Status.LIVE, "Câu đầu", True)


def test_a_page_is_approved_once(draft, volunteer, head):
    shop = hand_in(draft, volunteer)
    catalog.approve_shop(shop, by=head)
    with pytest.raises(WrongShopStatus):
        catalog.approve_shop(now(shop), by=head)


def test_an_agent_without_the_farmers_leave_hands_nothing_in(village, volunteer):
    shop = services.open_draft_shop(
        village, name="Vườn na", farmer_phone="+84912000003", farmer_name="Lý Thị Sen", by=volunteer
    )
    services.save_front(shop, by=volunteer, tagline="Na dai", body=[])
    with pytest.raises(ConsentMissing):
        services.hand_in(shop, by=volunteer)


def test_a_farmer_who_is_the_head_may_approve_their_own_farm(village, head):
    shop = ShopFactory(village, owner=head, status=Shop.Status.DRAFT, verified_at=None)
    catalog.approve_shop(hand_in(shop, head), by=head)
    assert now(shop).is_live
