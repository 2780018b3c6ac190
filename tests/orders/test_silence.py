"""Orders that nobody answers: reminded, handed to the village, given up with all the money back, by hours of day."""

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Message
from common.actors import SYSTEM, Actor
from common.days import local_day
from orders import notices
from orders.complaints import Report, report
from orders.fulfilment import ask_later
from orders.models import Order
from orders.services import farmer_step
from orders.silence import tend
from orders.states import State
from payments.models import Refund
from places.models import Role
from tests.factories import ConsentFactory, OrderFactory, RoleFactory, ShopFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def days(settings):
    settings.DAY_STARTS, settings.DAY_ENDS = 6, 21


def at(text: str):
    return time_machine.travel(f"2026-11-{text} +0700", tick=False)


def told(kind: str) -> int:
    return Message.objects.filter(kind__startswith=kind).count()


def test_a_silent_seller_is_reminded_twice_then_the_village_hears_then_the_money_goes_back():
    with at("03 08:00"):
        order = OrderFactory(paid_in_full=True)
        head = RoleFactory(Role.HEAD, order.shop.village)
    for moment, done in (
        ("03 09:59", {}), ("03 10:00", {"sellers reminded": 1}), ("03 10:30", {}), ("03 16:00", {"sellers reminded": 1}),
        ("03 23:00", {}), ("04 06:59", {}), ("04 07:00", {"orders given to the village's desk": 1}), ("04 20:00", {}),
        ("05 07:59", {}), ("05 08:00", {"silent orders cancelled": 1}), ("05 09:00", {}),
    ):  # fmt: skip
        with at(moment):
            assert tend() == Counter(done), moment
    order.refresh_from_db()
    assert (order.state, order.reminders) == (State.CANCELLED, 2)
    assert Refund.objects.get().amount == order.total
    assert Message.objects.filter(user=head).count() == 1
    assert order.lines.get().product.stock == 100


def test_an_order_placed_at_night_begins_to_wait_in_the_morning():
    with at("03 23:30"):
        OrderFactory(pay_on_delivery=True)
    with at("04 07:59"):
        assert tend() == Counter()
    with at("04 08:00"):
        assert tend() == Counter({"sellers reminded": 1})


def test_who_has_not_been_paid_need_not_answer():
    with at("03 08:00"):
        order = OrderFactory()
    with at("03 20:00"):
        assert tend() == Counter()
    with at("04 08:01"):
        assert tend() == Counter({"unpaid orders cancelled": 1})
    order.refresh_from_db()
    assert order.payments.get().state == "expired"


def test_an_answer_ends_the_waiting():
    with at("03 08:00"):
        order = OrderFactory(pay_on_delivery=True)
        farmer_step(order.pk, State.CONFIRMED, by=SYSTEM)
    with at("09 08:00"):
        assert tend() == Counter()


def test_a_timer_that_slept_for_days_takes_the_last_step_alone():
    with at("03 08:00"):
        OrderFactory(pay_on_delivery=True)
    with at("09 08:00"):
        assert tend() == Counter({"silent orders cancelled": 1})
    assert told("order_remind") == 0


def test_every_limit_is_a_setting(settings):
    settings.ORDER_REMIND_HOURS, settings.ORDER_DESK_HOURS, settings.ORDER_GIVE_UP_HOURS = [1], 2, 3
    with at("03 08:00"):
        OrderFactory(pay_on_delivery=True)
    steps = []
    for hour in (9, 10, 11):
        with at(f"03 {hour:02d}:00"):
            steps += tend()
    assert steps == ["sellers reminded", "orders given to the village's desk", "silent orders cancelled"]


def test_paid_goods_that_left_a_week_ago_have_arrived_but_cash_is_never_counted_by_a_clock():
    with at("03 08:00"):
        paid, cash = OrderFactory(paid_in_full=True), OrderFactory(pay_on_delivery=True)
        for order in (paid, cash):
            for step in (State.CONFIRMED, State.PACKED, State.HANDED_OVER):
                farmer_step(order.pk, step, by=SYSTEM)
    with at("10 07:59"):
        assert tend() == Counter()
    with at("10 08:00"):
        assert tend() == Counter({"paid orders taken as received": 1})
    assert list(Order.objects.order_by("pk").values_list("state", flat=True)) == ["delivered", "handed_over"]


def test_the_week_is_counted_from_the_day_the_goods_left_and_not_for_who_fetches_them():
    with at("03 08:00"):
        late, fetched = OrderFactory(paid_in_full=True), OrderFactory(paid_in_full=True)
        Order.objects.filter(pk=fetched.pk).update(delivery_kind="point")
        for order, steps in (
            (late, [State.CONFIRMED]),
            (fetched, [State.CONFIRMED, State.PACKED, State.HANDED_OVER]),
        ):
            for step in steps:
                farmer_step(order.pk, step, by=SYSTEM)
    with at("12 08:00"):  # a pre-order, say
        for step in (State.PACKED, State.HANDED_OVER):
            farmer_step(late.pk, step, by=SYSTEM)
    with at("12 08:01"):
        assert tend() == Counter()
    with at("19 08:00"):
        assert tend() == Counter({"paid orders taken as received": 1})
    fetched.refresh_from_db()
    assert fetched.state == State.HANDED_OVER


def test_the_desk_shows_silent_sellers_to_the_village_and_no_buyer(client):
    order = OrderFactory(pay_on_delivery=True)
    village = order.shop.village
    head, volunteer, stranger = (
        RoleFactory(Role.HEAD, village),
        RoleFactory(Role.VOLUNTEER, village),
        UserFactory(),
    )
    address = reverse("order_desk", args=[village.pk])
    client.force_login(head)
    assert order.public_code not in client.get(address).content.decode()
    Order.objects.update(desk_at=timezone.now())
    for person in (head, volunteer):
        client.force_login(person)
        page = client.get(address).content.decode()
        assert order.public_code in page
        assert order.name not in page
        assert order.phone[-6:] not in page.replace(" ", "")
    for person in (stranger, RoleFactory(Role.HEAD, ShopFactory().village)):
        client.force_login(person)
        assert client.get(address).status_code in (403, 404)


def test_helpers_with_leave_for_orders_hear_of_silent_sellers_and_others_do_not():
    with at("03 08:00"):
        order = OrderFactory(pay_on_delivery=True)
        may, may_not = (RoleFactory(Role.VOLUNTEER, order.shop.village) for _ in range(2))
        ConsentFactory(order.shop, may)
        ConsentFactory(order.shop, may_not, scopes=["page"])
    with at("04 07:00"):
        tend()
    assert list(Message.objects.filter(kind="order_desk").values_list("user", flat=True)) == [may.pk]


def test_the_command_says_what_it_did(capsys):
    call_command("tend_orders")
    assert "Nothing was due" in capsys.readouterr().out
    order = OrderFactory(pay_on_delivery=True)
    Order.objects.filter(pk=order.pk).update(ready_at=timezone.now() - timedelta(days=9))
    call_command("tend_orders")
    assert "1 silent orders cancelled" in capsys.readouterr().out


def test_a_new_order_is_told_when_the_seller_can_act_on_it(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        order = OrderFactory()
    assert told("order_new") == 0
    with django_capture_on_commit_callbacks(execute=True):
        from payments.services import declare_received

        declare_received(order.payments.get(), by=Actor.of(order.shop.owner))
    message = Message.objects.get(kind="order_new")
    assert message.user == order.shop.owner
    assert f"/t/{order.taps.get().key}/" in message.body
    assert order.phone not in message.body


def test_sellers_read_their_own_language_whoever_rings():
    owner = UserFactory(language="en")
    with at("03 08:00"):
        order = OrderFactory(shop=ShopFactory(owner=owner), pay_on_delivery=True)
        with translation.override("vi"):
            notices.tell_seller_new(order)
    text = Message.objects.get(kind="order_new").body
    assert text.startswith("Chợ Bản: new order")


def test_nights_do_not_count_for_whoever_has_to_answer():
    """A buyer has 15 hours of day for a question, a seller 30 for a complaint."""
    with at("03 20:00"):
        order = OrderFactory(paid_in_full=True)
        farmer_step(order.pk, State.CONFIRMED, by=SYSTEM)
        question = ask_later(order.lines.get(), local_day() + timedelta(days=5), by=SYSTEM, at=timezone.now())
        sent = OrderFactory(paid_in_full=True)
        for step in (State.CONFIRMED, State.PACKED, State.HANDED_OVER):
            farmer_step(sent.pk, step, by=SYSTEM)
        sent.refresh_from_db()
        complaint = report(sent, Report("missing", "Thiếu"))
    assert f"{timezone.localtime(question.answer_by):%d %H:%M}" == "04 20:00"
    assert f"{timezone.localtime(complaint.answer_by):%d %H:%M}" == "05 20:00"


def test_who_has_the_farmer_s_leave_answers_from_the_desk_and_nobody_else(client):
    order = OrderFactory(pay_on_delivery=True)
    Order.objects.update(desk_at=timezone.now())
    may, may_not = (RoleFactory(Role.VOLUNTEER, order.shop.village) for _ in range(2))
    ConsentFactory(order.shop, may)
    ConsentFactory(order.shop, may_not, scopes=["page"])
    desk = reverse("order_desk", args=[order.village_id])
    address = reverse("order_desk_answer", args=[order.village_id, order.public_code])
    client.force_login(may_not)
    assert "Trả lời giúp" not in client.get(desk).content.decode()
    assert client.post(address).status_code == 404
    client.force_login(may)
    assert "Trả lời giúp" in client.get(desk).content.decode()
    assert client.get(address).status_code == 405
    page = client.post(address, follow=True).content.decode()
    assert "Bạn đang làm giúp" in page
    client.post(reverse("board:step", args=[order.public_code]), {"to": "confirmed"})
    step = order.steps.last()
    assert (step.after, step.actor_id, step.on_behalf_of) == ("confirmed", may.pk, order.shop.owner_id)
    assert client.post(address).status_code == 404  # it waits no more
