"""Giao Hàng Nhanh. Source: the carrier's published pages (api.ghn.vn/home/docs): fee, create order, order info by
client order code, order info, cancel order, callback of status. Its webhooks carry no signature: the secret stands in
the address given to it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hmac import compare_digest
from typing import Any

from django.utils.dateparse import parse_datetime

from accounts.phones import show_phone
from common.http_json import HttpRefusal, ask_json
from orders.carriers.base import (
    Booking,
    Carrier,
    CarrierFault,
    CarrierRefused,
    Consignment,
    End,
    ForgedUpdate,
    UnreadableUpdate,
    Update,
)
from orders.states import Carriage

STATUSES = {
    "ready_to_pick": Carriage.BOOKED, "picking": Carriage.BOOKED, "money_collect_picking": Carriage.BOOKED,
    "picked": Carriage.PICKED_UP, "storing": Carriage.ON_ITS_WAY, "transporting": Carriage.ON_ITS_WAY,
    "sorting": Carriage.ON_ITS_WAY, "delivering": Carriage.AT_THE_DOOR, "money_collect_delivering": Carriage.AT_THE_DOOR,
    "delivered": Carriage.DELIVERED, "delivery_fail": Carriage.NOT_DELIVERED,
    "waiting_to_return": Carriage.COMING_BACK, "return": Carriage.COMING_BACK,
    "return_transporting": Carriage.COMING_BACK, "return_sorting": Carriage.COMING_BACK,
    "returning": Carriage.COMING_BACK, "return_fail": Carriage.COMING_BACK, "returned": Carriage.CAME_BACK,
    "cancel": Carriage.CANCELLED, "lost": Carriage.LOST, "damage": Carriage.LOST,
}  # fmt: skip
MOST_INSURED = 5_000_000  # đồng
LIGHT, HEAVY = 2, 5  # kinds of service
LIGHT_GRAMS = 20_000
SENDER_PAYS = 1
LOOK_ONLY = "CHOXEMHANGKHONGTHU"
SIDES = (20, 20, 20)  # cm; farmers do not measure boxes, the carrier charges the larger of weight and size


class Ghn(Carrier):
    """GHN, by its gateway. CARRIERS: {"ghn": {"class": …, "address", "token", "shop_id", "secret", "timeout"}}."""

    name = "Giao Hàng Nhanh"
    most_grams = 50_000
    most_cod = 50_000_000
    own_places = True

    def __init__(
        self, code: str, address: str, token: str, shop_id: str, secret: str, timeout: float = 8
    ) -> None:
        super().__init__(code)
        self._address = address.rstrip("/") + "/shiip/public-api/v2/"
        self._headers = {"Token": token, "ShopId": shop_id}
        self._shop_id, self._secret, self._timeout = shop_id, secret, timeout

    def quote(self, sender: End, receiver: End, grams: int) -> int:
        """Source: "Calculate Fee". Weight in grams; places by GHN's district and ward."""
        said = {
            "service_type_id": _service(grams), **_ends(sender, receiver), "weight": grams, **_sides(),
            "insurance_value": 0, "coupon": None,
        }  # fmt: skip
        answer = self._ask("shipping-order/fee", said)
        try:
            return int(answer["total"])
        except (KeyError, TypeError, ValueError) as bad:
            raise CarrierFault("no total in the fee") from bad

    def create(self, parcel: Consignment, *, again: bool = False) -> Booking:
        """Source: "Create Order". GHN does not promise to know a client order code again, so we look first."""
        if again and (known := self._find(parcel.key)):
            return known
        said = {
            "payment_type_id": SENDER_PAYS, "required_note": LOOK_ONLY, "client_order_code": parcel.key,
            "from_name": parcel.sender.name, "from_phone": _national(parcel.sender.phone),
            "from_address": parcel.sender.street, "from_ward_code": parcel.sender.ward,
            "from_district_id": _number(parcel.sender.district),
            "to_name": parcel.receiver.name, "to_phone": _national(parcel.receiver.phone),
            "to_address": parcel.receiver.street, "to_ward_code": parcel.receiver.ward,
            "to_district_id": _number(parcel.receiver.district),
            "cod_amount": parcel.cod, "insurance_value": min(parcel.value, MOST_INSURED), "content": parcel.content,
            "note": parcel.note, "weight": parcel.grams, **_sides(), "service_type_id": _service(parcel.grams),
            "items": [{"name": parcel.content, "quantity": 1, "weight": parcel.grams, **_sides()}],
        }  # fmt: skip
        try:
            answer = self._ask("shipping-order/create", said)
        except CarrierRefused:
            if known := self._find(parcel.key):  # two tries at once: the first one got it
                return known
            raise
        try:
            return Booking(
                str(answer["order_code"]),
                int(answer["total_fee"]),
                _time(answer.get("expected_delivery_time")),
            )
        except (KeyError, TypeError, ValueError) as bad:
            raise CarrierFault("no number in the booking") from bad

    def cancel(self, code: str) -> None:
        """Source: "Cancel Order": one result for each number."""
        rows = self._ask("switch-status/cancel", {"order_codes": [code]})
        for row in rows if isinstance(rows, list) else []:
            if row.get("order_code") == code and not row.get("result"):
                raise CarrierRefused(str(row.get("message") or ""))

    def track(self, code: str) -> list[Update]:
        """Source: "Order Info": the log of statuses, and the status now."""
        return _history(code, self._ask("shipping-order/detail", {"order_code": code}))

    def read_webhook(
        self, secret: str, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> Sequence[Update]:
        """Source: "Callback" (Type create, switch_status, update_weight, update_cod, update_fee): the status counts."""
        if not self._secret or not compare_digest(secret.encode(), self._secret.encode()):
            raise ForgedUpdate("secret")
        try:
            said = json.loads(body)
            if str(said.get("ShopID") or self._shop_id) != self._shop_id:
                raise ForgedUpdate("shop")
            at = _time(said.get("Time")) or now
            raw, code = str(said["Status"]), str(said["OrderCode"])
            return [Update(code, STATUSES.get(raw), raw, at, str(said.get("Reason") or "")[:200])]
        except (ValueError, KeyError, AttributeError, TypeError) as bad:
            raise UnreadableUpdate from bad

    def page(self, code: str) -> str:
        return f"https://donhang.ghn.vn/?order_code={code}"

    def _find(self, key: str) -> Booking | None:
        """A booking by our own key. Source: "Order Info by Client_Order_Code"."""
        try:
            found = self._ask("shipping-order/detail-by-client-code", {"client_order_code": key})
        except CarrierRefused:
            return None
        row = found[0] if isinstance(found, list) and found else found
        if not isinstance(row, dict) or not row.get("order_code") or row.get("status") == "cancel":
            return None
        fee = int(row.get("total_fee") or 0)
        return Booking(str(row["order_code"]), fee, _time(row.get("leadtime")))

    def _ask(self, what: str, said: dict[str, Any]) -> Any:
        try:
            answer = ask_json(self._address + what, said, headers=self._headers, timeout=self._timeout)
        except HttpRefusal as refused:
            if refused.status == 400:
                words = refused.said.get("code_message_value") or refused.said.get("message")
                raise CarrierRefused(str(words or "")) from refused
            raise CarrierFault(f"http {refused.status}") from refused
        except OSError as trouble:
            raise CarrierFault(type(trouble).__name__) from trouble
        if answer.get("code") != 200:
            raise CarrierRefused(str(answer.get("code_message_value") or answer.get("message") or ""))
        return answer.get("data") or {}


def _history(code: str, said: Any) -> list[Update]:
    try:
        rows = [(str(row["status"]), _time(row["updated_date"])) for row in said.get("log") or []]
        rows.append((str(said["status"]), _time(said.get("updated_date"))))
    except (KeyError, TypeError, AttributeError) as bad:
        raise CarrierFault("no status in the order") from bad
    return [Update(code, STATUSES.get(raw), raw, at) for raw, at in dict.fromkeys(rows) if at is not None]


def _ends(sender: End, receiver: End) -> dict[str, Any]:
    return {
        "from_district_id": _number(sender.district), "from_ward_code": sender.ward,
        "to_district_id": _number(receiver.district), "to_ward_code": receiver.ward,
    }  # fmt: skip


def _sides() -> dict[str, int]:
    return dict(zip(("length", "width", "height"), SIDES, strict=True))


def _service(grams: int) -> int:
    return LIGHT if grams <= LIGHT_GRAMS else HEAVY


def _national(phone: str) -> str:
    """As the carrier's form wants it: 0912345678."""
    return show_phone(phone).replace(" ", "")


def _number(text: str) -> int:
    return int(text or 0)


def _time(text: Any) -> datetime | None:
    """GHN's times are ISO 8601 in UTC ("2021-11-11T03:52:50.158Z")."""
    try:
        found = parse_datetime(str(text or ""))
    except ValueError:
        return None
    return found if found is not None and found.tzinfo else None
