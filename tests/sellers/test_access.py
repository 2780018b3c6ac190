"""Who may do what, as a table. Source: architecture, 5; domain facts, 2."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from places.errors import MayNotAppoint, WrongLevel
from places.models import PlaceRole, Role
from places.services import grant_role, may_appoint, revoke_role
from sellers.access import Do, can
from tests.factories import (
    CommuneFactory,
    ConsentFactory,
    ProvinceFactory,
    RoleFactory,
    ShopFactory,
    UserFactory,
    VillageFactory,
)

pytestmark = pytest.mark.django_db

AT_SHOP = [
    Do.SEE_SHOP, Do.EDIT_PAGE, Do.EDIT_PRODUCTS, Do.HANDLE_ORDERS, Do.SEE_MONEY, Do.SET_ACCOUNT, Do.APPROVE_SHOP,
    Do.PAUSE_SHOP, Do.MODERATE,
]  # fmt: skip
WORK = {Do.EDIT_PAGE, Do.EDIT_PRODUCTS, Do.HANDLE_ORDERS}
SHOP_TABLE = {
    "owner": {Do.SEE_SHOP, *WORK, Do.SEE_MONEY, Do.SET_ACCOUNT},
    "volunteer": {Do.SEE_SHOP},
    "volunteer with leave": {Do.SEE_SHOP, *WORK},
    "head": {Do.SEE_SHOP, Do.APPROVE_SHOP},
    "commune officer": {Do.SEE_SHOP, Do.PAUSE_SHOP, Do.MODERATE},
    "province officer": {Do.SEE_SHOP, Do.PAUSE_SHOP, Do.MODERATE},
    "neighbouring farmer": set(),
    "head of the next village": set(),
    "volunteer of the next village": set(),
    "officer of the next commune": set(),
    "officer of another province": set(),
    "head whose time is over": set(),
    "deactivated head": set(),
    "nobody in particular": set(),
    "anonymous": set(),
}
AT_PLACE = [Do.OPEN_SHOP, Do.SEE_VILLAGE, Do.SEE_FIGURES, Do.ADD_VILLAGE]
PLACE_TABLE = {
    ("head", "village"): {Do.OPEN_SHOP, Do.SEE_VILLAGE, Do.SEE_FIGURES},
    ("volunteer", "village"): {Do.OPEN_SHOP, Do.SEE_VILLAGE},
    ("commune officer", "village"): {Do.SEE_VILLAGE, Do.SEE_FIGURES, Do.ADD_VILLAGE},
    ("commune officer", "commune"): {Do.SEE_VILLAGE, Do.SEE_FIGURES, Do.ADD_VILLAGE},
    ("province officer", "commune"): {Do.SEE_VILLAGE, Do.SEE_FIGURES, Do.ADD_VILLAGE},
    ("head", "commune"): {Do.ADD_VILLAGE},
    ("volunteer", "commune"): set(),
    ("commune officer", "province"): set(),
    ("officer of the next commune", "village"): set(),
    ("officer of another province", "commune"): set(),
    ("head of the next village", "village"): set(),
    ("owner", "village"): set(),
    ("anonymous", "village"): set(),
}


@pytest.fixture
def shop():
    return ShopFactory()


@pytest.fixture
def people(shop):
    """Everybody of the tables, by what they are to the shop."""
    village = shop.village
    commune, province = village.parent, village.parent.parent
    helper = RoleFactory(Role.VOLUNTEER, village)
    ConsentFactory(shop, helper)
    former, gone = RoleFactory(Role.HEAD, village), RoleFactory(Role.HEAD, village)
    PlaceRole.objects.filter(user=former).update(revoked_at=timezone.now())
    gone.is_active = False
    gone.save()
    next_village = VillageFactory(commune)
    return {
        "owner": shop.owner,
        "volunteer": RoleFactory(Role.VOLUNTEER, village),
        "volunteer with leave": helper,
        "head": RoleFactory(Role.HEAD, village),
        "commune officer": RoleFactory(Role.COMMUNE_OFFICER, commune),
        "province officer": RoleFactory(Role.PROVINCE_OFFICER, province),
        "neighbouring farmer": ShopFactory(village).owner,
        "head of the next village": RoleFactory(Role.HEAD, next_village),
        "volunteer of the next village": RoleFactory(Role.VOLUNTEER, next_village),
        "officer of the next commune": RoleFactory(Role.COMMUNE_OFFICER, CommuneFactory(province)),
        "officer of another province": RoleFactory(Role.PROVINCE_OFFICER, ProvinceFactory()),
        "head whose time is over": former,
        "deactivated head": gone,
        "nobody in particular": UserFactory(),
        "anonymous": AnonymousUser(),
    }


@pytest.mark.parametrize("who", SHOP_TABLE)
def test_what_each_person_may_do_in_a_shop(people, shop, who):
    assert {action for action in AT_SHOP if can(people[who], action, shop)} == SHOP_TABLE[who]


@pytest.mark.parametrize(("who", "where"), PLACE_TABLE)
def test_what_each_person_may_do_at_a_place(people, shop, who, where):
    village = shop.village
    place = {"village": village, "commune": village.parent, "province": village.parent.parent}[where]
    assert {action for action in AT_PLACE if can(people[who], action, place)} == PLACE_TABLE[who, where]


def test_a_shop_page_and_a_product_are_answered_by_their_shop(people, shop):
    assert can(people["owner"], Do.EDIT_PAGE, shop.front)
    assert not can(people["neighbouring farmer"], Do.EDIT_PAGE, shop.front)


def test_an_answer_costs_at_most_three_queries(people, shop, queries_of):
    assert max(queries_of(can, people["volunteer"], action, shop) for action in WORK | {Do.SEE_SHOP}) <= 3


@pytest.mark.parametrize(
    ("role", "giver", "allowed"),
    [
        (Role.VOLUNTEER, "head", True),
        (Role.VOLUNTEER, "commune officer", True),
        (Role.VOLUNTEER, "volunteer", False),
        (Role.VOLUNTEER, "head of the next village", False),
        (Role.HEAD, "commune officer", True),
        (Role.HEAD, "province officer", True),
        (Role.HEAD, "head", False),
        (Role.HEAD, "officer of the next commune", False),
    ],
)
def test_roles_are_given_and_taken_by_the_level_above(people, shop, role, giver, allowed):
    person = UserFactory()
    assert may_appoint(people[giver], shop.village, role) is allowed
    if not allowed:
        with pytest.raises(MayNotAppoint):
            grant_role(person, shop.village, role, by=people[giver])
        assert not person.place_roles.exists()
        return
    held = grant_role(person, shop.village, role, by=people[giver])
    assert grant_role(person, shop.village, role, by=people[giver]) == held  # giving it twice changes nothing
    revoke_role(held, by=people[giver])
    assert not can(person, Do.SEE_VILLAGE, shop.village)


@pytest.mark.parametrize("role", [Role.HEAD, Role.VOLUNTEER, Role.PROVINCE_OFFICER])
def test_a_role_stands_at_its_own_level(shop, role):
    with pytest.raises(WrongLevel):
        grant_role(UserFactory(), shop.village.parent, role, by=None)
