"""Papers: handed in by the farmer, verified by an officer of the place, shown while in date, reminded of before the end."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.models import CERT_BITS, Certificate, Product
from catalog.nightly import drop_expired_badges, end_preorders, remind
from common.messaging import MemoryBackend
from common.models import AuditEvent
from places.models import Role
from sellers.models import Picture, ShopMember
from tests.factories import (
    ConsentFactory,
    ProductFactory,
    RoleFactory,
    ShopFactory,
    UserFactory,
    VillageFactory,
    photo,
)

pytestmark = pytest.mark.django_db
PAPERS, DESK = "/ban-hang/giay-chung-nhan/", "/xem-giay/"


@pytest.fixture
def shop():
    return ShopFactory()


@pytest.fixture
def product(shop):
    return ProductFactory(shop, title="Hồng vành khuyên")


@pytest.fixture
def farmer(client, shop):
    client.force_login(shop.owner)
    return client


@pytest.fixture
def officer(shop, client_of):
    browser = client_of()
    browser.user = RoleFactory(Role.COMMUNE_OFFICER, shop.village.parent)
    browser.force_login(browser.user)
    return browser


def said(**more):
    today = timezone.localdate()
    return {
        "kind": "vietgap", "number": "VG-2026-17", "issuer": "Trung tâm chứng nhận", "issued_on": today.isoformat(),
        "valid_until": (today + timedelta(days=300)).isoformat(), "product": "", "photo": photo((300, 400)),
    } | more  # fmt: skip


@pytest.fixture
def paper(farmer, product):
    farmer.post(f"{PAPERS}gui/", said())
    return Certificate.objects.get()


def mask(product) -> int:
    return Product.objects.get(pk=product.pk).cert_mask


# --- handing in -----------------------------------------------------------------------------------------------------
def test_a_paper_counts_only_once_an_officer_has_seen_it(farmer, officer, paper, product, client_of):
    assert mask(product) == 0
    assert "Nhà tự khai" in farmer.get(PAPERS).content.decode()
    assert "VietGAP" not in client_of().get(product.get_absolute_url()).content.decode()
    officer.post(f"{DESK}{paper.pk}/", {"verify": "1"})
    paper.refresh_from_db()
    assert (paper.verified_by, mask(product)) == (officer.user, CERT_BITS[Certificate.Kind.VIETGAP])
    assert "Đã xác minh" in farmer.get(PAPERS).content.decode()


@pytest.mark.parametrize(
    ("bad", "field"),
    [({"valid_until": "2020-01-01"}, "valid_until"), ({"issued_on": "2999-01-01"}, "issued_on"), ({"number": ""}, "number"),
     ({"kind": "ocop_4", "issued_on": ""}, "issued_on"), ({"kind": "ocop_4", "valid_until": "2031-01-01"}, "valid_until"),
     ({"kind": "area_code", "number": "khong phai ma"}, "number"), ({"photo": ""}, "photo"), ({"kind": "5sao"}, "kind")],
)  # fmt: skip
def test_a_paper_that_cannot_be_is_refused_at_its_field(farmer, product, bad, field):
    answer = farmer.post(f"{PAPERS}gui/", said(**bad))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not Certificate.objects.exists()
    assert not Picture.objects.filter(purpose=Picture.Purpose.EVIDENCE).exists()


def test_the_same_paper_is_kept_once(farmer, paper):
    answer = farmer.post(f"{PAPERS}gui/", said())
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["number"])
    assert Picture.objects.filter(purpose=Picture.Purpose.EVIDENCE).count() == 1


def test_a_paper_for_one_of_the_goods_vouches_for_that_alone(farmer, officer, shop, product):
    other = ProductFactory(shop)
    farmer.post(f"{PAPERS}gui/", said(product=product.public_code))
    officer.post(f"{DESK}{Certificate.objects.get().pk}/", {"verify": "1"})
    assert (mask(product) > 0, mask(other)) == (True, 0)
    strange = ProductFactory()
    assert farmer.post(f"{PAPERS}gui/", said(product=strange.public_code, number="2")).status_code == 422


def test_a_paper_taken_away_takes_its_badge_along(farmer, officer, paper, product):
    officer.post(f"{DESK}{paper.pk}/", {"verify": "1"})
    farmer.post(f"{PAPERS}{paper.pk}/bo/")
    assert (
        mask(product),
        Certificate.objects.count(),
        Picture.objects.filter(pk=paper.evidence_id).count(),
    ) == (0, 0, 0)


# --- who may look and decide ----------------------------------------------------------------------------------------
def test_a_paper_sent_back_says_why_and_tells_the_owner(
    farmer, officer, paper, django_capture_on_commit_callbacks
):
    assert officer.post(f"{DESK}{paper.pk}/", {"reason": ""}).status_code == 422
    MemoryBackend.sent.clear()
    with django_capture_on_commit_callbacks(execute=True):
        officer.post(f"{DESK}{paper.pk}/", {"reason": "Ảnh mờ số giấy"})
    assert "Ảnh mờ số giấy" in farmer.get(PAPERS).content.decode()
    assert len(MemoryBackend.sent) == 1
    assert AuditEvent.objects.filter(verb="certificate.rejected", actor_id=officer.user.pk).exists()


def test_a_decision_stands_even_if_two_officers_press_together(officer, paper):
    officer.post(f"{DESK}{paper.pk}/", {"verify": "1"})
    assert officer.post(f"{DESK}{paper.pk}/", {"reason": "Không"}).status_code == 409
    paper.refresh_from_db()
    assert (paper.verified_at is not None, paper.rejected_at) == (True, None)


def people(shop):
    """Who may verify a paper of the shop, and who may not."""
    village = shop.village
    member = RoleFactory(Role.COMMUNE_OFFICER, village.parent)
    ShopMember.objects.create(shop=shop, user=member, role=ShopMember.Role.HELPER)
    agent = RoleFactory(Role.COMMUNE_OFFICER, village.parent)
    ConsentFactory(shop, agent)
    return {
        "commune": (RoleFactory(Role.COMMUNE_OFFICER, village.parent), True),
        "province": (RoleFactory(Role.PROVINCE_OFFICER, village.parent.parent), True),
        "other commune": (RoleFactory(Role.COMMUNE_OFFICER, VillageFactory().parent), False),
        "head": (RoleFactory(Role.HEAD, village), False),
        "volunteer": (RoleFactory(Role.VOLUNTEER, village), False),
        "owner": (shop.owner, False),
        "member who is officer": (member, False),
        "agent who is officer": (agent, False),
        "anybody": (UserFactory(), False),
    }


@pytest.mark.parametrize(
    "who",
    ["commune", "province", "other commune", "head", "volunteer", "owner", "anybody", "member who is officer",
     "agent who is officer"],
)  # fmt: skip
def test_only_officers_of_the_place_who_do_not_work_in_the_shop_decide(client_of, shop, paper, who):
    person, may = people(shop)[who]
    browser = client_of()
    browser.force_login(person)
    assert (browser.get(f"{DESK}{paper.pk}/anh/").status_code == 200) is may
    assert (browser.post(f"{DESK}{paper.pk}/", {"verify": "1"}).status_code == 302) is may
    paper.refresh_from_db()
    assert (paper.verified_at is not None) is may
    listed = browser.get(DESK)
    assert listed.status_code == (200 if "officer" in who or may or who == "other commune" else 404)


def test_the_photo_of_a_paper_is_for_its_owner_and_its_judges_only(farmer, client_of, paper):
    assert farmer.get(f"{PAPERS}{paper.pk}/anh/").status_code == 200
    neighbour = client_of()
    neighbour.force_login(ShopFactory().owner)
    assert neighbour.get(f"{PAPERS}{paper.pk}/anh/").status_code == 404
    assert neighbour.post(f"{PAPERS}{paper.pk}/bo/").status_code == 404
    assert client_of().get(f"{DESK}{paper.pk}/anh/").status_code == 302


def test_the_officers_home_says_how_many_papers_wait(officer, shop, paper, queries_of):
    page = officer.get(reverse("growth:place", args=[shop.village.parent.code])).content.decode()
    assert "Giấy chờ xem" in page
    few = queries_of(officer.get, DESK)
    for n in range(12):
        Certificate.objects.create(
            shop=shop, kind="gi", number=f"{n}", issuer="x", valid_until=date(2099, 1, 1)
        )
    assert queries_of(officer.get, DESK) == few <= 8


# --- time -----------------------------------------------------------------------------------------------------------
def test_a_badge_goes_the_day_after_its_paper_ran_out(officer, paper, product, time_machine):
    officer.post(f"{DESK}{paper.pk}/", {"verify": "1"})
    time_machine.move_to(timezone.now() + timedelta(days=300))
    assert drop_expired_badges() == 0
    time_machine.move_to(timezone.now() + timedelta(days=1))
    assert (drop_expired_badges(), drop_expired_badges(), mask(product)) == (1, 0, 0)


def test_the_owner_is_reminded_sixty_and_thirty_days_before_once_each(officer, paper, time_machine):
    officer.post(f"{DESK}{paper.pk}/", {"verify": "1"})
    start = timezone.now()
    told = []
    for day in (230, 240, 245, 270, 275, 299):
        time_machine.move_to(start + timedelta(days=day))
        told.append((remind(), remind()))
    assert told == [(0, 0), (1, 0), (0, 0), (1, 0), (0, 0), (0, 0)]


def test_a_preorder_whose_day_has_come_is_an_ordinary_good(product, time_machine):
    day = timezone.localdate() + timedelta(days=10)
    Product.objects.filter(pk=product.pk).update(harvest_on=day, preorder_cap=200)
    product.refresh_from_db()
    assert (product.is_preorder, end_preorders()) == (True, 0)
    time_machine.move_to(timezone.now() + timedelta(days=10))
    assert (end_preorders(), end_preorders()) == (1, 0)
