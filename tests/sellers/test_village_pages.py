"""The pages of village heads and volunteers: the way from the door to the market, and everything that is refused."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from common.messaging import MemoryBackend
from places.models import Place, PlaceRole, Role
from places.services import may_appoint
from sellers import services
from sellers.access import Do, can
from sellers.models import Consent, Shop, Visit
from sellers.selling import ACTING
from tests.factories import (
    CommuneFactory,
    ConsentFactory,
    RoleFactory,
    ShopFactory,
    UserFactory,
    VillageFactory,
    photo,
)

pytestmark = pytest.mark.django_db
NEW_SHOP = {
    "household": "Lý Thị Sen", "phone": "0912 000 003", "name": "Vườn hồng bà Sen", "kind": "household", "agreed": "on",
}  # fmt: skip


@pytest.fixture
def village():
    return VillageFactory()


@pytest.fixture
def volunteer(village):
    return RoleFactory(Role.VOLUNTEER, village)


@pytest.fixture
def head(village):
    return RoleFactory(Role.HEAD, village)


@pytest.fixture
def waiting(village, volunteer):
    """A shop whose page the volunteer wrote and handed in."""
    shop = ShopFactory(village, status=Shop.Status.DRAFT, verified_at=None)
    ConsentFactory(shop, volunteer)
    services.save_front(shop, by=volunteer, tagline="Hồng trồng trên núi đá", body=[])
    services.hand_in(shop, by=volunteer)
    return Shop.objects.select_related("front").get(pk=shop.pk)


def at(name, *args):
    return reverse(f"village:{name}", args=args)


def now(shop):
    return Shop.objects.select_related("front").get(pk=shop.pk)


def text_of(answer):
    return answer.content.decode()


# --- the way from the door to the market ----------------------------------------------------------------------------


def test_from_the_door_to_working_for_the_farmer(
    client, village, volunteer, django_capture_on_commit_callbacks
):
    client.force_login(volunteer)
    MemoryBackend.sent.clear()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(at("new_shop", village.pk), NEW_SHOP)
    shop = Shop.objects.get(name="Vườn hồng bà Sen")
    assert answer.url == at("consent", shop.public_code)
    code = re.search(r"\b\d{6}\b", MemoryBackend.sent[-1].body).group()
    assert code not in text_of(client.get(answer.url))
    assert client.post(answer.url, {"code": code}).url == at("shop", shop.public_code)
    assert client.post(at("act", shop.public_code)).url == reverse("shopfront:edit")
    assert client.session[ACTING] == Consent.objects.get(shop=shop, agent=volunteer).pk


def test_the_head_reads_the_page_and_approves_it(client, head, waiting):
    client.force_login(head)
    page = text_of(client.get(at("shop", waiting.public_code)))
    assert "Hồng trồng trên núi đá" in page
    seen = re.search(r'name="seen" value="([\d-]+)"', page).group(1)
    assert seen == services.version_of(waiting.front)
    client.post(reverse("approval:approve", args=[waiting.public_code]), {"seen": seen})
    assert now(waiting).is_live


def test_what_changed_while_the_head_was_reading_is_shown_again_and_not_published(
    client, head, waiting, volunteer
):
    client.force_login(head)
    seen = services.version_of(waiting.front)
    services.save_front(waiting, by=volunteer, tagline="Câu khác hẳn", body=[])
    answer = client.post(reverse("approval:approve", args=[waiting.public_code]), {"seen": seen})
    assert answer.status_code == 409
    assert "Câu khác hẳn" in text_of(answer)
    assert f'value="{services.version_of(now(waiting).front)}"' in text_of(answer)
    assert not now(waiting).is_live


@pytest.mark.parametrize("seen", ["", "abc", "-1", "999999999999"])
def test_an_approval_that_names_no_version_is_refused(client, head, waiting, seen):
    client.force_login(head)
    assert (
        client.post(reverse("approval:approve", args=[waiting.public_code]), {"seen": seen}).status_code
        == 409
    )
    assert not now(waiting).is_live


def test_the_head_returns_a_page_with_a_reason_that_its_writer_reads(client, head, waiting, volunteer):
    client.force_login(head)
    address = at("reject", waiting.public_code)
    assert client.post(address, {"reason": " "}).status_code == 422
    client.post(address, {"reason": "Ảnh bìa bị tối"})
    client.force_login(volunteer)
    assert "Ảnh bìa bị tối" in text_of(client.get(at("shop", waiting.public_code)))


@pytest.mark.parametrize("who", ["volunteer", "author"])
def test_volunteers_see_the_status_only(client, village, waiting, volunteer, who):
    client.force_login(volunteer if who == "author" else RoleFactory(Role.VOLUNTEER, village))
    page = text_of(client.get(at("shop", waiting.public_code)))
    assert 'name="seen"' not in page
    answer = client.post(
        reverse("approval:approve", args=[waiting.public_code]), {"seen": services.version_of(waiting.front)}
    )
    assert answer.status_code == 403
    assert client.post(at("reject", waiting.public_code), {"reason": "x"}).status_code == 403
    assert now(waiting).status == Shop.Status.REVIEW


def test_home_shows_first_what_waits_for_me(client, head, waiting, village):
    mine = ShopFactory(village, status=Shop.Status.DRAFT, verified_at=None)
    ConsentFactory(mine, head)
    services.save_front(mine, by=head, tagline="Tôi soạn", body=[])
    services.hand_in(mine, by=head)
    client.force_login(head)
    rows = client.get(at("home")).context["waiting"]
    assert [(row.shop, row.for_me) for row in rows] == [(waiting, True), (mine, False)]


def test_the_next_version_of_a_shop_that_sells_waits_too(client, head, village, volunteer):
    shop = ShopFactory(village)
    services.save_front(shop, by=shop.owner, tagline="Câu mới", body=[])
    services.hand_in(shop, by=shop.owner)
    client.force_login(head)
    assert [(row.shop, row.opens) for row in client.get(at("home")).context["waiting"]] == [(shop, False)]


def test_home_names_quiet_shops(client, head, village):
    shop = ShopFactory(village, verified_at=timezone.now() - timezone.timedelta(days=45))
    ShopFactory(village, verified_at=timezone.now() - timezone.timedelta(days=5))
    client.force_login(head)
    assert [row.shop for row in client.get(at("home")).context["quiet"]] == [shop]


# --- the new shop's form --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"agreed": ""}, "agreed"),
        ({"phone": "0912 OOO 003"}, "phone"),
        ({"phone": "0123"}, "phone"),
        ({"household": "  "}, "household"),
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"kind": "bank"}, "kind"),
    ],
)
def test_a_bad_answer_is_shown_at_its_question_and_the_others_are_kept(
    client, village, volunteer, change, field
):
    client.force_login(volunteer)
    answer = client.post(at("new_shop", village.pk), NEW_SHOP | change)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    kept = {"household", "phone", "name"} - {field}
    assert all(f'value="{NEW_SHOP[name]}"' in text_of(answer) for name in kept)
    assert not Shop.objects.exists()


def test_a_second_tap_says_that_the_shop_is_there(client, village, volunteer):
    client.force_login(volunteer)
    client.post(at("new_shop", village.pk), NEW_SHOP)
    answer = client.post(at("new_shop", village.pk), NEW_SHOP)
    assert (answer.status_code, Shop.objects.count()) == (422, 1)


def test_a_volunteer_who_opens_their_own_shop_needs_no_code(client, village, volunteer):
    client.force_login(volunteer)
    client.post(at("new_shop", village.pk), NEW_SHOP | {"phone": volunteer.phone.replace("+84", "0")})
    shop = Shop.objects.get()
    assert shop.owner == volunteer
    assert not Consent.objects.exists()
    assert client.get(at("shop", shop.public_code)).status_code == 200


# --- consent --------------------------------------------------------------------------------------------------------


@pytest.fixture
def draft(village, volunteer):
    return ShopFactory(village, status=Shop.Status.DRAFT, verified_at=None)


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "0000001"])
def test_a_code_is_six_digits(client, draft, volunteer, code):
    services.ask_consent(draft, volunteer)
    client.force_login(volunteer)
    assert client.post(at("consent", draft.public_code), {"code": code}).status_code == 422
    assert Consent.objects.get().attempts == 0  # a slip of the finger is no try


def test_a_wrong_code_is_said_and_counted(client, draft, volunteer):
    services.ask_consent(draft, volunteer)
    Consent.objects.update(code_hash="0" * 64)
    client.force_login(volunteer)
    answer = client.post(at("consent", draft.public_code), {"code": "123456"})
    assert answer.status_code == 422
    assert "code" in answer.context["code_form"].errors
    assert Consent.objects.get().attempts == 1


def test_without_leave_nobody_starts_to_act(client, draft, volunteer):
    client.force_login(volunteer)
    assert client.post(at("act", draft.public_code)).url == at("consent", draft.public_code)
    assert ACTING not in client.session


def test_somebody_elses_leave_is_not_mine(client, draft, volunteer, village):
    ConsentFactory(draft, volunteer)
    client.force_login(RoleFactory(Role.VOLUNTEER, village))
    client.post(at("act", draft.public_code))
    assert ACTING not in client.session


@pytest.mark.parametrize("upload", [b"no photo", b""])
def test_a_paper_that_is_no_photo_is_refused(client, draft, volunteer, upload):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client.force_login(volunteer)
    answer = client.post(
        at("consent", draft.public_code), {"paper": "1", "photo": SimpleUploadedFile("a.jpg", upload)}
    )
    assert answer.status_code == 422
    assert not Consent.objects.exists()


def test_the_signed_paper_is_seen_by_those_who_decide_and_by_nobody_else(
    client, draft, volunteer, head, village
):
    client.force_login(volunteer)
    client.post(at("consent", draft.public_code), {"paper": "1", "photo": photo()})
    paper = Consent.objects.get()
    address = at("evidence", draft.public_code, paper.pk)
    client.force_login(RoleFactory(Role.VOLUNTEER, village))
    assert client.get(address).status_code == 404
    client.force_login(head)
    assert client.get(address)["Content-Type"] == "image/jpeg"
    client.post(at("countersign", draft.public_code, paper.pk))
    assert can(volunteer, Do.EDIT_PRODUCTS, draft)


# --- visits, villages, people ---------------------------------------------------------------------------------------


def test_a_visit_is_noted_with_who_where_and_what_came_of_it(client, village, volunteer):
    client.force_login(volunteer)
    client.post(
        at("visit", village.pk), {"household": "Hoàng Văn Ban", "outcome": "later", "note": "Hẹn sau mùa"}
    )
    visit = Visit.objects.get()
    assert (visit.by, visit.village, visit.household, visit.outcome) == (
        volunteer,
        village,
        "Hoàng Văn Ban",
        "later",
    )
    assert "Hẹn sau mùa" in text_of(client.get(at("visit", village.pk)))


def test_a_visit_to_a_shop_is_kept_with_the_shop(client, village, volunteer):
    shop = ShopFactory(village)
    client.force_login(volunteer)
    address = at("visit", village.pk) + f"?gian-hang={shop.public_code}"
    client.post(address, {"household": shop.owner.name, "outcome": "helped"})
    assert Visit.objects.get().shop == shop


def test_another_villages_shop_is_not_visited_from_here(client, village, volunteer):
    other = ShopFactory(VillageFactory(village.parent))
    client.force_login(volunteer)
    address = at("visit", village.pk) + f"?gian-hang={other.public_code}"
    assert other.owner.name not in text_of(client.get(address))
    client.post(address, {"household": "A", "outcome": "helped"})
    assert Visit.objects.get().shop is None


@pytest.mark.parametrize("who", ["volunteer", "farmer", "officer of the next commune", "anybody"])
def test_nobody_else_adds_villages(client, village, volunteer, who):
    people = {
        "volunteer": volunteer, "farmer": ShopFactory(village).owner, "anybody": UserFactory(),
        "officer of the next commune": RoleFactory(Role.COMMUNE_OFFICER, CommuneFactory(village.parent.parent)),
    }  # fmt: skip
    client.force_login(people[who])
    assert (
        client.post(at("new_village", village.parent_id), {"kind": "ban", "name": "Nà Lầu"}).status_code
        == 404
    )


def test_a_head_adds_the_village_next_door_but_none_elsewhere(client, head, village):
    client.force_login(head)
    answer = client.post(at("new_village", village.parent_id), {"kind": "ban", "name": "Nà Lầu"})
    assert answer["Location"] == at("home")
    assert Place.objects.filter(parent=village.parent, name="Nà Lầu").exists()
    assert client.get(at("new_village", VillageFactory().parent_id)).status_code == 404


def test_an_officer_adds_a_village_and_appoints_its_head(client, village):
    commune = village.parent
    client.force_login(RoleFactory(Role.COMMUNE_OFFICER, commune))
    answer = client.post(at("new_village", commune.pk), {"kind": "ban", "name": "Nà Lầu"})
    added = Place.objects.get(name="Nà Lầu")
    assert answer.url == at("team", added.pk)
    client.post(answer.url, {"phone": "0912000001", "name": "Hoàng Văn Bản", "role": "head"})
    held = PlaceRole.objects.get(place=added)
    assert (held.user.phone, held.user.name, held.role) == ("+84912000001", "Hoàng Văn Bản", "head")
    assert client.post(at("new_village", commune.pk), {"kind": "ban", "name": "nà lầu"}).status_code == 422


def test_the_head_appoints_volunteers_and_lets_them_go(client, village, head):
    client.force_login(head)
    client.post(at("team", village.pk), {"phone": "0912000002", "name": "Nông Thị Lan", "role": "volunteer"})
    held = PlaceRole.objects.get(role="volunteer")
    assert can(held.user, Do.OPEN_SHOP, village)
    client.post(at("end_role", village.pk, held.pk))
    assert not can(held.user, Do.OPEN_SHOP, village)


def test_the_head_makes_no_second_head(client, village, head):
    client.force_login(head)
    answer = client.post(
        at("team", village.pk), {"phone": "0912000002", "name": "Nông Thị Lan", "role": "head"}
    )
    assert answer.status_code == 422
    assert not may_appoint(head, village, Role.HEAD)
    own = PlaceRole.objects.get(user=head)
    assert client.post(at("end_role", village.pk, own.pk)).status_code == 404


def test_a_known_phone_keeps_its_name(client, village, head):
    person = UserFactory(name="Nông Thị Lan")
    client.force_login(head)
    phone = person.phone.replace("+84", "0")
    client.post(at("team", village.pk), {"phone": phone, "name": "Tên khác", "role": "volunteer"})
    person.refresh_from_db()
    assert person.name == "Nông Thị Lan"


# --- what is not mine does not exist --------------------------------------------------------------------------------


def everything(shop):
    """Every address of the village's pages, for this shop and its places, and whether it changes something."""
    village = shop.village
    consent = ConsentFactory(shop, UserFactory())
    held = RoleFactory(Role.VOLUNTEER, village).place_roles.get()
    reads = [
        at("shops", village.pk), at("new_shop", village.pk), at("visit", village.pk), at("team", village.pk),
        at("shop", shop.public_code), at("preview", shop.public_code),
        at("consent", shop.public_code), at("evidence", shop.public_code, consent.pk),
    ]  # fmt: skip
    writes = [
        at("act", shop.public_code), at("reject", shop.public_code), at("countersign", shop.public_code, consent.pk),
        at("end_role", village.pk, held.pk), reverse("approval:approve", args=[shop.public_code]),
    ]  # fmt: skip
    return reads, writes


@pytest.mark.parametrize(
    "stranger",
    [
        lambda village: RoleFactory(Role.HEAD, VillageFactory(village.parent)),
        lambda village: RoleFactory(Role.VOLUNTEER, VillageFactory(village.parent)),
        lambda village: RoleFactory(Role.COMMUNE_OFFICER, CommuneFactory(village.parent.parent)),
        lambda village: ShopFactory(village).owner,
        lambda village: UserFactory(),
    ],
    ids=[
        "head next door",
        "volunteer next door",
        "officer of the next commune",
        "farmer of the village",
        "anybody",
    ],
)
def test_a_foreign_village_does_not_exist(client, waiting, stranger):
    client.force_login(stranger(waiting.village))
    reads, writes = everything(waiting)
    assert {client.get(address).status_code for address in reads} == {404}
    assert {
        client.post(address, NEW_SHOP | {"seen": "1"}).status_code for address in [*reads[:4], *writes]
    } <= {404, 405}
    assert now(waiting).status == Shop.Status.REVIEW


def test_a_visitor_is_asked_to_sign_in(client, waiting):
    reads, writes = everything(waiting)
    assert {client.get(address).status_code for address in [*reads, at("home")]} == {302}
    assert {client.post(address).status_code for address in writes} == {302}


def test_nothing_changes_by_following_a_link(client, head, waiting):
    client.force_login(head)
    _reads, writes = everything(waiting)
    assert {client.get(address).status_code for address in writes} == {405}


def test_home_is_for_people_with_a_village(client):
    client.force_login(UserFactory())
    assert client.get(at("home")).status_code == 404


# --- cost -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["home", "shops"])
def test_a_list_costs_the_same_for_3_and_20_shops(client, village, head, volunteer, queries_of, which):
    client.force_login(head)
    address = at("home") if which == "home" else at("shops", village.pk)

    def world(count):
        for _ in range(count):
            shop = ShopFactory(village, status=Shop.Status.DRAFT, verified_at=None)
            ConsentFactory(shop, volunteer)
            services.save_front(shop, by=volunteer, tagline="Hồng", body=[])
            services.hand_in(shop, by=volunteer)
            ShopFactory(village, verified_at=timezone.now() - timezone.timedelta(days=45))

    world(3)
    few = queries_of(client.get, address)
    world(17)
    assert queries_of(client.get, address) == few
    assert few <= 13


# --- the which as buyers will see it ---------------------------------------------------------------------------------


def test_the_head_sees_the_whole_page_before_buyers_do(client, head, waiting):
    client.force_login(head)
    page = client.get(at("preview", waiting.public_code))
    assert page.status_code == 200
    assert "Hồng trồng trên núi đá" in text_of(page)
    assert client.get(reverse("market:shop", args=[waiting.slug])).status_code == 404
