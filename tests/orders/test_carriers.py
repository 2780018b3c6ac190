"""Carriers' own languages: Xe Bản over HTTP, GHN in the shapes it publishes."""

import json
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from orders.carriers import carrier, offered
from orders.carriers.base import (
    CarrierFault,
    CarrierRefused,
    Consignment,
    End,
    ForgedUpdate,
    UnreadableUpdate,
)
from orders.carriers.fake_server import FakeCarrier
from orders.carriers.ghn import STATUSES, Ghn
from orders.states import Carriage
from tests.orders.carriers import ghn, settings_of

FARM = End("Xã Chi Lăng", "Tỉnh Lạng Sơn", "1442", "20107", "Vườn nhà Sen", "+84912345678", "Thôn Nà Lình")
HOME = End("Phường Đống Đa", "Thành phố Hà Nội", "1486", "1A0710", "Trần Minh", "+84987654321", "12 Lê Lợi")
PARCEL = Consignment("ABC-1", FARM, HOME, grams=2500, value=6_000_000, cod=125_000, content="Nông sản")


@pytest.fixture
def server():
    server = FakeCarrier().start()
    yield server
    server.stop()


@pytest.fixture
def xe_ban(server, settings):
    settings.CARRIERS = settings_of(server)
    return carrier("xe-ban")


def test_the_setting_names_the_carriers(settings):
    assert offered() == {}
    settings.CARRIERS = {
        "ghn": {
            "class": "orders.carriers.ghn.Ghn",
            "address": "",
            "token": "t",
            "shop_id": "1",
            "secret": "s",
        }
    }
    assert carrier("ghn").name == "Giao Hàng Nhanh"
    assert carrier("viettel") is None


def test_a_parcel_is_priced_booked_once_followed_and_cancelled(xe_ban, server):
    assert xe_ban.quote(FARM, HOME, 2500) == 32_000 + 2 * 4_000
    first, again = xe_ban.create(PARCEL), xe_ban.create(PARCEL, again=True)
    assert first == again
    assert first.fee == 40_000
    server.move(first.code)
    assert [update.status for update in xe_ban.track(first.code)] == [Carriage.BOOKED, Carriage.PICKED_UP]
    with pytest.raises(CarrierRefused) as late:
        xe_ban.cancel(first.code)
    assert late.value.words == "hàng đã đi rồi"


def test_the_fake_refuses_what_a_carrier_refuses(xe_ban):
    too_heavy = Consignment("H-1", FARM, HOME, grams=31_000, value=0, cod=0, content="Khoai")
    nobody = Consignment("H-2", End("Xã A", "Tỉnh B"), HOME, grams=500, value=0, cod=0, content="Khoai")
    for parcel in (too_heavy, nobody):
        with pytest.raises(CarrierRefused):
            xe_ban.create(parcel)
    xe_ban.create(PARCEL)
    with pytest.raises(CarrierRefused):  # the same key for another parcel
        xe_ban.create(Consignment("ABC-1", FARM, HOME, grams=900, value=0, cod=0, content="Khoai"))


@pytest.mark.parametrize("fault", ["500", "silent", "nonsense"])
def test_trouble_is_a_fault_and_never_a_no(xe_ban, server, fault):
    code = xe_ban.create(PARCEL).code
    server.faults = {"quote": fault, "create": fault, "track": fault}
    asks = [lambda: xe_ban.create(PARCEL), lambda: xe_ban.track(code), lambda: xe_ban.quote(FARM, HOME, 900)]
    for ask in asks[: 1 if fault == "silent" else 3]:  # to wait once is enough
        with pytest.raises(CarrierFault):
            ask()


def test_a_wrong_token_is_a_fault_of_ours(server, settings):
    settings.CARRIERS = settings_of(server, token="wrong")
    with pytest.raises(CarrierFault, match="http 401"):
        carrier("xe-ban").quote(FARM, HOME, 900)


def test_a_webhook_is_believed_by_its_signature_and_time_alone(xe_ban, server):
    booking = xe_ban.create(PARCEL)
    body, headers = server.signed(booking.code, server.parcels[booking.code].events)
    [update] = xe_ban.read_webhook("any", headers, body, timezone.now())
    assert (update.code, update.status) == (booking.code, Carriage.BOOKED)
    for wrong in [
        headers | {"X-Xeban-Signature": "0" * 64}, headers | {"X-Xeban-Signature": "ü"}, headers | {"X-Xeban-Time": "1"},
        headers | {"X-Xeban-Time": "x"}, {},
    ]:  # fmt: skip
        with pytest.raises(ForgedUpdate):
            xe_ban.read_webhook("any", wrong, body, timezone.now())
    with pytest.raises(ForgedUpdate):
        xe_ban.read_webhook("any", headers, body + b" ", timezone.now())
    with pytest.raises(ForgedUpdate, match="time"):  # recorded and played again an hour later
        xe_ban.read_webhook("any", headers, body, timezone.now() + timezone.timedelta(hours=1))


# --- GHN, in the shapes of its published pages ------------------------------------------------------------------------
SECRET = "bi-mat-cua-ghn"
CREATED = {
    "code": 200, "message": "Success", "data": {
        "order_code": "LBKD8N", "sort_code": "0-000-0-00", "trans_type": "truck", "ward_encode": "", "district_encode": "",
        "fee": {"main_service": 36300, "insurance": 25000, "cod_fee": 0, "return": 0},
        "total_fee": 61300, "expected_delivery_time": "2026-11-27T16:00:00Z",
    },
}  # fmt: skip
FEE = {
    "code": 200, "message": "Success",
    "data": {"total": 36300, "service_fee": 36300, "insurance_fee": 0, "pick_station_fee": 0, "coupon_value": 0, "r2s_fee": 0},
}  # fmt: skip
REFUSED = {
    "code": 400, "message": "Sai thông tin phường xã", "data": None, "code_message": "WARD_IS_INVALID",
    "code_message_value": "Phường xã không hợp lệ",
}  # fmt: skip
DETAIL = {
    "code": 200, "message": "Success", "data": {
        "order_code": "LBKD8N", "client_order_code": "ABC-1", "status": "delivering", "updated_date": "2026-11-25T03:00:00Z",
        "cod_amount": 125000, "total_fee": 61300, "leadtime": "2026-11-27T16:00:00Z", "log": [
            {"status": "picking", "updated_date": "2026-11-24T02:00:00Z"},
            {"status": "picked", "updated_date": "2026-11-24T04:30:00.158Z"},
            {"status": "delivering", "updated_date": "2026-11-25T03:00:00Z"},
        ],
    },
}  # fmt: skip
CALLBACK = {
    "CODAmount": 125000, "CODTransferDate": None, "ClientOrderCode": "ABC-1", "ConvertedWeight": 200,
    "Fee": {"MainService": 36300, "Insurance": 25000, "Total": 61300}, "Height": 20, "IsPartialReturn": False, "Length": 20,
    "OrderCode": "LBKD8N", "PartialReturnCode": "", "PaymentType": 1, "Reason": "", "ReasonCode": "", "ShopID": 81558,
    "Status": "delivered", "Time": "2026-11-25T05:12:50.158Z", "TotalFee": 61300, "Type": "switch_status",
    "Warehouse": "Bưu Cục 229 Quan Nhân", "Weight": 2500, "Width": 20,
}  # fmt: skip


def adapter(address: str) -> Ghn:
    return Ghn("ghn", address, "thẻ".encode().hex(), "81558", SECRET, timeout=2)


def test_ghn_is_asked_for_a_fee_by_its_own_places():
    with ghn({"shipping-order/fee": (200, FEE)}) as (address, asked):
        assert adapter(address).quote(FARM, HOME, 2500) == 36_300
    [(_what, said, headers)] = asked
    assert (said["from_district_id"], said["to_ward_code"], said["weight"]) == (1442, "1A0710", 2500)
    assert said["service_type_id"] == 2
    assert headers["Shopid"] == "81558"


def test_ghn_books_a_parcel_the_sender_pays_for_and_the_door_pays_the_goods():
    with ghn({"shipping-order/create": (200, CREATED)}) as (address, asked):
        booking = adapter(address).create(PARCEL)
    assert (booking.code, booking.fee, booking.expected) == (
        "LBKD8N",
        61_300,
        datetime(2026, 11, 27, 16, tzinfo=UTC),
    )
    [(_what, said, _headers)] = asked
    assert said["payment_type_id"] == 1
    assert (said["client_order_code"], said["cod_amount"], said["insurance_value"]) == (
        "ABC-1",
        125_000,
        5_000_000,
    )
    assert (said["to_phone"], said["from_phone"], said["required_note"]) == (
        "0987654321",
        "0912345678",
        "CHOXEMHANGKHONGTHU",
    )
    assert said["items"][0]["weight"] == 2500


def test_heavy_goods_are_another_service():
    with ghn({"shipping-order/fee": (200, FEE)}) as (address, asked):
        adapter(address).quote(FARM, HOME, 20_001)
    assert asked[0][1]["service_type_id"] == 5


@pytest.mark.parametrize("shape", [DETAIL["data"], [DETAIL["data"]]])
def test_a_second_try_finds_the_first_one_at_ghn(shape):
    found = {"code": 200, "data": shape}
    with ghn({"shipping-order/detail-by-client-code": (200, found)}) as (address, asked):
        booking = adapter(address).create(PARCEL, again=True)
    assert (booking.code, booking.fee) == ("LBKD8N", 61_300)
    assert [what for what, *_rest in asked] == ["shipping-order/detail-by-client-code"]


def test_a_booking_that_ghn_refuses_because_it_has_it_is_found():
    answers = {
        "shipping-order/create": (400, REFUSED),
        "shipping-order/detail-by-client-code": (200, {"code": 200, "data": DETAIL["data"]}),
    }
    with ghn(answers) as (address, _asked):
        assert adapter(address).create(PARCEL).code == "LBKD8N"


def test_ghn_s_no_is_told_in_its_words():
    no_such = (400, REFUSED | {"message": "Đơn hàng không tồn tại"})
    answers = {
        "shipping-order/create": (400, REFUSED), "shipping-order/fee": (200, REFUSED),
        "shipping-order/detail-by-client-code": no_such,
    }  # fmt: skip
    with ghn(answers) as (address, _asked):
        with pytest.raises(CarrierRefused) as no:
            adapter(address).create(PARCEL)
        assert no.value.words == "Phường xã không hợp lệ"
        with pytest.raises(CarrierRefused):
            adapter(address).quote(FARM, HOME, 900)


@pytest.mark.parametrize(
    "answer",
    [(500, {}), (429, {}), (401, {}), (200, b"<html>"), (200, b"[1]"), (200, {"code": 200, "data": {}})],
)
def test_ghn_in_trouble_is_asked_again_later(answer):
    with ghn({"shipping-order/create": answer, "shipping-order/detail": answer}) as (address, _asked):
        with pytest.raises(CarrierFault):
            adapter(address).create(PARCEL)
        with pytest.raises(CarrierFault):
            adapter(address).track("LBKD8N")


def test_ghn_tells_a_parcel_s_history():
    with ghn({"shipping-order/detail": (200, DETAIL)}) as (address, _asked):
        updates = adapter(address).track("LBKD8N")
    assert [update.status for update in updates] == [
        Carriage.BOOKED,
        Carriage.PICKED_UP,
        Carriage.AT_THE_DOOR,
    ]
    assert updates[1].at == datetime(2026, 11, 24, 4, 30, 0, 158_000, tzinfo=UTC)


@pytest.mark.parametrize(("result", "fine"), [(True, True), (False, False)])
def test_ghn_takes_a_booking_back_or_says_why_not(result, fine):
    rows = [{"order_code": "LBKD8N", "result": result, "message": "OK" if fine else "Đơn đã lấy hàng"}]
    with ghn({"switch-status/cancel": (200, {"code": 200, "data": rows})}) as (address, asked):
        if fine:
            adapter(address).cancel("LBKD8N")
        else:
            with pytest.raises(CarrierRefused) as no:
                adapter(address).cancel("LBKD8N")
            assert no.value.words == "Đơn đã lấy hàng"
    assert asked[0][1] == {"order_codes": ["LBKD8N"]}


def test_ghn_s_callback_is_believed_by_the_secret_in_its_address():
    mover, now = adapter("http://nowhere"), timezone.now()
    [update] = mover.read_webhook(SECRET, {}, json.dumps(CALLBACK).encode(), now)
    assert (update.code, update.status) == ("LBKD8N", Carriage.DELIVERED)
    assert update.at == datetime(2026, 11, 25, 5, 12, 50, 158_000, tzinfo=UTC)
    for secret in ("", "bi-mat", "ü"):
        with pytest.raises(ForgedUpdate):
            mover.read_webhook(secret, {}, json.dumps(CALLBACK).encode(), now)
    with pytest.raises(ForgedUpdate, match="shop"):
        mover.read_webhook(SECRET, {}, json.dumps(CALLBACK | {"ShopID": 1}).encode(), now)


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{", b'{"Status": "delivered"}', "đ".encode("utf-16")]
)
def test_nonsense_of_the_right_sender_is_unreadable(body):
    with pytest.raises(UnreadableUpdate):
        adapter("http://nowhere").read_webhook(SECRET, {}, body, timezone.now())


def test_an_unknown_word_of_ghn_s_is_kept_without_a_meaning():
    body = json.dumps(CALLBACK | {"Status": "flying"}).encode()
    [update] = adapter("http://nowhere").read_webhook(SECRET, {}, body, timezone.now())
    assert (update.status, update.raw) == (None, "flying")
    assert set(STATUSES.values()) >= {
        Carriage.DELIVERED,
        Carriage.CAME_BACK,
        Carriage.CANCELLED,
        Carriage.LOST,
    }
