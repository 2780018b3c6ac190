"""Parcels with carriers: booked once, followed in whatever order the news comes, with the order and its money behind."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.models import Message
from common.actors import Actor
from orders.carrier_quotes import Asked, ask
from orders.carriers.base import Update
from orders.carriers.fake_server import FakeCarrier
from orders.delivery import Choice, offers_for
from orders.errors import CarrierAway, CarrierSaysNo, DeliveryNotChosen, NotForCarrier, WrongState
from orders.models import CarrierPlace, CarrierQuote, Order, OrderEvent, Shipment, ShipmentEvent
from orders.placing import by_shop, place_purchase
from orders.services import confirm_receipt, farmer_step
from orders.shipments import book, follow_up, hear, take_back, ways_of
from orders.silence import tend
from orders.states import Carriage, State
from payments import ledger
from payments.models import Account, Receipt
from tests.factories import (
    CartFactory,
    CommuneFactory,
    OrderFactory,
    ProductFactory,
    ProvinceFactory,
    ShopFactory,
    buyer_facts,
)
from tests.orders.carriers import ADDRESS, by_carrier, deliver_webhook, packed, settings_of

pytestmark = pytest.mark.django_db
FARMER = Actor(user_id=1, name="farmer")


@pytest.fixture
def server(settings):
    server = FakeCarrier().start()
    settings.CARRIERS = settings_of(server)
    yield server
    server.stop()


@pytest.fixture
def order(server):
    return packed()


@pytest.fixture
def shipment(order):
    return book(order.pk, "xe-ban", by=FARMER)


def news(shipment: Shipment, *statuses: str, start=None) -> list[Update]:
    """What the carrier would tell, a minute between two things."""
    start = start or timezone.now() - timedelta(minutes=30)
    words = {value: key for key, value in _words().items()}
    return [
        Update(shipment.code, Carriage(status), words[Carriage(status)], start + timedelta(minutes=minute))
        for minute, status in enumerate(statuses)
    ]


def _words():
    from orders.carriers.xe_ban import STATUSES

    return STATUSES


def again(row):
    row.refresh_from_db()
    return row


# --- booking ----------------------------------------------------------------------------------------------------------
def test_a_packed_order_is_booked_with_its_weight_and_what_is_to_be_collected(order, server):
    shipment = book(order.pk, "xe-ban", by=FARMER)
    assert (shipment.state, shipment.grams, shipment.cod) == ("booked", 2_000, 100_000)
    assert shipment.fee == server.parcels[shipment.code].fee
    again(order)
    assert (order.carried_by, order.tracking) == ("Xe Bản", shipment.code)
    said = server.parcels[shipment.code].said
    assert (said["to"]["name"], said["to"]["street"]) == ("Trần Minh", "12 Lê Lợi")
    assert said["from"]["name"] == order.shop.name


def test_what_is_paid_beforehand_is_not_collected_again(server):
    assert book(packed(cash=False).pk, "xe-ban", by=FARMER).cod == 0


def test_pressing_twice_books_one_parcel(order, server):
    first, second = (book(order.pk, "xe-ban", by=FARMER) for _ in range(2))
    assert first.code == second.code
    assert len(server.parcels) == 1


@pytest.mark.parametrize("fault", ["500", "lost answer", "nonsense"])
def test_a_carrier_that_loses_its_answer_is_asked_again_under_the_same_key(order, server, fault):
    server.faults = {"create": fault}
    with pytest.raises(CarrierAway):
        book(order.pk, "xe-ban", by=FARMER)
    server.faults = {}
    assert Shipment.objects.get().state == Carriage.ASKED
    assert book(order.pk, "xe-ban", by=FARMER).state == Carriage.BOOKED
    assert len(server.parcels) == Shipment.objects.count() == 1


def test_the_timer_asks_again_for_a_booking_without_an_answer(order, server):
    server.faults = {"create": "lost answer"}
    with pytest.raises(CarrierAway):
        book(order.pk, "xe-ban", by=FARMER)
    server.faults = {}
    assert follow_up()["asked"] == 0  # not yet
    assert follow_up(timezone.now() + timedelta(hours=1)) == {"asked": 1, "news": 1, "away": 0}
    assert Shipment.objects.get().state == Carriage.BOOKED


def test_a_carrier_s_no_is_read_and_another_try_is_a_new_parcel(order, server):
    nameless = Order.objects.filter(pk=order.pk)
    nameless.update(name="")
    with pytest.raises(CarrierSaysNo, match="Xe Bản không nhận: thiếu tên hoặc số điện thoại"):
        book(order.pk, "xe-ban", by=FARMER)
    refused = Shipment.objects.get()
    assert refused.state == Carriage.REFUSED
    nameless.update(name="Trần Minh")
    assert book(order.pk, "xe-ban", by=FARMER).key != refused.key


def test_only_a_packed_order_that_goes_by_carrier_is_booked(server):
    new = OrderFactory(pay_on_delivery=True)
    with pytest.raises(NotForCarrier):
        book(new.pk, "xe-ban", by=FARMER)
    Order.objects.filter(pk=new.pk).update(delivery_kind="carrier")
    with pytest.raises(WrongState):
        book(new.pk, "xe-ban", by=FARMER)
    with pytest.raises(NotForCarrier):
        book(packed().pk, "ghn", by=FARMER)
    assert not server.parcels


def test_more_than_a_carrier_takes_is_not_offered(server):
    heavy = packed(quantity=31)
    assert ways_of(Order.objects.get(pk=heavy.pk)) == []
    with pytest.raises(NotForCarrier):
        book(heavy.pk, "xe-ban", by=FARMER)


def test_carriers_are_offered_with_their_price_even_if_one_is_silent(order, server):
    [way] = ways_of(order)
    assert way.fee == 18_000 + 4_000
    CarrierQuote.objects.all().delete()
    server.faults = {"quote": "500"}
    [way] = ways_of(order)
    assert way.fee is None


# --- taking back ------------------------------------------------------------------------------------------------------
def test_a_booking_is_taken_back_until_the_carrier_has_fetched_it(order, shipment, server):
    take_back(shipment.pk, by=FARMER)
    take_back(shipment.pk, by=FARMER)
    assert (again(shipment).state, again(order).tracking) == ("cancelled", "")
    assert server.parcels[shipment.code].status == "cancelled"
    other = book(order.pk, "xe-ban", by=FARMER)
    server.move(other.code)
    with pytest.raises(CarrierSaysNo, match="hàng đã đi rồi"):
        take_back(other.pk, by=FARMER)
    assert again(other).state == Carriage.BOOKED


def test_giving_an_order_up_takes_its_parcel_back(
    order, shipment, server, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        farmer_step(order.pk, State.CANCELLED, by=FARMER, reason="Hết hàng")
    assert again(shipment).state == Carriage.CANCELLED
    assert server.parcels[shipment.code].status == "cancelled"


# --- what carriers tell -----------------------------------------------------------------------------------------------
def test_the_order_goes_where_its_parcel_is(order, shipment):
    steps = [
        ("picked_up", "handed_over"),
        ("on_its_way", "handed_over"),
        ("at_the_door", "handed_over"),
        ("delivered", "delivered"),
    ]
    for minute, (told, state) in enumerate(steps):
        start = timezone.now() - timedelta(minutes=20 - minute)
        assert hear("xe-ban", news(shipment, told, start=start)) == 1
        assert (again(shipment).state, again(order).state) == (told, state)
    assert order.steps.filter(after="delivered").get().actor_id is None


def test_the_first_news_may_be_that_it_was_delivered(order, shipment):
    hear("xe-ban", news(shipment, "delivered"))
    assert again(order).state == State.DELIVERED
    assert [step.after for step in order.steps.all()][-2:] == ["handed_over", "delivered"]


def test_cash_collected_by_a_carrier_is_owed_to_the_seller(order, shipment):
    hear("xe-ban", news(shipment, "delivered"))
    receipt = Receipt.objects.get()
    assert (receipt.source, receipt.amount, again(order).paid) == ("carrier", 100_000, 100_000)
    assert ledger.balance(Account.CASH_IN_TRANSIT) == 100_000
    assert ledger.balance(Account.SELLER, order.shop) == -100_000
    assert ledger.balance(Account.BUYER_FUNDS) == 0
    assert OrderEvent.objects.get().cashless == 0
    call_command("self_check", stdout=StringIO())


def test_a_seller_reads_that_the_carrier_still_has_the_money(client, order, shipment):
    hear("xe-ban", news(shipment, "delivered"))
    client.force_login(order.shop.owner)
    answer = client.get(reverse("money:home"))
    assert "Hãng giao hàng đã thu của khách, còn giữ" in answer.content.decode()
    assert (list(answer.context["page"]), answer.context["income"].month) == ([], 0)  # not among what came


def test_it_is_the_carrier_s_cash_even_if_the_buyer_is_faster_with_the_button(order, shipment):
    hear("xe-ban", news(shipment, "picked_up"))
    confirm_receipt(order.pk)
    hear("xe-ban", news(shipment, "delivered"))
    assert Receipt.objects.get().source == "carrier"
    call_command("self_check", stdout=StringIO())


def test_goods_that_come_back_give_the_order_back(server, django_capture_on_commit_callbacks):
    order = packed(cash=False)
    shipment = book(order.pk, "xe-ban", by=FARMER)
    with django_capture_on_commit_callbacks(execute=True):
        hear("xe-ban", news(shipment, "picked_up", "not_delivered", "coming_back", "came_back"))
    assert again(order).state == State.RETURNED
    assert order.refunds.get().amount == order.paid
    assert Message.objects.filter(kind="order_parcel").count() == 2  # not delivered; coming back
    call_command("self_check", stdout=StringIO())


def test_a_carrier_that_drops_a_parcel_before_it_was_fetched_leaves_the_order_to_be_sent(order, shipment):
    hear("xe-ban", news(shipment, "cancelled"))
    assert (again(order).state, order.tracking) == (State.PACKED, "")
    assert Message.objects.filter(kind="order_parcel").count() == 1
    assert book(order.pk, "xe-ban", by=FARMER).pk != shipment.pk


def test_late_news_of_a_parcel_that_was_booked_anew_moves_nothing(order, shipment):
    hear("xe-ban", news(shipment, "cancelled", start=timezone.now() - timedelta(minutes=30)))
    other = book(order.pk, "xe-ban", by=FARMER)
    assert hear("xe-ban", news(shipment, "picked_up", start=timezone.now() - timedelta(minutes=20))) == 1
    assert (again(shipment).state, again(other).state) == (Carriage.CANCELLED, Carriage.BOOKED)
    assert again(order).state == State.PACKED


def test_a_carrier_s_wrong_clock_moves_nothing_out_of_its_time(order, shipment):
    hear("xe-ban", news(shipment, "picked_up", start=timezone.now() - timedelta(days=900)))
    hear("xe-ban", news(shipment, "delivered", start=timezone.now() + timedelta(days=900)))
    again(order)
    assert shipment.created_at <= order.delivered_at <= timezone.now()


def test_news_of_parcels_we_do_not_know_change_nothing(shipment):
    stranger = Update("XB00000000", Carriage.DELIVERED, "handed", timezone.now())
    assert hear("xe-ban", [stranger]) == 0
    assert hear("ghn", news(shipment, "delivered")) == 0
    assert ShipmentEvent.objects.count() == 0


def test_a_word_we_do_not_know_is_kept_and_moves_nothing(order, shipment):
    assert hear("xe-ban", [Update(shipment.code, None, "flying", timezone.now())]) == 1
    assert (again(shipment).state, again(order).state) == (Carriage.BOOKED, State.PACKED)


WAYS = [
    ["picked_up", "on_its_way", "at_the_door", "delivered"],
    ["picked_up", "on_its_way", "at_the_door", "not_delivered", "at_the_door", "delivered"],
    ["picked_up", "not_delivered", "coming_back", "came_back"],
    ["picked_up", "on_its_way", "lost"],
    ["cancelled"],
]


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(WAYS), st.data())
def test_news_told_in_any_order_and_any_number_of_times_end_the_same(server, way, data):
    ends = []
    for shuffled in (False, True):
        order = packed()
        shipment = book(order.pk, "xe-ban", by=FARMER)
        told = news(shipment, *way)
        if shuffled:
            told = data.draw(st.permutations(told + data.draw(st.lists(st.sampled_from(told), max_size=3))))
        for update in told:
            hear("xe-ban", [update])
        ends.append((again(shipment).state, shipment.events.count(), again(order).paid))
    assert ends[0] == ends[1]
    assert ends[0][0] == way[-1]


def test_a_silent_carrier_is_asked(order, shipment, server):
    server.move(shipment.code)
    assert follow_up()["asked"] == 0
    assert follow_up(timezone.now() + timedelta(hours=2))["asked"] == 1
    assert again(order).state == State.HANDED_OVER
    server.faults = {"track": "500"}
    assert follow_up(timezone.now() + timedelta(hours=4)) == {"asked": 1, "news": 0, "away": 1}
    out = StringIO()
    call_command("track_shipments", stdout=out)
    assert out.getvalue() == "0 parcels asked about, 0 news, 0 times no answer.\n"


def test_paid_goods_that_a_carrier_still_has_are_not_taken_as_received(server):
    order = packed(cash=False)
    shipment = book(order.pk, "xe-ban", by=FARMER)
    hear("xe-ban", news(shipment, "picked_up", "on_its_way"))
    tend(timezone.now() + timedelta(days=8))
    assert again(order).state == State.HANDED_OVER


# --- webhooks over HTTP -----------------------------------------------------------------------------------------------
def test_a_webhook_is_kept_once_and_a_forged_one_not_at_all(client, order, shipment, server):
    event = server.move(shipment.code)
    for new in (1, 0):
        answer = deliver_webhook(client, server, shipment, [event])
        assert (answer.status_code, answer.json()) == (200, {"new": new})
    server.faults = {"webhook": "forged"}
    later = server.move(shipment.code)
    assert deliver_webhook(client, server, shipment, [later]).status_code == 401
    assert again(shipment).state == Carriage.PICKED_UP


def test_webhooks_that_make_no_sense(client, server):
    assert client.post("/hang-giao/ghn/x/", b"{}", content_type="application/json").status_code == 404
    assert client.get(ADDRESS).status_code == 405
    assert client.post(ADDRESS, b"x" * 70_000, content_type="application/json").status_code == 413
    body, headers = server.signed("XB1", [{"status": "out"}])
    assert client.post(ADDRESS, body, content_type="application/json", headers=headers).status_code == 400


# --- a carrier's own price ---------------------------------------------------------------------------------------------
@pytest.fixture
def cart(server):
    shop = ShopFactory()
    by_carrier(shop, fee=None)
    return CartFactory(ProductFactory(shop, price=50_000), quantity=2)


def parts_of(cart):
    return by_shop(cart.lines.select_related("product__shop__village__parent"))


def test_a_buyer_pays_the_carrier_s_price_as_it_was_asked_before(cart, server, client):
    far = CommuneFactory(ProvinceFactory(name="Hà Nội"))
    [shop] = parts_of(cart)
    assert offers_for(parts_of(cart), far)[shop.pk] == []  # nobody has asked yet
    client.cookies["gio"] = cart.key
    shown = client.get(
        reverse("market:delivery_fragment"), {"xa": f"{far.full_name}, {far.parent.name}"}
    ).content.decode()
    assert "36.000" in shown
    [offer] = offers_for(parts_of(cart), far)[shop.pk]
    assert offer.fee == 36_000
    server.faults = {"quote": "500"}  # from here on the answer is kept
    chosen = {shop.pk: Choice(offer.key, 36_000)}
    purchase, _orders = place_purchase(cart, buyer_facts(commune=far), key="a" * 32, delivery=chosen)
    assert purchase.total == 136_000


def test_an_old_price_is_asked_anew(cart, server, settings):
    far = CommuneFactory()
    [shop] = parts_of(cart)
    question = Asked("xe-ban", shop.commune_id, far.pk, 2)
    assert ask([question]) == {question: 36_000}
    before = len(server.asked)
    ask([question])
    assert len(server.asked) == before
    CarrierQuote.objects.update(asked_at=timezone.now() - timedelta(hours=settings.CARRIER_QUOTE_HOURS + 1))
    assert offers_for(parts_of(cart), far)[shop.pk] == []
    with pytest.raises(DeliveryNotChosen):
        place_purchase(cart, buyer_facts(commune=far), key="a" * 32, delivery={})
    ask([question])
    assert len(server.asked) == before + 1


def test_a_silent_carrier_is_waited_for_once(cart, server):
    server.faults = {"quote": "500"}
    asked = [Asked("xe-ban", CommuneFactory().pk, CommuneFactory().pk, kilos) for kilos in (1, 2, 3)]
    assert ask(asked) == {}
    assert server.asked.count("POST /v1/quote") == 1


def test_a_farmer_sees_what_the_carrier_asks_when_saving_the_way(
    client, server, django_capture_on_commit_callbacks
):
    shop = ShopFactory()
    ProductFactory(shop)
    client.force_login(shop.owner)
    said = {"carrier": "xe-ban", "weekdays": range(7), "days_from": 1, "days_to": 3, "first_kilos": "2"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("delivery:way", args=["carrier"]), said)
    assert answer.status_code == 302
    shown = client.get(reverse("delivery:list")).content.decode()
    assert "Khách trả đúng giá của hãng" in shown
    assert "18.000" in shown


def test_without_a_carrier_to_book_fees_are_asked_for(client, server):
    shop = ShopFactory()
    client.force_login(shop.owner)
    said = {"carrier": "", "weekdays": range(7), "days_from": 1, "days_to": 3}
    assert client.post(reverse("delivery:way", args=["carrier"]), said).status_code == 422


# --- pages ------------------------------------------------------------------------------------------------------------
def test_a_farmer_books_follows_and_takes_back_on_the_order_s_pages(client, order, server):
    client.force_login(order.shop.owner)
    page, booking = (
        reverse("board:order", args=[order.public_code]),
        reverse("board:book_parcel", args=[order.public_code]),
    )
    assert booking in client.get(page).content.decode()
    shown = client.get(booking).content.decode()
    assert "22.000" in shown
    assert "Gọi Xe Bản đến lấy" in shown
    told = client.post(booking, {"carrier": "xe-ban"}, follow=True).content.decode()
    code = Shipment.objects.get().code
    assert f"Mã {code}, phí 22.000" in told
    assert "Chờ hãng đến lấy" in told
    client.post(reverse("board:take_back_parcel", args=[order.public_code]))
    assert Shipment.objects.get().state == Carriage.CANCELLED


def test_the_buyer_follows_the_parcel(client, order, shipment):
    hear("xe-ban", news(shipment, "picked_up", "on_its_way"))
    shown = client.get(order.get_absolute_url()).content.decode()
    assert "Đang trên đường" in shown
    assert "Xem ở trang của hãng" in shown


def test_a_carrier_s_trouble_is_said_on_the_page(client, order, server):
    client.force_login(order.shop.owner)
    server.faults = {"create": "500"}
    answer = client.post(reverse("board:book_parcel", args=[order.public_code]), {"carrier": "xe-ban"})
    assert answer.status_code == 503
    assert "Vài phút nữa bấm lại" in answer.content.decode()
    assert client.post(reverse("board:book_parcel", args=[order.public_code]), {}).status_code in (422, 503)


def test_a_neighbour_s_parcel_does_not_exist(client, order, shipment):
    client.force_login(ShopFactory().owner)
    for name in ("board:book_parcel", "board:take_back_parcel"):
        assert client.post(reverse(name, args=[order.public_code]), {"carrier": "xe-ban"}).status_code == 404
    assert again(shipment).state == Carriage.BOOKED


# --- a carrier's own places ---------------------------------------------------------------------------------------------
def test_communes_are_told_in_a_carrier_s_own_ids_from_a_file(tmp_path, settings):
    settings.CARRIERS = {
        "ghn": {
            "class": "orders.carriers.ghn.Ghn",
            "address": "http://127.0.0.1:9",
            "token": "t",
            "shop_id": "1",
            "secret": "s",
        }
    }
    home, far = CommuneFactory(), CommuneFactory()
    assert ask([Asked("ghn", home.pk, far.pk, 1)]) == {
        Asked("ghn", home.pk, far.pk, 1): None
    }  # it cannot go there
    file, out = tmp_path / "ghn.csv", StringIO()
    file.write_text(f"commune,district,ward\n{home.code},1442,20107\n{far.code},1486,1A0710\n99999,1,2\n")
    call_command("carrier_places", "ghn", str(file), stdout=out)
    call_command("carrier_places", "ghn", str(file), stdout=StringIO())
    assert "2 communes kept" in out.getvalue()
    assert "no commune has the code 99999" in out.getvalue()
    assert CarrierPlace.objects.get(place=home).district == "1442"
    with pytest.raises(CommandError):
        call_command("carrier_places", "vnpost", str(file))
    file.write_text("a,b\n1,2\n")
    with pytest.raises(CommandError):
        call_command("carrier_places", "ghn", str(file))
