"""Nobody works in a farmer's shop without the farmer's leave. Source: domain facts, 2 and 7.3; architecture, 5."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from common.messaging import MemoryBackend
from common.models import AuditEvent
from payments import services as payments
from payments.errors import OwnerOnly
from places.models import Role
from sellers import services
from sellers.access import Do, actor_in, can
from sellers.errors import OwnWork, ShopExists, ShopNotAllowed, TooManyTries, WrongCode
from sellers.models import Consent, Shop
from sellers.services.consent import MOST_TRIES
from tests.factories import ConsentFactory, RoleFactory, ShopFactory, UserFactory, VillageFactory, photo

pytestmark = pytest.mark.django_db
WRONG = "000000"


@pytest.fixture(autouse=True)
def phones():
    """What was sent to phones during the test."""
    MemoryBackend.sent.clear()
    return MemoryBackend.sent


@pytest.fixture
def village():
    return VillageFactory()


@pytest.fixture
def volunteer(village):
    return RoleFactory(Role.VOLUNTEER, village)


@pytest.fixture
def shop(village):
    return ShopFactory(village, status=Shop.Status.DRAFT, verified_at=None)


@pytest.fixture
def ask(shop, volunteer, phones, django_capture_on_commit_callbacks):
    """Ask for leave and read the code off the farmer's phone."""

    def asked():
        with django_capture_on_commit_callbacks(execute=True):
            consent = services.ask_consent(shop, volunteer)
        text = phones[-1]
        assert text.phone == shop.owner.phone
        code = re.search(r"\b\d{6}\b", text.body).group()
        return consent, code if code != WRONG else pytest.skip("one code in a million")

    return asked


def test_the_code_on_the_farmers_phone_gives_leave_for_a_year_at_most(ask, shop, volunteer):
    consent, code = ask()
    assert not can(volunteer, Do.EDIT_PRODUCTS, shop)
    services.give_consent(consent, f" {code} ")
    consent.refresh_from_db()
    assert can(volunteer, Do.EDIT_PRODUCTS, shop)
    assert consent.expires_at - consent.granted_at <= timedelta(days=366)
    assert AuditEvent.objects.get(verb="consent.given").actor_id == shop.owner_id


def test_the_code_itself_is_kept_nowhere(ask):
    consent, code = ask()
    assert code not in str(Consent.objects.filter(pk=consent.pk).values().get())


def test_after_five_wrong_codes_even_the_right_one_is_refused(ask, shop, volunteer):
    consent, code = ask()
    for _ in range(MOST_TRIES):
        with pytest.raises(WrongCode):
            services.give_consent(consent, WRONG)
    with pytest.raises(TooManyTries):
        services.give_consent(consent, code)
    assert not can(volunteer, Do.EDIT_PRODUCTS, shop)


def test_a_new_code_gives_five_new_tries_and_the_old_code_is_void(ask):
    consent, old = ask()
    with pytest.raises(WrongCode):
        services.give_consent(consent, WRONG)
    consent, code = ask()
    assert Consent.objects.count() == 1
    if old != code:
        with pytest.raises(WrongCode):
            services.give_consent(consent, old)
    services.give_consent(consent, code)


def test_a_code_runs_out_after_ten_minutes(ask):
    consent, code = ask()
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1)), pytest.raises(WrongCode):
        services.give_consent(consent, code)


def test_leave_that_ran_out_ends_and_can_be_given_again(ask, shop, volunteer):
    consent, code = ask()
    services.give_consent(consent, code)
    with time_machine.travel(timezone.now() + timedelta(days=366)):
        assert not can(volunteer, Do.EDIT_PRODUCTS, shop)
        consent, code = ask()
        services.give_consent(consent, code)
        assert can(volunteer, Do.EDIT_PRODUCTS, shop)


def test_withdrawing_ends_the_work_at_once(shop, volunteer):
    consent = ConsentFactory(shop, volunteer)
    assert actor_in(shop, volunteer).on_behalf_of == shop.owner_id
    services.withdraw_consent(consent, by=shop.owner)
    assert not any(
        can(volunteer, action, shop) for action in (Do.EDIT_PAGE, Do.EDIT_PRODUCTS, Do.HANDLE_ORDERS)
    )
    with pytest.raises(ShopNotAllowed):
        services.save_front(shop, by=volunteer, tagline="Sau khi thu lại", body=[])


def test_only_the_farmer_takes_the_leave_back(shop, volunteer):
    consent = ConsentFactory(shop, volunteer)
    with pytest.raises(ShopNotAllowed):
        services.withdraw_consent(consent, by=volunteer)


def test_leaving_the_village_team_ends_the_leave_too(shop, volunteer):
    ConsentFactory(shop, volunteer)
    volunteer.place_roles.update(revoked_at=timezone.now())
    assert not can(volunteer, Do.EDIT_PRODUCTS, shop)


def test_leave_covers_what_it_names_and_nothing_else(shop, volunteer):
    ConsentFactory(shop, volunteer, scopes=["products"])
    allowed = {action for action in Do if can(volunteer, action, shop)}
    assert allowed == {Do.EDIT_PRODUCTS, Do.SEE_SHOP}


def test_an_agent_never_touches_the_bank_account(shop, volunteer):
    ConsentFactory(shop, volunteer)
    assert not can(volunteer, Do.SET_ACCOUNT, shop)
    assert not can(volunteer, Do.SEE_MONEY, shop)
    with pytest.raises(OwnerOnly):
        payments.set_account(
            shop, bank_bin="970405", number="3500299999999", holder="NONG THI LAN", by=volunteer
        )


def test_a_stranger_cannot_ask_a_farmer_for_leave(shop):
    with pytest.raises(ShopNotAllowed):
        services.ask_consent(shop, UserFactory())


def test_a_signed_paper_counts_once_a_second_official_has_seen_it(shop, volunteer, village):
    paper = services.record_paper_consent(shop, volunteer, photo())
    assert not can(volunteer, Do.EDIT_PRODUCTS, shop)
    services.countersign_consent(paper, by=RoleFactory(Role.HEAD, village))
    assert can(volunteer, Do.EDIT_PRODUCTS, shop)


def test_nobody_countersigns_their_own_paper(shop, village):
    head = RoleFactory(Role.HEAD, village)
    paper = services.record_paper_consent(shop, head, photo())
    with pytest.raises(OwnWork):
        services.countersign_consent(paper, by=head)


def test_another_villages_head_countersigns_nothing(shop, volunteer):
    paper = services.record_paper_consent(shop, volunteer, photo())
    with pytest.raises(ShopNotAllowed):
        services.countersign_consent(paper, by=RoleFactory(Role.HEAD, VillageFactory()))


def test_a_second_tap_opens_no_second_shop(village, volunteer):
    facts = {
        "name": "Vườn hồng bà Sen",
        "farmer_phone": "+84912000003",
        "farmer_name": "Lý Thị Sen",
        "by": volunteer,
    }
    services.open_draft_shop(village, **facts)
    with pytest.raises(ShopExists):
        services.open_draft_shop(village, **facts | {"name": "vườn hồng  bà sen"})
    assert Shop.objects.filter(village=village).count() == 1
