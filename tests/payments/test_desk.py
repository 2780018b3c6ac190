"""The operator's finance desk: nobody but those who run the market's money comes in."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from payments.desk import TABS
from places.models import Role
from storefront.services import FINANCE_GROUP, ensure_finance_group
from tests.factories import RoleFactory, ShopFactory, UserFactory

pytestmark = pytest.mark.django_db
DESK = "/so-quy/"


def test_the_group_of_finance_opens_the_desk(client, finance):
    client.force_login(finance)
    assert client.get(DESK).status_code == 200
    assert client.get("/sau-dang-nhap/").url == DESK


def test_making_the_group_again_keeps_what_an_administrator_changed():
    ensure_finance_group().permissions.clear()
    ensure_finance_group()
    assert not Group.objects.get(name=FINANCE_GROUP).permissions.exists()


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.HEAD, Role.COMMUNE_OFFICER, Role.PROVINCE_OFFICER])
def test_case_28_for_everybody_else_the_desk_does_not_exist(client, role):
    village = ShopFactory().village
    place = {Role.COMMUNE_OFFICER: village.parent, Role.PROVINCE_OFFICER: village.parent.parent}.get(
        role, village
    )
    client.force_login(RoleFactory(role, place))
    assert client.get(DESK).status_code == 404


def test_case_28_nor_for_a_seller_or_somebody_without_work(client):
    for person in (ShopFactory().owner, UserFactory()):
        client.force_login(person)
        assert client.get(DESK).status_code == 404


def test_strangers_are_asked_to_sign_in(client):
    assert "/tai-khoan/" in client.get(DESK).url


def test_every_tab_opens_and_lights_up_alone(client, finance):
    client.force_login(finance)
    assert len(TABS) >= 5
    for tab in TABS:
        answer = client.get(reverse(tab.name))
        assert answer.status_code == 200
        assert [shown["href"] for shown in answer.wsgi_request.desk_tabs if shown["here"]] == [
            reverse(tab.name)
        ]
