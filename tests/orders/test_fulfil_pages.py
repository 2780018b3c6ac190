"""The pages on which farmers answer, weigh and share, and buyers say yes or no."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from common.actors import Actor
from common.days import local_day
from orders.fulfilment import Answer, Can, answer_lines
from orders.models import Cart, CartLine, Order
from orders.services import farmer_step
from orders.states import State
from payments.models import Refund
from payments.services import checkout
from places.models import Role
from tests.factories import (
    CartFactory,
    DeliveredOrderFactory,
    OrderFactory,
    ProductFactory,
    RoleFactory,
    ShopFactory,
    UserFactory,
    buyer_facts,
)

pytestmark = pytest.mark.django_db
FARMER = Actor(user_id=1, name="farmer")


@pytest.fixture
def order():
    return OrderFactory(product=ProductFactory(title="Na dai", price=50_000), quantity=4, paid_in_full=True)


@pytest.fixture
def farmer(client, order):
    client.force_login(order.shop.owner)
    return client


def page(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_a_farmer_says_that_a_part_is_there_and_reads_it_on_the_order(farmer, order):
    address, line = reverse("board:lines", args=[order.public_code]), order.lines.get()
    assert "Na dai · 4 kg" in page(farmer, address)
    said = {f"co-{line.pk}": "part", f"so-{line.pk}": "2,5", "reason": "Mưa rụng nhiều"}
    answer = farmer.post(address, said, follow=True)
    assert "2,5 kg × 50.000" in answer.content.decode()
    assert Refund.objects.get().amount == 75_000
    assert "Chỉ có 2,5 kg" in page(farmer, order.get_absolute_url())


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"co": "part"}, "ít hơn 4"), ({"co": "part", "so": "9"}, "ít hơn 4"), ({"co": "substitute"}, "Hãy chọn một món"),
        ({"co": "later"}, "Hãy chọn một ngày"), ({"co": ""}, "Hãy chọn một câu"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_line_and_nothing_typed_is_lost(farmer, order, said, words):
    line = order.lines.get()
    typed = {f"{name}-{line.pk}": value for name, value in said.items()} | {"reason": "Vì mưa"}
    answer = farmer.post(reverse("board:lines", args=[order.public_code]), typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Vì mưa" in answer.content.decode()


def test_a_neighbour_s_order_does_not_exist(client, order):
    client.force_login(ShopFactory().owner)
    for name in ("board:lines", "board:order"):
        assert client.get(reverse(name, args=[order.public_code])).status_code == 404
    assert client.post(reverse("board:pack", args=[order.public_code])).status_code == 404
    assert client.post(reverse("money:delivered", args=[order.public_code])).status_code == 404
    product = order.lines.get().product
    assert client.post(reverse("board:harvest_day", args=[product.public_code])).status_code == 404


def test_goods_sold_by_weight_ask_for_the_scales_on_the_order_s_page(client):
    product = ProductFactory(title="Gà đồi", price=100_000, tolerance=10)
    order = OrderFactory(product=product, quantity=2, paid_in_full=True)
    farmer_step(order.pk, State.CONFIRMED, by=FARMER)
    client.force_login(order.shop.owner)
    assert "#goi" in page(client, reverse("board:orders"))
    field = f"can-{order.lines.get().pk}"
    refused = client.post(reverse("board:pack", args=[order.public_code]), {field: ""})
    assert refused.status_code == 422
    answer = client.post(reverse("board:pack", args=[order.public_code]), {field: "1,85"}, follow=True)
    assert "cân được 1,85" in answer.content.decode()
    assert "Phiếu số 000001" in page(client, reverse("board:slip", args=[order.public_code]))
    assert "Cân được 1,85 kg" in page(client, order.get_absolute_url())


def test_a_buyer_is_asked_and_answers_once(client, order):
    answer_lines(
        order.pk, [Answer(order.lines.get().pk, Can.LATER, day=local_day() + timedelta(days=3))], by=FARMER
    )
    assert "được không?" in page(client, order.get_absolute_url())
    question = order.proposals.get()
    address = reverse("market:order_answer", args=[order.key, question.key])
    assert client.get(address).status_code == 405  # a preview of the link answers nothing
    assert client.post(address, {"answer": "yes"}, follow=True).status_code == 200
    assert client.post(address, {"answer": "no"}).status_code == 409
    question.refresh_from_db()
    assert question.state == "accepted"
    strange = reverse("market:order_answer", args=[OrderFactory().key, question.key])
    assert client.post(strange, {"answer": "no"}).status_code == 404


def test_a_buyer_takes_an_order_back_until_the_seller_has_it(client, order):
    address = reverse("market:order_cancel", args=[order.key])
    assert "trả bạn 200.000" in page(client, address)
    for _ in range(2):
        assert "Đã hủy" in client.post(address, follow=True).content.decode()
    assert Refund.objects.get().amount == 200_000
    taken = OrderFactory(pay_on_delivery=True)
    farmer_step(taken.pk, State.CONFIRMED, by=FARMER)
    late = reverse("market:order_cancel", args=[taken.key])
    assert client.get(late).status_code == 302
    assert client.post(late).status_code == 409


def test_buying_again_fills_the_cart_with_what_is_still_there(client, order):
    gone = OrderFactory(stock=2, quantity=2)
    answer = client.post(reverse("market:order_buy_again", args=[gone.key]), follow=True)
    assert "Giờ không còn" in answer.content.decode()
    client.post(reverse("market:order_buy_again", args=[order.key]))
    assert "Na dai" in page(client, reverse("market:cart"))


def test_buying_again_takes_as_much_as_all_lines_of_a_product_had(client, order):
    line = order.lines.get()
    line.pk, line._state.adding, line.quantity = None, True, line.quantity + 1
    line.save()
    client.post(reverse("market:order_buy_again", args=[order.key]))
    assert CartLine.objects.get().quantity == sum(each.quantity for each in order.lines.all())


def test_who_hands_goods_over_in_person_says_so_and_counts_the_cash(client):
    order = OrderFactory(pay_on_delivery=True)
    for step in (State.CONFIRMED, State.PACKED, State.HANDED_OVER):
        farmer_step(order.pk, step, by=FARMER)
    client.force_login(order.shop.owner)
    address = reverse("money:delivered", args=[order.public_code])
    assert (
        "người bán" in client.post(address, follow=True).content.decode()
    )  # refused: it went by somebody else
    Order.objects.filter(pk=order.pk).update(delivery_kind="own")
    assert "Khách đã nhận hàng" in page(client, reverse("board:order", args=[order.public_code]))
    for _ in range(2):
        client.post(address)
    order.refresh_from_db()
    assert (order.state, order.paid) == ("delivered", order.total)


def test_goods_that_come_back_are_on_the_shelf_again_and_the_money_goes_back(client):
    order = OrderFactory(quantity=4, paid_in_full=True)
    client.force_login(order.shop.owner)
    address = reverse("money:returned", args=[order.public_code])
    assert client.get(address).status_code == 302  # nothing has left yet
    for step in (State.CONFIRMED, State.PACKED, State.HANDED_OVER):
        farmer_step(order.pk, step, by=FARMER)
    assert "Hàng bị trả về" in page(client, reverse("board:order", args=[order.public_code]))
    assert client.post(address, {}).status_code == 422
    assert (
        "Khách không nhận hàng" in client.post(address, {"reason": "not_taken"}, follow=True).content.decode()
    )
    assert (Refund.objects.get().amount, order.lines.get().product.stock) == (200_000, 100)
    assert client.post(address, {"reason": "not_taken"}).status_code == 422
    client.force_login(ShopFactory().owner)
    assert client.get(address).status_code == 404


def test_a_buyer_reads_that_goods_are_weighed_before_ordering(client):
    product = ProductFactory(tolerance=10)
    assert "Cân lại lúc gói" in page(client, product.get_absolute_url())


def test_money_sent_back_is_booked_once(farmer, order):
    answer_lines(order.pk, [Answer(order.lines.get().pk, Can.PART, Decimal(3))], by=FARMER)
    refund = Refund.objects.get()
    assert "không đủ hàng" in page(farmer, reverse("money:home"))
    for _ in range(2):
        farmer.post(reverse("money:given_back", args=[refund.pk]))
    refund.refresh_from_db()
    assert refund.state == Refund.State.SENT
    farmer.force_login(ShopFactory().owner)
    assert farmer.post(reverse("money:given_back", args=[refund.pk])).status_code == 404


def test_the_day_s_list_sums_up_what_to_pick_and_names_what_to_pack(client):
    shop = ShopFactory()
    product = ProductFactory(shop, title="Na dai")
    for quantity in (2, 3):
        order = OrderFactory(product=product, quantity=quantity, pay_on_delivery=True)
        farmer_step(order.pk, State.CONFIRMED, by=FARMER)
    client.force_login(shop.owner)
    mine = page(client, reverse("board:today"))
    assert "5 kg" in mine
    assert "2 đơn" in mine
    head = RoleFactory(Role.HEAD, shop.village)
    client.force_login(head)
    village = page(client, reverse("village_today", args=[shop.village_id]))
    assert shop.name in village
    assert order.phone[-6:] not in village.replace(" ", "")
    client.force_login(UserFactory())
    assert client.get(reverse("village_today", args=[shop.village_id])).status_code in (403, 404)


def test_a_promised_harvest_is_moved_and_shared(client):
    product = ProductFactory(
        price=10_000, stock=Decimal(50), preorder_cap=Decimal(50), harvest_on=local_day() + timedelta(days=20)
    )
    orders = [OrderFactory(product=product, quantity=quantity, paid_in_full=True) for quantity in (4, 6)]
    client.force_login(product.shop.owner)
    assert "10 kg" in page(client, reverse("board:promised"))
    day = product.harvest_on + timedelta(days=4)
    name = f"{product.public_code}-day"
    bad = client.post(reverse("board:harvest_day", args=[product.public_code]), {name: "1/1/2020"})
    assert bad.status_code == 422
    client.post(reverse("board:harvest_day", args=[product.public_code]), {name: day.isoformat()})
    assert [order.proposals.count() for order in orders] == [1, 1]
    share = {f"{product.public_code}-available": "5", f"{product.public_code}-rule": "equal"}
    client.post(reverse("board:harvest_share", args=[product.public_code]), share)
    assert [order.lines.get().given for order in orders] == [3, 2]


def sign_in(client, user) -> None:
    """By the form: a test client's own way does not bring the cookies along."""
    user.email = "can.bo@example.vn"
    user.set_password("mot-mat-khau-dai")
    user.save()
    client.post(reverse("account_login"), {"login": user.email, "password": "mot-mat-khau-dai"})


# --- the cart of somebody who signs in --------------------------------------------------------------------------------
def test_a_guest_s_cart_is_kept_when_signing_in_and_nothing_doubles(client):
    user, one, two = UserFactory(), ProductFactory(title="Na dai"), ProductFactory(title="Mật ong")
    own = CartFactory(one, quantity=3)
    Cart.objects.filter(pk=own.pk).update(user=user)
    for product in (one, two):
        client.post(reverse("market:cart_add"), {"product": product.public_code, "quantity": "2"})
    sign_in(client, user)
    cart = Cart.objects.get(user=user)
    assert {line.product.title: line.quantity for line in cart.lines.all()} == {"Na dai": 3, "Mật ong": 2}
    assert Cart.objects.count() == 1
    assert "Mật ong" in page(client, reverse("market:cart"))


def test_the_first_cart_of_a_person_is_the_one_they_filled_as_a_guest(client):
    user, product = UserFactory(), ProductFactory()
    client.post(reverse("market:cart_add"), {"product": product.public_code, "quantity": "2"})
    sign_in(client, user)
    assert Cart.objects.get().user == user
    client.logout()
    assert "Giỏ đang trống" in page(client, reverse("market:cart"))  # a phone may be shared


def test_a_person_finds_their_orders_on_any_phone(client):
    order = DeliveredOrderFactory()
    user = UserFactory()
    type(order.purchase).objects.filter(pk=order.purchase_id).update(buyer=user)
    assert order.public_code not in page(client, reverse("market:find_order"))
    client.force_login(user)
    assert order.public_code in page(client, reverse("market:find_order"))


def test_a_buyer_takes_some_goods_out_on_the_order_s_page(client):
    shop = ShopFactory()
    cart = CartFactory(ProductFactory(shop, title="Na dai"), ProductFactory(shop, title="Hồng"))
    order = checkout(cart, buyer_facts(), key="some").orders.get()
    address = reverse("market:order_cancel", args=[order.key])
    assert "Chỉ bỏ vài món" in page(client, address)
    nothing = client.post(address, {"some": "1"})
    assert (nothing.status_code, Order.objects.get().total) == (422, 100_000)
    line = order.lines.get(title="Hồng")
    told = client.post(
        address, {"some": "1", "line": [str(line.pk), "x", "99999999"]}, follow=True
    ).content.decode()
    assert "Đã bỏ món bạn chọn" in told
    assert Order.objects.get().total == 50_000


def test_a_buyer_asks_to_give_one_thing_back(client):
    order = DeliveredOrderFactory(price=50_000, quantity=2)
    address, line = reverse("market:order_complain", args=[order.key]), order.lines.get()
    vague = client.post(address, {"kind": "return", "text": "Chua quá"})
    assert vague.status_code == 422
    assert "Hãy chọn món muốn trả" in vague.content.decode()
    assert client.post(address, {"kind": "return", "text": "Chua quá", "line": line.pk}).status_code == 302
    complaint = order.complaints.get()
    client.force_login(order.shop.owner)
    shown = page(client, reverse("complaints:answer", args=[complaint.public_code]))
    assert 'value="100000"' in shown  # what the goods cost is offered to be given back
