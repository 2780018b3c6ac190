"""Casso's notices, both versions. Vector: Casso's published sample; payments reference, section 3."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.order_codes import find_codes
from payments.providers.base import Direction, Forged, Malformed
from payments.providers.casso import Casso, CassoV1, sign, signed_headers

SAMPLE_KEY = "mgExMrjj4i7a1p8Cs6LmFbpCd8lbw4sSX4LZXPag7TKazeIogtR90tvWYTkwQbvs"
SAMPLE_TIME = 1727948258788
SAMPLE_SIGNATURE = (
    "ed0a4bd2e826d5cb69988cdb141e6c1a080e21f3b57eb72cd78192220042b9e7"
    "dde0868fc667faea8e224900fa7904e7c88dfa098032fb2d6b6996856e8b7ff3"
)
SAMPLE = {
    "error": 0,
    "data": {
        "id": 0,
        "reference": "MA_GIAO_DICH_THU_NGHIEM",
        "description": "giao dich thu nghiem",
        "amount": 599000,
        "runningBalance": 25000000,
        "transactionDateTime": "2024-10-03 15:06:37",
        "accountNumber": "88888888",
        "bankName": "VPBank",
        "bankAbbreviation": "VPB",
        "virtualAccountNumber": "",
        "virtualAccountName": "",
        "counterAccountName": "NGUYEN VAN A",
        "counterAccountNumber": "8888888888",
        "counterAccountBankId": "970415",
        "counterAccountBankName": "VietinBank",
    },
}
SECRET = "casso-test-secret"
NOW = datetime(2026, 11, 20, 7, 2, 40, tzinfo=UTC)
LINE = SAMPLE["data"] | {
    "id": 58213,
    "reference": "FT26324001122",
    "description": "Trần Thị Bé mua hồng LUA7K2M9QXH",
    "amount": 150_000,
    "transactionDateTime": "2026-11-20 14:02:37",
    "accountNumber": "0123499999",
}
BODY = json.dumps({"error": 0, "data": LINE}).encode()
HEADERS = signed_headers(SECRET, NOW, BODY)


def read(body=BODY, headers=None, secrets=(SECRET,), now=NOW):
    return Casso().read(secrets, HEADERS if headers is None else headers, body, now)


def read_signed(*without: str, error=0, **change):
    facts = {key: value for key, value in (LINE | change).items() if key not in without}
    body = json.dumps({"error": error, "data": facts}).encode()
    return read(body, signed_headers(SECRET, NOW, body))


def forged(**how) -> str:
    with pytest.raises(Forged) as refusal:
        read(**how)
    return refusal.value.code


def malformed(*without: str, **change) -> str:
    with pytest.raises(Malformed) as refusal:
        read_signed(*without, **change)
    return refusal.value.code


# --- version 2 ------------------------------------------------------------------------------------------------------


def test_the_signature_is_the_published_one():
    assert sign(SAMPLE_KEY, SAMPLE_TIME, SAMPLE) == SAMPLE_SIGNATURE
    shuffled = {"data": dict(reversed(SAMPLE["data"].items())), "error": 0}
    assert sign(SAMPLE_KEY, SAMPLE_TIME, shuffled) == SAMPLE_SIGNATURE


def test_a_test_call_holds_no_money():
    headers = {"x-casso-signature": f"t={SAMPLE_TIME},v1={SAMPLE_SIGNATURE}"}
    then = datetime.fromtimestamp(SAMPLE_TIME / 1000, UTC)
    assert read(json.dumps(SAMPLE).encode(), headers, [SAMPLE_KEY], then) == []


def test_a_genuine_notice_is_read_exactly():
    (notice,) = read()
    assert (notice.provider, notice.provider_id) == ("casso", "58213")
    assert notice.account_number == "0123499999"
    assert (notice.direction, notice.amount, notice.is_income) == (Direction.IN, 150_000, True)
    assert notice.booked_at == datetime(2026, 11, 20, 7, 2, 37, tzinfo=UTC)  # 14:02:37 in Vietnam
    assert notice.bank_reference == "FT26324001122"
    assert notice.counterparty == "NGUYEN VAN A"
    assert find_codes(notice.memo, "LUA") == ["LUA7K2M9QXH"]
    assert notice.raw == BODY.decode()


def test_case_10_a_negative_amount_is_money_that_went_out():
    (notice,) = read_signed(amount=-150_000)
    assert (notice.direction, notice.amount, notice.is_income) == (Direction.OUT, 150_000, False)


def test_case_10_a_line_of_zero_is_no_income():
    assert not read_signed(amount=0)[0].is_income


def test_the_text_may_be_written_with_escapes_or_without():
    plain = json.dumps({"error": 0, "data": LINE}, ensure_ascii=False, indent=1).encode()
    assert read(plain, HEADERS)[0].memo == read()[0].memo


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_case_11_property_a_changed_byte_is_forged_or_means_the_same(at, flip):
    changed = bytearray(BODY)
    changed[at] ^= flip
    if _same_json(changed):  # another gap between the fields, the letter of an escape in another case
        assert read(bytes(changed))[0].amount == 150_000
    else:
        assert forged(body=bytes(changed)) == "wrong"


def _same_json(changed: bytearray) -> bool:
    try:
        return json.loads(changed) == json.loads(BODY)
    except ValueError:
        return False


@pytest.mark.parametrize("secrets", [["another"], [], [""], ["", "another"]])
def test_case_11_a_wrong_or_missing_secret_is_forged(secrets):
    assert forged(secrets=secrets) == "wrong"
    assert forged(secrets=[""], headers=signed_headers("", NOW, BODY)) == "wrong"


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "t=1",
        f"t=1,v1={'0' * 127}",
        f"v1={SAMPLE_SIGNATURE}",
        f"t=1.5,v1={SAMPLE_SIGNATURE}",
        f"t={'1' * 400},v1={SAMPLE_SIGNATURE}",
        f"t=-1,v1={SAMPLE_SIGNATURE}",
        f"t=1,v1={SAMPLE_SIGNATURE},v2=0",
    ],
)
def test_case_11_an_unsigned_notice_is_forged(header):
    assert forged(headers={} if header is None else {"X-Casso-Signature": header}) == "unsigned"


@pytest.mark.parametrize("late", [timedelta(minutes=-5), timedelta(0), timedelta(hours=23)])
def test_a_notice_that_comes_within_a_day_is_taken(late):
    assert read(now=NOW + late) == read()


@pytest.mark.parametrize("late", [timedelta(minutes=-6), timedelta(days=1, seconds=1), timedelta(days=400)])
def test_case_11_a_stale_notice_is_forged(late):
    assert forged(now=NOW + late) == "stale"


def test_a_moved_time_does_not_freshen_an_old_notice():
    header = HEADERS["X-Casso-Signature"].replace("t=1", "t=2", 1)
    assert forged(headers={"X-Casso-Signature": header}) == "wrong"


def test_two_secrets_are_valid_while_one_replaces_the_other():
    assert read(secrets=["new", SECRET]) == read()
    with pytest.raises(TypeError):
        read(secrets=SECRET)


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"{", b"[]", b"null", b"[" * 100_000, b'{"data":' * 500 + b"1" + b"}" * 500]
)
def test_case_11_what_is_no_object_cannot_be_signed(body):
    assert forged(body=body) == "wrong"


def test_case_11_new_fields_are_signed_too_and_passed_over():
    assert read_signed(newField={"b": [{"z": 1, "a": 2.0}], "a": None}, more=7.5)[0].amount == 150_000


@pytest.mark.parametrize("how", ["missing", "null"])
def test_case_11_optional_fields_may_be_missing_or_null(how):
    optional = ["reference", "description", "runningBalance", "bankName", "counterAccountName"]
    (notice,) = read_signed(*optional) if how == "missing" else read_signed(**dict.fromkeys(optional))
    assert (notice.memo, notice.bank_reference, notice.counterparty) == ("", "", "")


@pytest.mark.parametrize("field", ["id", "amount", "accountNumber", "transactionDateTime"])
@pytest.mark.parametrize("value", [None, "", [], {}, True, 1.5])
def test_case_11_a_needed_field_that_is_missing_or_strange_is_malformed(field, value):
    assert malformed(field) == f"bad_{field}"
    assert malformed(**{field: value}) == f"bad_{field}"


@pytest.mark.parametrize("amount", ["150000", "150.000", 150000.0, 1e5, False, 10**15 + 1])
def test_case_12_an_amount_that_is_no_whole_number_is_malformed_and_never_guessed(amount):
    assert malformed(amount=amount) == "bad_amount"


@pytest.mark.parametrize("amount", [1, 499_999_999, 500_000_000, 15_000_000])
def test_case_13_amounts_are_taken_as_they_are(amount):
    assert read_signed(amount=amount)[0].amount == amount


def test_what_casso_calls_an_error_is_malformed():
    assert malformed(error=5) == "bad_error"


@pytest.mark.parametrize("data", [None, [], [LINE], 0, "x"])
def test_data_of_another_shape_is_malformed(data):
    body = json.dumps({"error": 0, "data": data}).encode()
    with pytest.raises(Malformed, match="bad_data"):
        read(body, signed_headers(SECRET, NOW, body))


# --- version 1 ------------------------------------------------------------------------------------------------------

OLD = {
    "id": 58213,
    "tid": "FT26324001122",
    "description": "MBVCB.LUA7K2M9QXH.CT tu 0011001234567",
    "amount": 150_000,
    "cusum_balance": 19_077_000,
    "when": "2026-11-20 14:02:37",
    "bank_sub_acc_id": "0123499999",
    "corresponsiveName": "NGUYEN VAN A",
}
TEST_LINE = OLD | {"id": 0, "description": "giao dich thu nghiem"}


def read_old(*lines, secrets=(SECRET,), token=SECRET, whole=None):
    body = json.dumps({"error": 0, "data": list(lines)} if whole is None else whole).encode()
    headers = {} if token is None else {"secure-token": token}
    return CassoV1().read(secrets, headers, body, NOW)


def test_v1_every_line_of_a_list_is_a_notice():
    first, second = read_old(OLD, OLD | {"id": 58214, "amount": -20_000, "tid": "FT2"})
    assert (first.provider, first.provider_id, first.account_number) == ("casso1", "58213", "0123499999")
    assert (first.direction, first.amount, first.bank_reference) == (Direction.IN, 150_000, "FT26324001122")
    assert first.booked_at == datetime(2026, 11, 20, 7, 2, 37, tzinfo=UTC)
    assert first.counterparty == "NGUYEN VAN A"
    assert find_codes(first.memo, "LUA") == ["LUA7K2M9QXH"]
    assert json.loads(first.raw) == OLD
    assert (second.direction, second.amount, second.is_income) == (Direction.OUT, 20_000, False)


def test_v1_a_list_of_nothing_and_a_test_line_hold_no_money():
    assert read_old() == []
    assert read_old(TEST_LINE) == []
    assert len(read_old(TEST_LINE, OLD)) == 1


def test_v1_the_account_may_stand_under_its_other_name():
    other = {key: value for key, value in OLD.items() if key != "bank_sub_acc_id"}
    assert read_old(other | {"subAccId": "0123499999"})[0].account_number == "0123499999"
    with pytest.raises(Malformed, match="bad_subAccId"):
        read_old(other)


@pytest.mark.parametrize("bad", [OLD | {"amount": "150000"}, OLD | {"when": "hôm qua"}, None, [], "x", {}])
def test_v1_one_bad_line_does_not_hold_up_the_others(bad):
    good = [OLD, OLD | {"id": 58214, "tid": "FT2"}]
    with pytest.raises(Malformed) as refusal:
        read_old(good[0], bad, good[1])
    assert [notice.provider_id for notice in refusal.value.notices] == ["58213", "58214"]


@pytest.mark.parametrize(
    ("token", "code"), [(None, "unsigned"), ("", "wrong"), ("wrong", "wrong"), ("khoá", "wrong")]
)
def test_v1_case_11_a_wrong_or_missing_token_is_forged(token, code):
    with pytest.raises(Forged, match=code):
        read_old(OLD, token=token)
    with pytest.raises(Forged, match="wrong"):
        read_old(OLD, token="", secrets=["", "another"])


def test_v1_two_tokens_are_valid_while_one_replaces_the_other():
    assert len(read_old(OLD, secrets=["new", SECRET])) == 1


@pytest.mark.parametrize("whole", [{}, {"data": None}, {"data": OLD}, {"error": 1, "data": [OLD]}, []])
def test_v1_a_body_of_another_shape_is_malformed(whole):
    with pytest.raises(Malformed):
        read_old(whole=whole)


@pytest.mark.parametrize("optional", ["tid", "description", "cusum_balance", "corresponsiveName"])
def test_v1_optional_fields_may_be_missing_and_new_ones_come(optional):
    line = {key: value for key, value in OLD.items() if key != optional} | {"new": [1]}
    assert read_old(line)[0].amount == 150_000


def test_v1_texts_that_no_database_keeps_are_cleaned():
    (notice,) = read_old(OLD | {"description": "a\0b \ud800 LUA7K2M9QXH"})
    assert notice.memo == "a b ? LUA7K2M9QXH"
    notice.raw.encode()
