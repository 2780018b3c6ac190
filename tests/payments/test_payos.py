"""payOS's notices: signed over every field, known or not. Vector: payOS's published sample; payments reference, 3."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.order_codes import find_codes
from payments.providers.base import Direction, Forged, Malformed
from payments.providers.payos import PayOS, sign

SAMPLE_KEY = "1a54716c8f0efb2744fb28b6e38b25da7f67a925d98bc1c18bd8faaecadd7675"
SAMPLE_SIGNATURE = "412e915d2871504ed31be63c8f62a149a4410d34c4c42affc9006ef9917eaa03"
SAMPLE = {
    "orderCode": 123,
    "amount": 3000,
    "description": "VQRIO123",
    "accountNumber": "12345678",
    "reference": "TF230204212323",
    "transactionDateTime": "2023-02-04 18:25:00",
    "currency": "VND",
    "paymentLinkId": "124c33293c43417ab7879e14c8d9eb18",
    "code": "00",
    "desc": "Thành công",
    "counterAccountBankId": "",
    "counterAccountBankName": "",
    "counterAccountName": "",
    "counterAccountNumber": "",
    "virtualAccountName": "",
    "virtualAccountNumber": "",
}
SECRET = "payos-test-secret"
NOW = datetime(2026, 11, 20, 7, 2, 40, tzinfo=UTC)
TRANSFER = SAMPLE | {
    "orderCode": 4711,
    "amount": 150_000,
    "description": "CSXY12 LUA7K2M9QXH",
    "accountNumber": "0123499999",
    "reference": "FT26324001122",
    "transactionDateTime": "2026-11-20 14:02:37",
    "counterAccountName": "NGUYEN VAN A",
}


def body_of(data, signature=None, **around) -> bytes:
    whole = {"code": "00", "desc": "success", "success": True, "data": data} | around
    return json.dumps(whole | {"signature": sign(SECRET, data) if signature is None else signature}).encode()


def read(body: bytes, secrets=(SECRET,)):
    return PayOS().read(secrets, {}, body, NOW)


def read_signed(*without: str, **change):
    facts = TRANSFER | change
    return read(body_of({key: value for key, value in facts.items() if key not in without}))


def forged(body: bytes, **how) -> str:
    with pytest.raises(Forged) as refusal:
        read(body, **how)
    return refusal.value.code


def malformed(*without: str, **change) -> str:
    with pytest.raises(Malformed) as refusal:
        read_signed(*without, **change)
    return refusal.value.code


def test_the_signature_is_the_published_one():
    assert sign(SAMPLE_KEY, SAMPLE) == SAMPLE_SIGNATURE
    assert sign(SAMPLE_KEY, dict(reversed(SAMPLE.items()))) == SAMPLE_SIGNATURE


def test_an_empty_and_a_missing_value_are_signed_the_same():
    assert sign(SAMPLE_KEY, SAMPLE | {"counterAccountName": None}) == SAMPLE_SIGNATURE


def test_the_call_that_tries_the_address_holds_no_money():
    assert read(body_of(SAMPLE, SAMPLE_SIGNATURE), secrets=[SAMPLE_KEY]) == []


def test_a_genuine_notice_is_read_exactly():
    (notice,) = read_signed()
    assert (notice.provider, notice.provider_id) == ("payos", "FT26324001122")
    assert notice.account_number == "0123499999"
    assert (notice.direction, notice.amount, notice.is_income) == (Direction.IN, 150_000, True)
    assert notice.booked_at == datetime(2026, 11, 20, 7, 2, 37, tzinfo=UTC)  # 14:02:37 in Vietnam
    assert notice.bank_reference == "FT26324001122"
    assert notice.counterparty == "NGUYEN VAN A"
    assert find_codes(notice.memo, "LUA") == ["LUA7K2M9QXH"]
    assert json.loads(notice.raw)["data"] == TRANSFER


def test_the_order_code_of_payos_is_no_memo():
    assert find_codes(read_signed(orderCode=7, description="VQRIO7")[0].memo, "LUA") == []


@given(st.sampled_from(sorted(TRANSFER)), st.text(max_size=5))
def test_case_11_property_a_changed_field_is_forged(field, value):
    body = body_of(TRANSFER | {field: f"{TRANSFER[field]}{value}x"}, sign(SECRET, TRANSFER))
    assert forged(body) == "wrong"


def test_case_12_a_hundredfold_amount_is_forged():
    assert forged(body_of(TRANSFER | {"amount": 15_000_000}, sign(SECRET, TRANSFER))) == "wrong"


@pytest.mark.parametrize("secrets", [["another"], [], [""], ["", "another"]])
def test_case_11_a_wrong_or_missing_secret_is_forged(secrets):
    assert forged(body_of(TRANSFER), secrets=secrets) == "wrong"


def test_case_11_an_empty_secret_opens_nothing():
    assert forged(body_of(TRANSFER, sign("", TRANSFER)), secrets=[""]) == "wrong"


def test_two_secrets_are_valid_while_one_replaces_the_other():
    assert read(body_of(TRANSFER), secrets=["new", SECRET]) == read_signed()
    with pytest.raises(TypeError):
        read(body_of(TRANSFER), secrets=SECRET)


@pytest.mark.parametrize("signature", ["", "00", "ký", SAMPLE_SIGNATURE])
def test_case_11_a_wrong_signature_is_forged(signature):
    assert forged(body_of(TRANSFER, signature)) == "wrong"


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"{", b"[]", b"null", b"{}", b"[" * 100_000, b'{"data":' * 500 + b"1" + b"}" * 500]
    + [json.dumps(whole).encode() for whole in ({"data": TRANSFER}, {"data": [], "signature": "0"})]
    + [json.dumps({"data": TRANSFER, "signature": bad}).encode() for bad in (None, 1, ["0"])],
)
def test_case_11_what_is_not_signed_is_forged(body):
    assert forged(body) == "unsigned"


def test_case_11_new_fields_are_signed_too_and_passed_over():
    new = {"newField": {"b": [1, 2.0, None], "a": True}, "another": 7.5, "flag": False, "whole": 3000.0}
    assert read_signed(**new)[0].amount == 150_000
    assert forged(body_of(TRANSFER | new, sign(SECRET, TRANSFER))) == "wrong"


@pytest.mark.parametrize("how", ["missing", "null"])
def test_case_11_optional_fields_may_be_missing_or_null(how):
    optional = ["orderCode", "description", "currency", "paymentLinkId", "code", "desc", "counterAccountName"]
    (notice,) = read_signed(*optional) if how == "missing" else read_signed(**dict.fromkeys(optional))
    assert (notice.memo, notice.counterparty, notice.amount) == ("", "", 150_000)


@pytest.mark.parametrize("field", ["amount", "accountNumber", "reference", "transactionDateTime"])
@pytest.mark.parametrize("value", [None, "", [], {}, True, 1.5])
def test_case_11_a_needed_field_that_is_missing_or_strange_is_malformed(field, value):
    assert malformed(field) == f"bad_{field}"
    assert malformed(**{field: value}) == f"bad_{field}"


@pytest.mark.parametrize("amount", ["150000", "150.000", 150000.0, 1e5, 10**15 + 1])
def test_case_12_an_amount_that_is_no_whole_number_is_malformed_and_never_guessed(amount):
    assert malformed(amount=amount) == "bad_amount"


@pytest.mark.parametrize("amount", [1, 499_999_999, 500_000_000, 15_000_000])
def test_case_13_amounts_are_taken_as_they_are(amount):
    assert read_signed(amount=amount)[0].amount == amount


@pytest.mark.parametrize("amount", [0, -150_000])
def test_case_10_zero_and_negative_lines_are_no_income(amount):
    assert not read_signed(amount=amount)[0].is_income


@pytest.mark.parametrize("change", [{"currency": "USD"}, {"code": "01"}])
def test_case_12_another_currency_or_a_failed_transfer_is_no_money(change):
    (field,) = change
    assert malformed(**change) == f"bad_{field}"


def test_case_4_two_equal_transfers_have_two_names():
    first, second = read_signed()[0], read_signed(reference="FT26324001123")[0]
    assert first.provider_id != second.provider_id


def test_case_30_account_memo_and_name_stay_out_of_logs():
    shown = repr(read_signed()[0])
    assert not any(secret in shown for secret in ("0123499999", "LUA7K2M9QXH", "NGUYEN"))
