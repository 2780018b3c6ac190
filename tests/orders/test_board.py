"""The farmer's board: one card an order, one next step each, and no stranger's order anywhere."""

import pytest
from django.urls import reverse

from accounts.models import Message
from catalog.models import Product
from common.actors import Actor
from orders.models import LineStep, Order, OrderLine, OrderStep
from orders.services import farmer_step
from orders.states import State
from tests.factories import OrderFactory, ShopFactory

pytestmark = pytest.mark.django_db
BOARD = "/ban-hang/don/"


@pytest.fixture
def shop():
    return ShopFactory()


@pytest.fixture
def farmer(client, shop):
    client.force_login(shop.owner)
    return client


def cancelled(order):
    """The same order, given up by its farmer."""
    return farmer_step(order.pk, State.CANCELLED, by=Actor.of(order.shop.owner))


def press(farmer, order, to, **more):
    return farmer.post(reverse("board:step", args=[order.public_code]), {"to": to, **more})


def state_of(order):
    return Order.objects.get(pk=order.pk).state


def test_the_board_shows_my_orders_under_way_newest_first(farmer, shop):
    first, second = OrderFactory(shop), OrderFactory(shop)
    cancelled(OrderFactory(shop))
    OrderFactory()
    assert [row.pk for row in farmer.get(BOARD).context["page"]] == [second.pk, first.pk]


def test_what_waits_for_an_answer_stands_before_everything_else_on_every_page(farmer, shop):
    waiting = [OrderFactory(shop, pay_on_delivery=True) for _ in range(2)]
    taken_on = [OrderFactory(shop, pay_on_delivery=True) for _ in range(25)]
    for order in taken_on:
        farmer_step(order.pk, State.CONFIRMED, by=Actor.of(shop.owner))
    unpaid = OrderFactory(shop)
    first = farmer.get(BOARD).context["page"]
    second = farmer.get(f"{BOARD}?sau={first.next}").context["page"]
    shown = [row.pk for row in (*first, *second)]
    assert shown == [order.pk for order in (*waiting[::-1], unpaid, *taken_on[::-1])]


@pytest.mark.parametrize(
    ("kind", "button", "farmers", "buyers"),
    [
        ("point", "Hàng sẵn, báo khách đến lấy", "Chờ khách đến lấy", "mời bạn đến lấy"),
        ("own", "Mang đi giao", "Đang mang đi giao", "Nhà đang mang đến"),
        ("bus", "Đã gửi hàng", "Đã gửi hàng", "Đã gửi hàng"),
    ],
)
def test_handing_over_is_called_what_it_is(farmer, shop, client_of, kind, button, farmers, buyers):
    order = OrderFactory(shop, pay_on_delivery=True)
    Order.objects.filter(pk=order.pk).update(state=State.PACKED, delivery_kind=kind)
    address = reverse("board:order", args=[order.public_code])
    assert button in farmer.get(address).content.decode()
    press(farmer, order, "handed_over")
    assert farmers in farmer.get(address).content.decode()
    assert buyers in client_of().get(order.get_absolute_url()).content.decode()
    told = Message.objects.get(key=f"step:{order.pk}:handed_over").body
    assert ("mời bạn đến lấy" in told) is (kind == "point")


def test_a_slip_leaves_out_what_is_not_in_the_parcel(farmer, shop):
    order = OrderFactory(shop, paid_in_full=True)
    line = order.lines.get()
    gone = OrderLine.objects.create(
        order=order, shop_id=shop.pk, product=line.product, title="Hồng giòn", unit="kg", price=1, quantity=1, given=0,
        amount=0, state="dropped",
    )  # fmt: skip
    LineStep.objects.create(
        line=gone, shop_id=shop.pk, after="dropped", quantity_before=1, quantity_after=0, reason="Mưa đá"
    )
    page = farmer.get(reverse("board:order", args=[order.public_code])).content.decode()
    assert "Hồng giòn" in page
    assert "Mưa đá" in page
    assert "Hồng giòn" not in farmer.get(reverse("board:slip", args=[order.public_code])).content.decode()


def test_orders_that_are_over_are_shown_when_asked_for(farmer, shop):
    over = cancelled(OrderFactory(shop))
    assert [row.pk for row in farmer.get(BOARD, {"xem": "tat-ca"}).context["page"]] == [over.pk]


def test_a_card_has_the_buyers_phone_to_call_and_zalo(farmer, shop):
    order = OrderFactory(shop, phone="+84912345678", pay_on_delivery=True)
    assert "tel:+84912345678" not in farmer.get(BOARD).content.decode()  # not before the order is taken on
    farmer_step(order.pk, State.CONFIRMED, by=Actor.of(shop.owner))
    page = farmer.get(BOARD).content.decode()
    assert 'href="tel:+84912345678"' in page
    assert "https://zalo.me/0912345678" in page
    assert "0912 345 678" in page


def test_each_press_takes_the_order_one_step_on(farmer, shop):
    order = OrderFactory(shop, pay_on_delivery=True)
    for word, state in [
        ("Nhận đơn", State.CONFIRMED),
        ("Đã gói xong", State.PACKED),
        ("Đã gửi hàng", State.HANDED_OVER),
    ]:
        assert word in farmer.get(BOARD).content.decode()
        assert press(farmer, order, state).status_code == 302
        assert state_of(order) == state
    assert list(order.steps.values_list("actor_id", flat=True))[-3:] == [shop.owner_id] * 3


def test_a_double_press_is_one_step(farmer, shop):
    order = OrderFactory(shop, pay_on_delivery=True)
    press(farmer, order, State.CONFIRMED)
    assert press(farmer, order, State.CONFIRMED).status_code == 302
    assert OrderStep.objects.filter(order=order, after=State.CONFIRMED).count() == 1


def test_an_order_whose_money_has_not_come_says_so_and_cannot_be_taken(farmer, shop):
    order = OrderFactory(shop, pay_on_delivery=False)
    page = farmer.get(BOARD).content.decode()
    assert "Chờ khách chuyển tiền" in page
    assert reverse("money:received", args=[order.public_code]) in page
    answer = press(farmer, order, State.CONFIRMED)
    assert answer.status_code == 422
    assert "Khách chưa trả tiền" in answer.content.decode()
    assert state_of(order) == State.NEW


@pytest.mark.parametrize("to", ["delivered", "new", "cancelled", "returned", "nonsense", ""])
def test_no_other_step_can_be_asked_for(farmer, shop, to):
    order = OrderFactory(shop, pay_on_delivery=True)
    assert press(farmer, order, to).status_code == 422
    assert state_of(order) == State.NEW


def test_a_step_that_no_longer_fits_is_refused_in_words(farmer, shop):
    order = cancelled(OrderFactory(shop, pay_on_delivery=True))
    answer = press(farmer, order, State.PACKED)
    assert answer.status_code == 422
    assert "đã chuyển sang bước khác" in answer.content.decode()


def test_cancelling_asks_for_a_reason_and_puts_the_goods_back(farmer, shop):
    order = OrderFactory(shop, pay_on_delivery=True)
    line = order.lines.get()
    left = Product.objects.get(pk=line.product_id).stock
    url = reverse("money:cancel", args=[order.public_code])
    assert farmer.post(url, {}).status_code == 422
    assert farmer.post(url, {"reason": "other"}).status_code == 422
    assert state_of(order) == State.NEW
    farmer.post(url, {"reason": "sold_out", "words": "Sương muối"})
    assert state_of(order) == State.CANCELLED
    assert order.steps.get(after=State.CANCELLED).reason == "Hết hàng mất rồi. Sương muối"
    assert Product.objects.get(pk=line.product_id).stock == left + line.quantity


def test_the_orders_page_tells_its_history_and_prints_a_slip(farmer, shop):
    order = OrderFactory(shop, pay_on_delivery=True)
    press(farmer, order, State.CONFIRMED)
    page = farmer.get(reverse("board:order", args=[order.public_code])).content.decode()
    assert "Đã nhận đơn" in page
    slip = farmer.get(reverse("board:slip", args=[order.public_code])).content.decode()
    assert order.public_code in slip
    assert order.lines.get().title in slip
    assert order.name in slip


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("board:order", "get"),
        ("board:slip", "get"),
        ("money:cancel", "get"),
        ("money:cancel", "post"),
        ("board:step", "post"),
    ],
)
def test_a_neighbours_order_does_not_exist_for_me(farmer, name, method):
    theirs = OrderFactory(pay_on_delivery=True)
    url = reverse(name, args=[theirs.public_code])
    assert getattr(farmer, method)(url, {"to": "confirmed", "reason": "sold_out"}).status_code == 404
    assert state_of(theirs) == State.NEW


def test_steps_are_not_taken_by_following_a_link(farmer, shop):
    order = OrderFactory(shop, pay_on_delivery=True)
    assert farmer.get(reverse("board:step", args=[order.public_code])).status_code == 405


def test_the_board_costs_the_same_for_3_and_24_orders(farmer, shop, queries_of):
    for _ in range(3):
        OrderFactory(shop)
    few = queries_of(farmer.get, BOARD)
    for _ in range(21):
        OrderFactory(shop)
    assert queries_of(farmer.get, BOARD) == few <= 12


def test_an_orders_pages_cost_at_most_12_queries(farmer, shop, queries_of):
    order = OrderFactory(shop)
    for name in ("board:order", "board:slip", "money:cancel"):
        assert queries_of(farmer.get, reverse(name, args=[order.public_code])) <= 12
