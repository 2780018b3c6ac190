"""People sign in by a code on their phone, staff by e-mail and password; nobody learns who has an account."""

import re

import pytest
from django.urls import reverse

from accounts.models import User
from common.messaging import MemoryBackend
from places.models import Role
from tests.factories import RoleFactory, ShopFactory, UserFactory, VillageFactory

pytestmark = pytest.mark.django_db
ASK, TYPE = "account_request_login_code", "account_confirm_login_code"


@pytest.fixture(autouse=True)
def no_texts():
    MemoryBackend.sent.clear()


def ask(client, phone):
    return client.post(reverse(ASK), {"phone": phone})


def code_sent():
    return re.search(r"\b\d{6}\b", MemoryBackend.sent[-1].body)[0]


def test_a_code_from_the_phone_opens_the_door_once(client):
    UserFactory(phone="+84912345678")
    assert ask(client, "0912 345 678")["Location"] == reverse(TYPE)
    code = code_sent()
    assert client.post(reverse(TYPE), {"code": code})["Location"] == reverse("after_login")
    assert client.session["_auth_user_id"]
    client.logout()
    assert client.post(reverse(TYPE), {"code": code}).status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_page_that_is_answered_late_does_not_sign_its_browser_out(client, client_of):
    """Its request left with the cookie of before, which the sign-in has just put out of use."""
    UserFactory(phone="+84912345678")
    ask(client, "0912345678")
    late = client_of()
    late.cookies["sessionid"] = client.cookies["sessionid"].value
    client.post(reverse(TYPE), {"code": code_sent()})
    answer = late.get(reverse("market:cart_fragment"))
    assert answer.status_code == 200
    assert "sessionid" not in answer.cookies
    assert "Cookie" in answer["Vary"]


def test_signing_out_takes_the_cookie_back(client):
    UserFactory(phone="+84912345678")
    ask(client, "0912345678")
    client.post(reverse(TYPE), {"code": code_sent()})
    answer = client.post(reverse("account_logout"))
    assert (answer.cookies["sessionid"].value, answer.cookies["sessionid"]["max-age"]) == ("", 0)


def test_a_wrong_code_is_said_at_the_field_and_three_end_the_try(client):
    UserFactory(phone="+84912345678")
    ask(client, "0912345678")
    wrong = "000000" if code_sent() != "000000" else "111111"
    for _ in range(3):
        answer = client.post(reverse(TYPE), {"code": wrong})
    assert answer.status_code in (200, 302, 422)
    client.post(reverse(TYPE), {"code": code_sent()})
    assert "_auth_user_id" not in client.session


def test_an_unknown_phone_gets_the_same_page_and_another_message(client):
    assert ask(client, "0987 654 321")["Location"] == reverse(TYPE)
    assert "chưa có tài khoản" in MemoryBackend.sent[-1].body


@pytest.mark.parametrize("typed", ["O912345678", "12345", ""])
def test_what_is_no_phone_is_refused_at_its_field(client, typed):
    answer = ask(client, typed)
    assert answer.status_code in (200, 422)
    assert answer.context["form"].errors["phone"]
    assert not MemoryBackend.sent


def test_codes_are_not_sent_without_end(client_of):
    UserFactory(phone="+84912345678")
    for _ in range(25):
        ask(client_of(), "0912345678")
    assert len(MemoryBackend.sent) == 3


def test_staff_sign_in_by_e_mail_and_password(client):
    User.objects.create_user(email="can.bo@example.vn", password="mot-mat-khau-dai", name="Cán bộ")
    page = reverse("account_login")
    assert {"login", "password"} <= set(client.get(page).context["form"].fields)
    wrong = client.post(page, {"login": "can.bo@example.vn", "password": "sai"})
    assert wrong.context["form"].errors
    assert (
        client.post(page, {"login": "can.bo@example.vn", "password": "mot-mat-khau-dai"}).status_code == 302
    )
    assert client.session["_auth_user_id"]


def test_nobody_signs_up_alone(client):
    answer = client.get(reverse("account_signup"))
    assert "trưởng thôn" in answer.content.decode()
    client.post(reverse("account_signup"), {"phone": "0912345678", "password1": "mot-mat-khau-dai"})
    assert not User.objects.exists()


def test_everybody_lands_where_their_work_is(client):
    village = VillageFactory()
    for person, place in [
        (ShopFactory(village).owner, "selling:home"), (RoleFactory(Role.HEAD, village), "village:home"),
        (RoleFactory(Role.VOLUNTEER, village), "village:home"),
        (RoleFactory(Role.COMMUNE_OFFICER, village.parent), "growth:home"),
        (UserFactory(), "market:catalogue"),
    ]:  # fmt: skip
        client.force_login(person)
        assert client.get(reverse("after_login"))["Location"] == reverse(place)
