"""VietQR: banks read what we make; what is damaged is refused. Vectors: payments reference, section 1."""

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments import qr
from payments.vietqr import VietQR, VietQRError, crc16, decode, encode

VECTORS = {
    "napas, amount, bill and memo": (
        VietQR(
            bank_bin="970403",
            account="0011012345678",
            amount=180_000,
            bill="NPS6869",
            memo="thanh toan don hang",
        ),
        (
            "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN"
            "62340107NPS68690819thanh toan don hang63042E2E"
        ),
    ),
    "static": (
        VietQR(bank_bin="970403", account="0011012345678"),
        "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA53037045802VN63049E6F",
    ),
    "napas, card, static": (
        VietQR(bank_bin="970403", account="9704031101234567", card=True),
        "00020101021138600010A00000072701300006970403011697040311012345670208QRIBFTTC53037045802VN63044F52",
    ),
    "ACB": (
        VietQR(bank_bin="970416", account="257678859", amount=10_000, memo="Chuyen tien"),
        (
            "00020101021238530010A0000007270123000697041601092576788590208QRIBFTTA53037045405100005802VN"
            "62150811Chuyen tien630453E6"
        ),
    ),
    "VietinBank": (
        VietQR(bank_bin="970415", account="113366668888", amount=79_000, memo="Ung Ho Quy Vac Xin"),
        (
            "00020101021238560010A0000007270126000697041501121133666688880208QRIBFTTA53037045405790005802VN"
            "62220818Ung Ho Quy Vac Xin63043ACF"
        ),
    ),
    "Agribank, order code": (
        VietQR(bank_bin="970405", account="3500201234567", amount=150_000, memo="LUA7K2M9QXH"),
        (
            "00020101021238570010A00000072701270006970405011335002012345670208QRIBFTTA530370454061500005802VN"
            "62150811LUA7K2M9QXH63045F6E"
        ),
    ),
}
PUBLISHED_BUT_WRONG = (
    "00020101021138570010A00000072701270006970403011200110123456780208QRIBFTTA53037045802VN6304F4E5"
)
ORDER_CODE = VECTORS["Agribank, order code"][1]

words = st.lists(st.from_regex(r"[A-Za-z0-9]{1,8}", fullmatch=True), max_size=3).map(" ".join)
short_words = st.from_regex(r"[A-Za-z0-9]{0,6}", fullmatch=True)
codes = st.builds(
    VietQR,
    bank_bin=st.from_regex(r"[0-9]{6}", fullmatch=True),
    account=st.from_regex(r"[A-Za-z0-9]{1,19}", fullmatch=True),
    amount=st.none() | st.integers(1, 499_999_999),
    card=st.booleans(),
    memo=words.filter(lambda text: len(text) <= 25),
    name=words.filter(lambda text: len(text) <= 25),
    city=short_words,
    bill=short_words,
    reference=short_words,
    terminal=short_words,
)


def with_crc(text: str) -> str:
    return text + "6304" + crc16(text + "6304")


def refused(text: str) -> str:
    with pytest.raises(VietQRError) as refusal:
        decode(text)
    return refusal.value.code


def not_made(**change) -> str:
    facts = {"bank_bin": "970405", "account": "3500201234567"} | change
    with pytest.raises(VietQRError) as refusal:
        encode(VietQR(**facts))
    return refusal.value.code


@pytest.mark.parametrize(("asked", "text"), VECTORS.values(), ids=VECTORS.keys())
def test_published_codes_are_made_and_read_letter_by_letter(asked, text):
    assert encode(asked) == text
    assert decode(text) == asked


def test_the_published_code_with_a_wrong_inner_length_is_refused_although_its_crc_is_right():
    assert crc16(PUBLISHED_BUT_WRONG[:-4]) == PUBLISHED_BUT_WRONG[-4:]
    assert refused(PUBLISHED_BUT_WRONG) == "bad_length"


@pytest.mark.parametrize(("text", "crc"), [("123456789", "29B1"), ("", "FFFF")])
def test_the_crc_is_the_one_of_the_standard(text, crc):
    assert crc16(text) == crc


@given(codes)
def test_property_8_what_is_made_is_read_back_the_same(asked):
    assert decode(encode(asked)) == asked


@given(codes, st.data())
def test_property_8_one_changed_character_is_refused(asked, data):
    text = encode(asked)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(blacklist_characters=text[at]))
    assert refused(text[:at] + other + text[at + 1 :])


@given(st.text())
def test_property_any_text_is_read_or_refused_but_never_a_fault(text):
    assert refused(text)
    if text.isascii():
        assert refused(with_crc(text))


@pytest.mark.parametrize("at", range(len(ORDER_CODE)))
def test_a_code_cut_off_anywhere_is_refused(at):
    assert refused(ORDER_CODE[:at])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (ORDER_CODE[:-4] + ORDER_CODE[-4:].lower(), "bad_crc"),
        (ORDER_CODE.replace("LUA", "LÚA"), "not_ascii"),
        (with_crc("0002010102115303704" + "5303704"), "repeated_tag"),
        (with_crc("0002010102115300"), "empty_value"),
        (with_crc("00020101021153O3704"), "bad_length"),
        (with_crc("0002010102115303704" + "5910abc"), "cut_short"),
        (with_crc("0002010102115303704"), "not_vietqr"),
        (with_crc(ORDER_CODE[:-8].replace("A000000727", "A000000728")), "not_vietqr"),
        (with_crc(ORDER_CODE[:-8].replace("QRIBFTTA", "QRPUSHXX")), "not_vietqr"),
        (with_crc(ORDER_CODE[:-8].replace("5303704", "5303840")), "bad_currency"),
        (with_crc(ORDER_CODE[:-8].replace("5802VN", "5802TH")), "bad_country"),
        (with_crc(ORDER_CODE[:-8].replace("5406150000", "5406015000")), "bad_amount"),
        (with_crc(ORDER_CODE[:-8].replace("5406150000", "5406150.00")), "bad_amount"),
        (with_crc(ORDER_CODE[:-8].replace("5406150000", "5409500000000")), "bad_amount"),
        (with_crc(ORDER_CODE[:-8].replace("010212", "010211", 1)), "bad_method"),
        (with_crc(ORDER_CODE[:-8].replace("0006970405", "0006AGRIBK")), "bad_bin"),
        (with_crc(ORDER_CODE[:-8].replace("3500201234567", "35002-1234567")), "bad_account"),
    ],
)
def test_a_code_that_breaks_a_rule_is_refused_by_its_name_even_with_a_right_crc(text, code):
    assert refused(text) == code


def test_tags_we_do_not_know_do_not_matter():
    strange = ORDER_CODE[:-8].replace("5303704", "520459995303704")
    assert decode(with_crc(strange)) == VECTORS["Agribank, order code"][0]


@pytest.mark.parametrize("amount", [1, 99_999_999, 100_000_000, 499_999_999])
def test_case_13_every_amount_a_bank_takes_can_be_asked_for(amount):
    assert decode(encode(VietQR(bank_bin="970405", account="1", amount=amount))).amount == amount


@pytest.mark.parametrize(
    "amount", [0, -1, 500_000_000, True, False, 1.0, 150_000.5, Decimal(150_000), "150000", float("nan")]
)
def test_case_13_an_amount_that_is_no_whole_positive_number_of_dong_is_refused(amount):
    assert not_made(amount=amount) == "bad_amount"


@pytest.mark.parametrize("bank_bin", ["", "97040", "9704055", "AGRIBK", "٩٧٠٤٠٥", "970405\n"])
def test_there_is_no_default_bank(bank_bin):
    assert not_made(bank_bin=bank_bin) == "bad_bin"


@pytest.mark.parametrize("account", ["", "1" * 20, "3500 201", "3500-201", "tài khoản", "3500201\n"])
def test_an_account_is_1_to_19_letters_and_digits(account):
    assert not_made(account=account) == "bad_account"


def test_leading_zeros_of_an_account_are_kept():
    assert decode(encode(VietQR(bank_bin="970403", account="0000000001"))).account == "0000000001"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("thanh toán đơn hàng", "thanh toan don hang"),
        ("Ủng Hộ Quỹ Vắc Xin", "Ung Ho Quy Vac Xin"),
        ("  Mận hậu -- 5kg,  Bắc Hà! ", "Man hau 5kg Bac Ha"),
        ("đặt ĐÀO", "dat DAO"),
        ("lu\u0301a", "lua"),  # letter and mark sent apart
    ],
)
def test_a_memo_is_folded_and_keeps_its_case(typed, sent):
    assert decode(encode(VietQR(bank_bin="970405", account="1", memo=typed))).memo == sent


def test_a_memo_that_banks_would_cut_is_refused_and_never_shortened():
    assert decode(encode(VietQR(bank_bin="970405", account="1", memo="LUA7K2M9QXH 9012345678901"))).memo
    assert not_made(memo="LUA7K2M9QXH 90123456789012") == "memo_too_long"


def test_a_memo_of_nothing_but_signs_is_refused_because_nothing_would_be_left():
    assert not_made(memo="!!! ???") == "memo_empty"


def test_a_static_code_may_carry_the_stall_code():
    stall = VietQR(bank_bin="970405", account="1", memo="QUAY12")
    assert encode(stall).startswith("000201010211")
    assert decode(encode(stall)) == stall


def test_name_and_city_are_left_out_unless_asked_for():
    assert "5908CHO BAN " not in ORDER_CODE
    asked = VietQR(bank_bin="970405", account="1", name="Chợ Bản", city="Lào Cai")
    assert "5907Cho Ban6007Lao Cai" in encode(asked)
    assert not_made(name="x" * 26) == "name_too_long"
    assert not_made(city="x" * 16) == "city_too_long"


def test_texts_that_do_not_fit_together_are_refused():
    full = "x" * 25
    assert not_made(memo=full, bill=full, store=full, phone=full) == "too_long"


def test_the_drawn_svg_needs_no_style_scales_and_speaks():
    drawn = qr.svg(ORDER_CODE, label='Mã "chuyển tiền" <Agribank>')
    svg = ElementTree.fromstring(drawn)
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == 'Mã "chuyển tiền" <Agribank>'
    assert svg.get("class") == "qr"
    assert not re.search(r"style|<script|\son\w+=|xmlns:|href", drawn)
    modules = int(svg.get("viewBox").split()[-1])
    assert svg.get("width") == svg.get("height") == str(modules * 4)
    assert [path.get("fill") or path.get("stroke") for path in svg] == ["#fff", "#000"]
    assert svg[1].get("d").startswith("M4 4.5h7")  # four modules of quiet, then the first finder's edge


@pytest.mark.parametrize("text", ["LUA", ORDER_CODE])
def test_the_error_level_is_m_for_short_and_long_texts(text):
    assert qr.symbol(text).error == "M"


def test_the_drawn_png_has_modules_of_the_asked_size_and_never_too_small_ones():
    png = qr.png(ORDER_CODE, scale=4)
    modules = int(ElementTree.fromstring(qr.svg(ORDER_CODE, label="x")).get("viewBox").split()[-1])
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20]) == modules * 4
    with pytest.raises(ValueError, match="4 pixels"):
        qr.png(ORDER_CODE, scale=3)
