"""The complaint desk: reported by the buyer, answered within a deadline, decided by an officer, always with the money."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import Message
from common.actors import SYSTEM, Actor
from growth.services import fold_all
from orders import complaints
from orders.complaints import Report
from orders.errors import BadAnswer, ComplaintClosed, NoComplaint
from orders.models import Complaint, Order, OrderEvent
from orders.services import confirm_receipt, farmer_step
from orders.silence import tend
from orders.states import State
from payments.models import Refund
from places.models import Role
from tests.factories import OrderFactory, RoleFactory, ShopFactory, UserFactory, photo

pytestmark = pytest.mark.django_db
FARMER = Actor(user_id=1, name="farmer")
ROTTEN = Report("spoilt", "Na dập hết hai quả")


def sent(*, delivered: bool = True, **facts) -> Order:
    """A paid order of 4 kg at 50,000 that was sent, and has arrived."""
    order = OrderFactory(quantity=4, paid_in_full=not facts.get("pay_on_delivery"), **facts)
    for step in (State.CONFIRMED, State.PACKED, State.HANDED_OVER):
        farmer_step(order.pk, step, by=SYSTEM)
    if delivered:
        confirm_receipt(order.pk)
    order.refresh_from_db()
    return order


def all_is_well() -> None:
    fold_all()
    call_command("self_check", stdout=StringIO())


def test_what_both_agree_on_goes_back_and_the_figures_follow():
    order = sent()
    complaint = complaints.report(order, ROTTEN)
    complaints.answer(complaint.pk, offered=60_000, text="Xin lỗi, nhà em trả lại", by=FARMER)
    complaints.accept(complaint.pk)
    order.refresh_from_db()
    complaint.refresh_from_db()
    assert (complaint.state, complaint.awarded) == ("settled", 60_000)
    assert (order.discount, order.total, order.paid) == (60_000, 140_000, 200_000)
    assert list(Refund.objects.values_list("amount", "reason")) == [(60_000, "complaint")]
    assert list(OrderEvent.objects.order_by("pk").values_list("orders", "amount")) == [
        (1, 200_000),
        (0, -60_000),
    ]
    all_is_well()


def test_an_officer_decides_what_they_do_not_agree_on():
    order, officer = sent(), UserFactory()
    complaint = complaints.report(order, ROTTEN)
    complaints.answer(complaint.pk, offered=0, text="Lúc gửi còn tốt", by=FARMER)
    complaints.escalate(complaint.pk)
    complaints.decide(complaint.pk, awarded=200_000, text="Ảnh cho thấy hàng hỏng", by=officer)
    order.refresh_from_db()
    assert (order.total, Refund.objects.get().amount) == (0, 200_000)
    for late in (
        lambda: complaints.decide(complaint.pk, awarded=1, text="x", by=officer),
        lambda: complaints.accept(complaint.pk),
        lambda: complaints.answer(complaint.pk, offered=1, text="x", by=FARMER),
    ):
        with pytest.raises(ComplaintClosed):
            late()
    all_is_well()


def test_a_silent_seller_s_case_is_an_officer_s():
    complaint = complaints.report(sent(), ROTTEN)
    with pytest.raises(ComplaintClosed):
        complaints.escalate(complaint.pk)  # the seller still has time
    assert not tend(timezone.now() + timedelta(hours=29))["complaints given to the officers"]
    assert tend(timezone.now() + timedelta(hours=31))["complaints given to the officers"] == 1
    complaint.refresh_from_db()
    assert complaint.state == "escalated"


@pytest.mark.parametrize("amount", [-1, 200_001])
def test_nobody_gets_back_more_than_the_order_cost(amount):
    complaint = complaints.report(sent(), ROTTEN)
    with pytest.raises(BadAnswer):
        complaints.answer(complaint.pk, offered=amount, text="x", by=FARMER)


def test_a_complaint_has_its_time_and_there_is_one_at_a_time():
    with pytest.raises(NoComplaint):
        complaints.report(OrderFactory(), ROTTEN)
    order = sent()
    with time_machine.travel(timezone.now() + timedelta(days=8)), pytest.raises(NoComplaint):
        complaints.report(order, ROTTEN)
    complaints.report(order, ROTTEN)
    with pytest.raises(NoComplaint):
        complaints.report(order, ROTTEN)
    assert Complaint.objects.count() == 1


def test_goods_that_never_came_are_not_taken_as_received_by_a_clock():
    order = sent(delivered=False)
    complaints.report(order, Report("missing", "Chưa thấy hàng"))
    tend(timezone.now() + timedelta(days=9))
    order.refresh_from_db()
    assert order.state == State.HANDED_OVER


def test_a_discount_before_the_goods_arrive_counts_once():
    order = sent(delivered=False)
    complaint = complaints.report(order, Report("short", "Thiếu một túi"))
    complaints.answer(complaint.pk, offered=50_000, text="Vâng", by=FARMER)
    complaints.accept(complaint.pk)
    confirm_receipt(order.pk)
    assert OrderEvent.objects.get().amount == 150_000
    all_is_well()


def test_everybody_who_has_to_hear_of_it_does_and_no_phone_is_in_the_text():
    order = sent()
    complaint = complaints.report(order, ROTTEN)
    complaints.answer(complaint.pk, offered=10_000, text="Vâng", by=FARMER)
    complaints.accept(complaint.pk)
    told = Message.objects.filter(kind__startswith="complaint").order_by("pk")
    assert [(message.kind, bool(message.user)) for message in told] == [
        ("complaint", True), ("complaint_answer", False), ("complaint_end", False), ("complaint_end", True),
    ]  # fmt: skip
    assert not any(order.phone[-6:] in message.body for message in told)


# --- pages ------------------------------------------------------------------------------------------------------------
def test_the_whole_way_on_the_pages(client):
    order = sent()
    officer = RoleFactory(Role.COMMUNE_OFFICER, order.shop.village.parent)
    address = reverse("market:order_complain", args=[order.key])
    assert "Hàng có vấn đề" in client.get(order.get_absolute_url()).content.decode()
    picture = photo()
    picture.name = "na.jpg"
    refused = client.post(address, {"text": "Dập hết"})
    assert refused.status_code == 422
    assert "Dập hết" in refused.content.decode()
    said = {"kind": "spoilt", "text": "Dập hết", "line": order.lines.get().pk, "photo_1": picture}
    assert "Người bán trả lời trước" in client.post(address, said, follow=True).content.decode()
    complaint = Complaint.objects.get()
    seen = reverse("market:complaint_photo", args=[order.key, complaint.public_code, 1])
    assert client.get(seen)["Content-Type"] == "image/jpeg"
    assert (
        client.get(
            reverse("market:complaint_photo", args=[OrderFactory().key, complaint.public_code, 1])
        ).status_code
        == 404
    )

    client.force_login(order.shop.owner)
    assert order.name in client.get(reverse("complaints:list")).content.decode()
    answer = reverse("complaints:answer", args=[complaint.public_code])
    assert client.post(answer, {"amount": "9 triệu", "text": "Vâng"}).status_code == 422
    client.post(answer, {"amount": "20k", "text": "Nhà em xin lỗi"})
    client.logout()
    page = client.get(order.get_absolute_url()).content.decode()
    assert "Đề nghị trả lại 20.000" in page
    client.post(reverse("market:complaint_reply", args=[order.key]), {"answer": "no"})

    client.force_login(officer)
    assert order.public_code in client.get(reverse("complaint_desk:queue")).content.decode()
    decide = reverse("complaint_desk:decide", args=[complaint.public_code])
    assert client.get(reverse("complaint_desk:photo", args=[complaint.public_code, 1])).status_code == 200
    client.post(decide, {"amount": "50.000", "text": "Trả một cân"})
    assert Refund.objects.get().amount == 50_000
    assert "Cán bộ quyết định" in client.get(order.get_absolute_url()).content.decode()


def test_nobody_else_sees_or_decides_a_complaint(client):
    order = sent()
    complaint = complaints.report(order, Report("spoilt", "Dập", photos=[photo()]))
    Complaint.objects.update(state="escalated")
    code = complaint.public_code
    elsewhere = RoleFactory(Role.COMMUNE_OFFICER, ShopFactory().village.parent)
    head = RoleFactory(Role.HEAD, order.shop.village)
    for person in (elsewhere, head, order.shop.owner, UserFactory()):
        client.force_login(person)
        for name, arguments in (("decide", [code]), ("photo", [code, 1])):
            assert client.get(reverse(f"complaint_desk:{name}", args=arguments)).status_code == 404
    client.force_login(ShopFactory().owner)
    assert client.get(reverse("complaints:answer", args=[code])).status_code == 404
    assert client.get(reverse("complaints:photo", args=[code, 1])).status_code == 404


# --- what a seller sees of a buyer --------------------------------------------------------------------------------------
def test_a_buyer_s_phone_is_hidden_before_the_order_is_taken_on_and_long_after(client):
    order = OrderFactory(pay_on_delivery=True)
    client.force_login(order.shop.owner)
    last = order.phone[-6:]

    def seen(name: str) -> bool:
        page = client.get(
            reverse(name, args=[order.public_code] if name != "board:orders" else [])
        ).content.decode()
        return last in page.replace(" ", "")

    pages = ("board:order", "board:slip")
    assert [seen(name) for name in (*pages, "board:orders")] == [False] * 3
    farmer_step(order.pk, State.CONFIRMED, by=SYSTEM)
    assert [seen(name) for name in (*pages, "board:orders")] == [True] * 3
    for step in (State.PACKED, State.HANDED_OVER):
        farmer_step(order.pk, step, by=SYSTEM)
    confirm_receipt(order.pk)
    assert [seen(name) for name in pages] == [True] * 2
    Order.objects.update(delivered_at=timezone.now() - timedelta(days=31))
    assert [seen(name) for name in pages] == [False] * 2
