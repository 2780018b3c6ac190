"""allauth speaks our languages: what it says itself, and its own pages for staff, in Vietnamese and in our look."""

import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from accounts.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
STAFF_PAGES = ["account_change_password", "account_reauthenticate", "account_reset_password", "mfa_index"]
ENGLISH = re.compile(r"\b(password|code|your|you|the|authenticator|confirm|email)\b", re.IGNORECASE)


def words_of(answer: Any) -> str:
    """What a person reads on a page, without the frame around it."""
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    assert main
    return " ".join(re.findall(r">([^<>]+)<", main) + re.findall(r'placeholder="([^"]*)"', main))


@pytest.fixture
def staff(client):
    user = User.objects.create_user(email="can.bo@example.vn", password="mot-mat-khau-dai", name="Cán bộ")
    client.post(reverse("account_login"), {"login": user.email, "password": "mot-mat-khau-dai"})
    return client


def totp_code(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def waiting_for_the_code(client):
    UserFactory(phone="+84912345678")
    client.post(reverse("account_request_login_code"), {"phone": "0912345678"})
    return reverse("account_confirm_login_code")


def test_a_wrong_code_is_answered_in_the_reader_s_language(client):
    answer = client.post(waiting_for_the_code(client), {"code": "12345"})
    assert str(answer.context["form"].errors["code"][0]).startswith("Mã chưa đúng")
    with translation.override("en"):
        assert gettext("Incorrect code.") == "Incorrect code."


def test_who_typed_another_number_by_mistake_can_type_it_again(client):
    page = client.get(waiting_for_the_code(client)).content.decode()
    ask = reverse("account_request_login_code")
    assert client.get(ask).status_code == 302  # the trap: every way in leads back to the code
    assert f'value="{ask}"' in page
    assert client.post(reverse("account_logout"), {"next": ask})["Location"] == ask
    assert client.get(ask).status_code == 200


@pytest.mark.parametrize("name", STAFF_PAGES)
def test_staff_pages_are_vietnamese(staff, name):
    assert ENGLISH.findall(words_of(staff.get(reverse(name), follow=True))) == []


def test_a_second_step_is_switched_on_in_vietnamese_and_gives_codes_for_bad_days(staff):
    activate = reverse("mfa_activate_totp")
    staff.post(reverse("account_reauthenticate"), {"password": "mot-mat-khau-dai"})
    page = staff.get(activate)
    assert ENGLISH.findall(words_of(page)) == []
    assert 'class="qr-box"' in page.content.decode()
    assert "Mã chưa đúng" in words_of(staff.post(activate, {"code": "000000"}))
    secret = page.context["form"].secret
    codes = staff.post(activate, {"code": totp_code(secret)}, follow=True)
    assert codes.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
    assert ENGLISH.findall(words_of(codes)) == []


def test_fields_of_staff_pages_say_what_is_wrong_beside_them(staff):
    typed = {"oldpassword": "sai", "password1": "1", "password2": "1"}
    answer = staff.post(reverse("account_change_password"), typed)
    page = answer.content.decode()
    assert "Hãy gõ mật khẩu đang dùng" in words_of(answer)
    assert 'aria-describedby="id_oldpassword_helptext id_oldpassword_error"' in page
    assert len(answer.context["form"].errors["password1"]) > 1  # two mistakes in one field, told in one place
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))
