"""SePay's notices: only genuine ones are read, and read exactly. Vector: payments reference, section 3."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.order_codes import find_codes
from payments.providers import PROVIDERS, provider
from payments.providers.base import Direction, Forged, Malformed, NotOffered, Offer, Provider
from payments.providers.sepay import SePay, sign, signed_headers

SECRET = "sepay-test-secret"
NOW = datetime.fromtimestamp(1795400000, UTC)
BODY = (
    b'{"id":92704,"gateway":"Vietcombank","transactionDate":"2026-11-20 14:02:37",'
    b'"accountNumber":"0123499999","subAccount":null,"code":"LUA7K2M9QXH",'
    b'"content":"MBVCB.3278907687.LUA7K2M9QXH.CT tu 0011001234567",'
    b'"transferType":"in","transferAmount":150000,"accumulated":19077000,"referenceCode":"MBVCB.3278907687"}'
)
SIGNATURE = "ed82af66894a222ce833eacbf87a42280567018c0c990a9f6b92633576bb5efe"
HEADERS = {"X-SePay-Signature": f"sha256={SIGNATURE}", "X-SePay-Timestamp": "1795400000"}


def read(body=BODY, headers=HEADERS, secrets=(SECRET,), now=NOW):
    return SePay().read(secrets, headers, body, now)


def line(*without: str, **change) -> bytes:
    """The vector's body with some fields changed or left out."""
    facts = json.loads(BODY) | change
    return json.dumps({key: value for key, value in facts.items() if key not in without}).encode()


def read_signed(body: bytes):
    return read(body, signed_headers(SECRET, NOW, body))


def forged(**how) -> str:
    with pytest.raises(Forged) as refusal:
        read(**how)
    return refusal.value.code


def malformed(body: bytes) -> str:
    with pytest.raises(Malformed) as refusal:
        read_signed(body)
    return refusal.value.code


def test_the_signature_is_the_one_of_the_reference():
    assert sign(SECRET, 1795400000, BODY) == SIGNATURE
    assert signed_headers(SECRET, NOW, BODY) == HEADERS


def test_a_genuine_notice_is_read_exactly():
    (notice,) = read()
    assert notice.provider == "sepay"
    assert notice.provider_id == "92704"
    assert notice.account_number == "0123499999"
    assert notice.direction is Direction.IN
    assert notice.amount == 150_000
    assert notice.bank_reference == "MBVCB.3278907687"
    assert notice.memo == "MBVCB.3278907687.LUA7K2M9QXH.CT tu 0011001234567"
    assert notice.counterparty == ""
    assert notice.booked_at == datetime(2026, 11, 20, 7, 2, 37, tzinfo=UTC)  # 14:02:37 in Vietnam
    assert notice.booked_at.tzinfo is UTC
    assert notice.raw == BODY.decode()
    assert notice.is_income
    assert find_codes(notice.memo, "LUA") == ["LUA7K2M9QXH"]


def test_header_names_are_read_in_any_case():
    assert read(headers={name.lower(): value for name, value in HEADERS.items()}) == read()


def test_case_11_a_body_changed_on_the_way_is_forged():
    assert forged(body=BODY.replace(b"150000", b"950000")) == "wrong"


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_case_11_property_one_changed_byte_is_forged(at, flip):
    changed = bytearray(BODY)
    changed[at] ^= flip
    assert forged(body=bytes(changed)) == "wrong"


@pytest.mark.parametrize("secrets", [["another-secret"], [], [""], ["", "another-secret"]])
def test_case_11_a_wrong_or_missing_secret_is_forged(secrets):
    assert forged(secrets=secrets) == "wrong"


def test_case_11_an_empty_secret_opens_nothing():
    assert forged(headers=signed_headers("", NOW, BODY), secrets=[""]) == "wrong"
    assert forged(headers={"Authorization": "Apikey "}, secrets=[""]) == "wrong"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-SePay-Timestamp": "1795400000"},
        {"X-SePay-Signature": f"sha256={SIGNATURE}"},
        HEADERS | {"X-SePay-Timestamp": ""},
        HEADERS | {"X-SePay-Timestamp": "yesterday"},
        HEADERS | {"X-SePay-Timestamp": "-1795400000"},
        HEADERS | {"X-SePay-Timestamp": "1" * 400},
        HEADERS | {"X-SePay-Timestamp": "1795400000.0"},
    ],
)
def test_case_11_an_unsigned_notice_is_forged(headers):
    assert forged(headers=headers) == "unsigned"


@pytest.mark.parametrize(
    "signature", ["", SIGNATURE, "sha256=", f"sha512={SIGNATURE}", f"sha256={SIGNATURE[:-1]}", "ký"]
)
def test_case_11_a_signature_of_another_shape_is_forged(signature):
    assert forged(headers=HEADERS | {"X-SePay-Signature": signature}) == "wrong"


@pytest.mark.parametrize("late", [-300, 0, 300])
def test_case_11_a_notice_may_be_five_minutes_off(late):
    assert read(now=NOW + timedelta(seconds=late)) == read()


@pytest.mark.parametrize("late", [-301, 301, 86_400])
def test_case_11_a_stale_notice_is_forged_so_that_it_cannot_be_played_again(late):
    assert forged(now=NOW + timedelta(seconds=late)) == "stale"


def test_a_moved_timestamp_does_not_freshen_an_old_notice():
    later = NOW + timedelta(hours=1)
    assert forged(headers=HEADERS | {"X-SePay-Timestamp": str(int(later.timestamp()))}, now=later) == "wrong"


@pytest.mark.parametrize("used", ["old-secret", "new-secret"])
def test_two_secrets_are_valid_while_one_replaces_the_other(used):
    both = ["new-secret", "old-secret"]
    assert read(headers=signed_headers(used, NOW, BODY), secrets=both) == read()
    assert read(headers={"Authorization": f"Apikey {used}"}, secrets=both) == read()


@pytest.mark.parametrize(
    "given_key", ["Apikey wrong", "Apikey", "", "Bearer sepay-test-secret", SECRET, "Apikey khoá"]
)
def test_case_11_a_wrong_key_is_forged(given_key):
    assert read(headers={"authorization": f"Apikey {SECRET}"}) == read()
    assert forged(headers={"Authorization": given_key}) == "wrong"


def test_case_11_a_right_key_does_not_save_a_wrong_signature():
    headers = HEADERS | {"X-SePay-Signature": "sha256=00", "Authorization": f"Apikey {SECRET}"}
    assert forged(headers=headers) == "wrong"


def test_secrets_given_as_one_text_are_a_bug_and_not_a_list_of_letters():
    with pytest.raises(TypeError):
        read(headers={"Authorization": "Apikey s"}, secrets=SECRET)


def test_case_11_what_is_forged_is_not_even_parsed():
    assert forged(body=b"\xff not json") == "wrong"


def test_case_11_unknown_fields_are_passed_over():
    assert read_signed(line(newField={"deep": [1, 2]}))[0].amount == 150_000


@pytest.mark.parametrize("how", ["missing", "null"])
def test_case_11_optional_fields_may_be_missing_or_null(how):
    optional = ["gateway", "subAccount", "code", "content", "description", "accumulated", "referenceCode"]
    (notice,) = read_signed(line(*optional) if how == "missing" else line(**dict.fromkeys(optional)))
    assert (notice.memo, notice.bank_reference, notice.amount) == ("", "", 150_000)


def test_without_a_content_the_description_is_the_memo():
    assert read_signed(line("content", description="ND LUA7K2M9QXH"))[0].memo == "ND LUA7K2M9QXH"


def test_the_code_field_of_the_provider_decides_nothing():
    assert find_codes(read_signed(line(content="tien man", code="LUA7K2M9QXH"))[0].memo, "LUA") == []


@pytest.mark.parametrize(
    "field", ["id", "accountNumber", "transferType", "transferAmount", "transactionDate"]
)
@pytest.mark.parametrize("value", [None, "", [], {}, True, 1.5])
def test_case_11_a_needed_field_that_is_missing_or_strange_is_malformed(field, value):
    assert malformed(line(field)) == f"bad_{field}"
    assert malformed(line(**{field: value})) == f"bad_{field}"


@pytest.mark.parametrize("amount", ["150000", "150.000", 150000.0, 1e5, False, 10**15 + 1, -(10**18)])
def test_case_12_an_amount_that_is_no_whole_number_is_malformed_and_never_guessed(amount):
    assert malformed(line(transferAmount=amount)) == "bad_transferAmount"


@pytest.mark.parametrize("amount", [1, 499_999_999, 500_000_000, 15_000_000])
def test_case_13_amounts_are_taken_as_they_are(amount):
    assert read_signed(line(transferAmount=amount))[0].amount == amount


@pytest.mark.parametrize(("kind", "amount"), [("out", 150_000), ("in", 0), ("in", -150_000)])
def test_case_10_outgoing_zero_and_negative_lines_are_read_but_are_no_income(kind, amount):
    (notice,) = read_signed(line(transferType=kind, transferAmount=amount))
    assert (notice.direction, notice.amount, notice.is_income) == (Direction(kind), amount, False)


@pytest.mark.parametrize(
    "date", ["20/11/2026 14:02", "2026-11-20", "2026-02-30 10:00:00", "0001-01-01 00:00:00"]
)
def test_a_time_that_cannot_be_read_is_malformed(date):
    assert malformed(line(transactionDate=date)) == "bad_transactionDate"


def test_just_after_midnight_in_vietnam_is_the_day_before_in_utc():
    (notice,) = read_signed(line(transactionDate="2026-11-20 00:30:00"))
    assert notice.booked_at == datetime(2026, 11, 19, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b'"x"', b"{", b"\xff", b"[" * 100_000, b'{"id":' + b"9" * 5000 + b"}"]
)
def test_case_11_a_signed_body_that_is_no_object_is_malformed(body):
    assert malformed(body) == "bad_json"


def test_texts_that_no_database_keeps_are_cleaned_and_the_money_is_not_lost():
    (notice,) = read_signed(line(content="a\0b \ud800 LUA7K2M9QXH"))
    assert notice.memo == "a b ? LUA7K2M9QXH"
    assert "\0" not in notice.raw


def test_a_reference_too_long_to_keep_is_malformed_rather_than_shortened():
    assert malformed(line(referenceCode="R" * 101)) == "bad_referenceCode"
    assert malformed(line(id="9" * 65)) == "bad_id"


def test_leading_zeros_of_an_account_number_are_never_lost_by_reading_a_number():
    assert malformed(line(accountNumber=123499999)) == "bad_accountNumber"


def test_case_30_account_memo_and_body_stay_out_of_logs():
    shown = repr(read()[0])
    assert "92704" in shown
    assert not any(
        secret in shown for secret in ("0123499999", "0011001234567", "LUA7K2M9QXH", "accumulated")
    )


def test_every_provider_of_the_table_can_be_had_by_its_name(settings):
    settings.PAYMENT_PROVIDERS = {
        "stripe": {"secret_key": "sk_test_1", "webhook_secrets": ["whsec_1"], "live": False}
    }
    assert {name: provider(name).name for name in PROVIDERS} == {name: name for name in PROVIDERS}
    assert provider("sepay").offers == {Offer.NOTICES, Offer.LISTING}
    assert all(Offer.NOTICES in provider(name).offers for name in ("payos", "casso", "casso1"))
    with pytest.raises(KeyError):
        provider("unknown")


def test_what_a_provider_does_not_offer_is_said_plainly():
    with pytest.raises(NotOffered, match="notices"):
        Provider().read([SECRET], HEADERS, BODY, NOW)
