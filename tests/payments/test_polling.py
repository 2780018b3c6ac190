"""SePay's list of transactions, asked over HTTP: what its webhooks lost is found, and what they brought stays one."""

import json
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from payments.providers.base import Direction, Malformed, Refused, Unreachable
from payments.providers.sepay import SePay
from tests.payments.test_sepay import read as read_webhook

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
SINCE = NOW - timedelta(hours=3)
ACCOUNT = "0123499999"
ROW = {  # the line of the webhook in test_sepay.py, as the list has it
    "id": "92704",
    "bank_brand_name": "Vietcombank",
    "account_number": ACCOUNT,
    "transaction_date": "2026-11-20 14:02:37",
    "amount_out": "0.00",
    "amount_in": "150000.00",
    "accumulated": "19077000.00",
    "transaction_content": "MBVCB.3278907687.LUA7K2M9QXH.CT tu 0011001234567",
    "reference_number": "MBVCB.3278907687",
    "code": None,
    "sub_account": None,
    "bank_account_id": "19",
}


class FakeSePay(ThreadingHTTPServer):
    """Lists `rows` as SePay publishes it, or gives the `answer` (status, bytes) that a test wants."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.rows, self.answer, self.asked, self.newest_first = [ROW], None, [], True

    def found(self, asked: dict[str, str]) -> list[dict]:
        first, last = asked["transaction_date_min"], asked["transaction_date_max"]
        rows = [row for row in self.rows if first <= row["transaction_date"] <= last]
        rows.sort(key=lambda row: row["transaction_date"], reverse=self.newest_first)
        return rows[: int(asked["limit"])]


class Handler(BaseHTTPRequestHandler):
    server: FakeSePay

    def do_GET(self):
        asked = {key: value[0] for key, value in parse_qs(urlsplit(self.path).query).items()}
        self.server.asked.append(asked | {"path": urlsplit(self.path).path})
        status, body = self.server.answer or (200, self._list(asked))
        with suppress(ConnectionError):
            if status:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
            self.wfile.write(body)

    def _list(self, asked) -> bytes:
        if self.headers["Authorization"] != "Bearer the-key":
            return b""
        said = {"status": 200, "error": None, "messages": {"success": True}}
        return json.dumps(said | {"transactions": self.server.found(asked)}).encode()

    def log_message(self, *_args): ...


@pytest.fixture
def server():
    server = FakeSePay()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    with time_machine.travel(NOW, tick=False):
        yield server
    server.shutdown()
    server.server_close()


def listed(server, *, key="the-key", since=SINCE, **config):
    sepay = SePay(address=f"http://127.0.0.1:{server.server_port}", pause=0, **({"timeout": 5.0} | config))
    return sepay.list_notices(key, ACCOUNT, since)


def at(number: int, **change):
    """The row of a transfer `number` seconds after noon in Vietnam."""
    moment = datetime(2026, 11, 20, 12, 0) + timedelta(seconds=number)
    return ROW | {"id": str(number), "transaction_date": f"{moment:%Y-%m-%d %H:%M:%S}"} | change


def malformed(server) -> Malformed:
    with pytest.raises(Malformed) as refusal:
        listed(server)
    return refusal.value


def test_a_line_of_the_list_is_the_notice_that_its_webhook_brought(server):
    (found,), (told,) = listed(server), read_webhook()
    for fact in ("provider", "provider_id", "account_number", "direction", "amount", "booked_at", "memo"):
        assert getattr(found, fact) == getattr(told, fact), fact
    assert found.bank_reference == told.bank_reference
    assert json.loads(found.raw) == ROW


def test_it_is_asked_for_one_account_on_vietnams_clock(server):
    listed(server)
    (asked,) = server.asked
    assert asked["path"] == "/userapi/transactions/list"
    assert asked["account_number"] == ACCOUNT
    assert asked["transaction_date_min"] == "2026-11-20 12:00:00"
    assert (
        asked["transaction_date_max"] == "2026-11-20 16:00:00"
    )  # an hour ahead: the bank's clock may be before ours


def test_nothing_came(server):
    server.rows = []
    assert listed(server) == []


def test_case_10_outgoing_and_empty_lines_are_listed_and_are_no_income(server):
    server.rows = [at(1, amount_in="0.00", amount_out="20000.00"), at(2, amount_in="0.00")]
    empty, out = listed(server)
    assert (out.direction, out.amount, out.is_income) == (Direction.OUT, 20_000, False)
    assert (empty.direction, empty.amount, empty.is_income) == (Direction.IN, 0, False)


@pytest.mark.parametrize("newest_first", [True, False])
def test_more_than_a_page_is_listed_whole_each_line_once_whatever_the_order(server, newest_first):
    server.newest_first = newest_first
    server.rows = [at(number) for number in (*range(40), 7000, 7001, 7002, 10_000)]
    notices = listed(server, page=6)
    assert sorted(int(notice.provider_id) for notice in notices) == [*range(40), 7000, 7001, 7002, 10_000]


def test_case_4_equal_transfers_in_one_second_stay_two(server):
    server.rows = [at(5, id="1"), at(5, id="2")]
    assert len(listed(server)) == 2


def test_a_second_with_more_than_a_page_is_said_and_not_passed_over(server):
    server.rows = [at(5, id=str(number)) for number in range(6)]
    with pytest.raises(Malformed, match="too_many"):
        listed(server, page=6)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount_in": "150000.50"}, "bad_amount_in"),
        ({"amount_in": "150,000"}, "bad_amount_in"),
        ({"amount_in": 150000.0}, "bad_amount_in"),
        ({"amount_in": None}, "bad_amount_in"),
        ({"amount_in": "9" * 17}, "bad_amount_in"),
        ({"amount_out": "1.00"}, "bad_amount_in"),
        ({"amount_out": "-1.00"}, "bad_amount_out"),
        ({"id": ""}, "bad_id"),
        ({"account_number": 123499999}, "bad_account_number"),
        ({"reference_number": "R" * 101}, "bad_reference_number"),
    ],
)
def test_one_line_that_cannot_be_read_does_not_hold_up_the_others(server, change, code):
    server.rows = [at(1), at(2, **change), at(3)]
    bad = malformed(server)
    assert bad.code == code
    assert sorted(notice.provider_id for notice in bad.notices) == ["1", "3"]


def test_amounts_may_come_as_whole_numbers_too(server):
    server.rows = [at(1, amount_in=150_000, amount_out=0)]
    assert listed(server)[0].amount == 150_000


@pytest.mark.parametrize("optional", ["transaction_content", "reference_number", "code", "accumulated"])
@pytest.mark.parametrize("how", ["missing", "null"])
def test_case_11_optional_fields_may_be_missing_and_new_ones_come(server, optional, how):
    row = ROW | {optional: None, "new": [1]}
    server.rows = [row if how == "null" else {key: value for key, value in row.items() if key != optional}]
    assert listed(server)[0].amount == 150_000


@pytest.mark.parametrize(
    "answer",
    [
        (429, b""), (500, b"{}"), (503, b"<html>"), (200, b"<html>"), (200, b"[]"), (200, b"[" * 100_000),
        (0, b"nonsense\r\n\r\n"), (0, b""), (200, b'{"status":500}'), (200, b" " * (2 * 1024 * 1024 + 1)),
    ],
)  # fmt: skip
def test_case_26_a_provider_that_is_down_is_asked_again_later(server, answer):
    server.answer = answer
    with pytest.raises(Unreachable):
        listed(server)


def test_case_26_a_provider_that_is_silent_or_gone_is_asked_again_later(server):
    server.answer = (200, b"")
    server.shutdown()
    with pytest.raises(Unreachable):
        listed(server, timeout=0.2)
    with pytest.raises(Unreachable):
        SePay(address="http://127.0.0.1:1", timeout=0.2).list_notices("the-key", ACCOUNT, SINCE)


@pytest.mark.parametrize("answer", [None, (401, b'{"error":"x"}'), (403, b""), (200, b'{"status":401}')])
def test_a_wrong_key_is_refused_and_not_tried_for_ever(server, answer):
    server.answer = answer
    with pytest.raises(Refused):
        listed(server, key="another")


@pytest.mark.parametrize("said", [{"status": 200}, {"status": 200, "transactions": {}}, {"status": "200"}])
def test_an_answer_of_another_shape_is_malformed(server, said):
    server.answer = (200, json.dumps(said).encode())
    assert malformed(server).code in ("bad_transactions", "bad_status")


@pytest.mark.parametrize("row", [None, [], "x", 1])
def test_a_row_of_another_shape_is_malformed(server, row):
    server.answer = (200, json.dumps({"status": 200, "transactions": [row, ROW]}).encode())
    assert [notice.provider_id for notice in malformed(server).notices] == ["92704"]
