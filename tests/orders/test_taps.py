"""Answering by one tap from a message: used once, by a press and never by a look."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from orders.notices import new_tap
from orders.services import farmer_step
from orders.states import State
from payments.models import Refund
from tests.factories import OrderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    return OrderFactory(quantity=4, paid_in_full=True)


@pytest.fixture
def tap(order):
    return new_tap(order)


def test_looking_changes_nothing_however_often(client, order, tap):
    for _ in range(3):
        page = client.get(tap.get_absolute_url())
        assert page.status_code == 200
        client.head(tap.get_absolute_url())
    assert "Có, tôi nhận đơn" in page.content.decode()
    assert (page["X-Robots-Tag"], page["Referrer-Policy"]) == ("noindex", "same-origin")
    assert order.phone[-6:] not in page.content.decode().replace(" ", "")
    order.refresh_from_db()
    assert order.state == State.NEW


@pytest.mark.parametrize(("answer", "state"), [("yes", "confirmed"), ("no", "cancelled")])
def test_one_press_answers_and_the_link_dies(client, order, tap, answer, state):
    other = new_tap(order)
    assert "Đã ghi" in client.post(tap.get_absolute_url(), {"answer": answer}).content.decode()
    order.refresh_from_db()
    assert order.state == state
    assert order.steps.last().actor_id == order.shop.owner_id
    for link in (tap, other):
        for again in ("yes", "no"):
            assert client.post(link.get_absolute_url(), {"answer": again}).status_code == 410
    order.refresh_from_db()
    assert order.state == state


def test_a_part_is_asked_line_by_line(client, order, tap):
    line = order.lines.get()
    page = client.post(tap.get_absolute_url(), {"answer": "part"})
    assert f"co-{line.pk}" in page.content.decode()
    said = {"answer": "lines", f"co-{line.pk}": "part"}
    assert client.post(tap.get_absolute_url(), said).status_code == 422
    assert client.post(tap.get_absolute_url(), said | {f"so-{line.pk}": "3"}).status_code == 200
    order.refresh_from_db()
    assert (order.state, Refund.objects.get().amount) == ("confirmed", 50_000)


def test_a_link_dies_of_age_and_of_an_answer_given_elsewhere(client, order, tap):
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        assert client.post(tap.get_absolute_url(), {"answer": "yes"}).status_code == 410
    farmer_step(order.pk, State.CONFIRMED, by=order_owner(order))
    assert client.post(tap.get_absolute_url(), {"answer": "no"}).status_code == 409
    order.refresh_from_db()
    assert order.state == State.CONFIRMED


def order_owner(order):
    from common.actors import Actor

    return Actor.of(order.shop.owner)


def test_a_guessed_key_is_nobody_s_and_another_site_cannot_press(order, tap):
    strict = Client(enforce_csrf_checks=True)
    assert strict.get("/t/abcdefghijkmnpqrstuvwxyz23456789/").status_code == 404
    assert strict.post(tap.get_absolute_url(), {"answer": "yes"}).status_code == 403


def test_english_speakers_get_the_page_in_english(client, tap):
    page = client.get(f"/en{tap.get_absolute_url()}")
    assert page.status_code in (200, 404)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_count_once(client, run_at_once):
    from orders.taps import say_yes

    order = OrderFactory(paid_in_full=True)
    outcomes = run_at_once(6, say_yes, new_tap(order).pk)
    assert sorted(outcomes) == ["AlreadyAnswered"] * 5 + ["ok"]
