"""VietQR: the text inside the code that every Vietnamese bank's app scans.

Pure text work, no database, no pictures (see `payments.qr`). The text is a row of tag, length, value.
Source: NAPAS, VietQR format (EMVCo merchant-presented QR); payments reference, section 1.
"""

import re
from dataclasses import dataclass

from common.folding import strip_marks

MOST = 499_999_999  # đồng; the ceiling of one instant transfer
MEMO_LENGTH = 25  # characters; banks cut what is longer, and a cut order code pays for nothing
NAME_LENGTH, CITY_LENGTH = 25, 15

_NAPAS = "A000000727"
_SERVICES = {"QRIBFTTA": False, "QRIBFTTC": True}  # to an account, to a card
_EXTRAS = {"bill": "01", "phone": "02", "store": "03", "reference": "05",
           "customer": "06", "terminal": "07", "memo": "08"}  # fmt: skip
_BIN = re.compile(r"[0-9]{6}")
_ACCOUNT = re.compile(r"[A-Za-z0-9]{1,19}")
_AMOUNT = re.compile(r"[1-9][0-9]{0,12}")
_FIELD = re.compile(r"([0-9]{2})([0-9]{2})")
_SIGNS = re.compile(r"[^A-Za-z0-9]+")


class VietQRError(ValueError):
    """A VietQR that cannot be made or must not be trusted. `code` names the reason, for logs and wording."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class VietQR:
    """Where money shall go, how much and with which words.

    `amount` is whole đồng; None leaves it to the payer and makes the code reusable. `card` says: `account`
    is a card number. `memo` travels with the transfer. The other texts are for the payer's app and are rarely
    needed: apps look the name up themselves.
    """

    bank_bin: str
    account: str
    amount: int | None = None
    memo: str = ""
    card: bool = False
    name: str = ""
    city: str = ""
    bill: str = ""
    phone: str = ""
    store: str = ""
    reference: str = ""
    customer: str = ""
    terminal: str = ""


def crc16(text: str) -> str:
    """Four upper-case hex digits that give away a damaged text. Source: CRC-16/IBM-3740; `text` is ASCII."""
    crc = 0xFFFF
    for byte in text.encode("ascii"):
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return f"{crc:04X}"


def plain(text: str) -> str:
    """Text as banks let it through: letters without marks, digits, single spaces. Case is kept."""
    return _SIGNS.sub(" ", strip_marks(text)).strip()


def encode(qr: VietQR) -> str:
    """The text to draw. Vietnamese letters are folded first; nothing is ever shortened.

    Raises VietQRError: bad_bin, bad_account, bad_amount; for texts `<field>_empty` (only signs, no letters)
    and `<field>_too_long`; too_long if the extra texts together do not fit.
    """
    if not _BIN.fullmatch(qr.bank_bin):
        raise VietQRError("bad_bin")
    if not _ACCOUNT.fullmatch(qr.account):
        raise VietQRError("bad_account")
    receiver = _field("00", qr.bank_bin) + _field("01", qr.account)
    service = "QRIBFTTC" if qr.card else "QRIBFTTA"
    fields = [
        _field("00", "01"),
        _field("01", "11" if qr.amount is None else "12"),
        _field("38", _field("00", _NAPAS) + _field("01", receiver) + _field("02", service)),
        _field("53", "704"),
        _field("54", _digits(qr.amount)),
        _field("58", "VN"),
        _field("59", _words("name", qr.name, NAME_LENGTH)),
        _field("60", _words("city", qr.city, CITY_LENGTH)),
        _field("62", "".join(_field(tag, _words(key, getattr(qr, key))) for key, tag in _EXTRAS.items())),
    ]
    text = "".join(fields) + "6304"
    return text + crc16(text)


def decode(text: str) -> VietQR:
    """What a scanned text asks for. Tags we do not know are passed over; texts are kept as they stand.

    Raises VietQRError for a damaged text: not_ascii, no_crc, bad_crc, bad_length, cut_short, repeated_tag,
    empty_value; for one we cannot pay: not_vietqr, bad_bin, bad_account, bad_currency, bad_country,
    bad_amount, bad_method (reusable with an amount, or for one payment without).
    """
    if not text.isascii():
        raise VietQRError("not_ascii")
    if text[-8:-4] != "6304":
        raise VietQRError("no_crc")
    if crc16(text[:-4]) != text[-4:]:
        raise VietQRError("bad_crc")
    top = _fields(text[:-8])
    template = _fields(top.get("38", ""))
    if top.get("00") != "01" or template.get("00") != _NAPAS or template.get("02") not in _SERVICES:
        raise VietQRError("not_vietqr")
    receiver = _fields(template.get("01", ""))
    extras = _fields(top.get("62", ""))
    _expect(_BIN.fullmatch(receiver.get("00", "")), "bad_bin")
    _expect(_ACCOUNT.fullmatch(receiver.get("01", "")), "bad_account")
    _expect(top.get("53") == "704", "bad_currency")
    _expect(top.get("58") == "VN", "bad_country")
    _expect(top.get("01") == ("12" if "54" in top else "11"), "bad_method")
    return VietQR(
        bank_bin=receiver["00"],
        account=receiver["01"],
        amount=_amount(top["54"]) if "54" in top else None,
        card=_SERVICES[template["02"]],
        name=top.get("59", ""),
        city=top.get("60", ""),
        **{key: extras.get(tag, "") for key, tag in _EXTRAS.items()},
    )


def _field(tag: str, value: str) -> str:
    """One tag, length, value; nothing at all for an empty value, because a length of 00 is forbidden."""
    if len(value) > 99:
        raise VietQRError("too_long")
    return f"{tag}{len(value):02}{value}" if value else ""


def _fields(text: str) -> dict[str, str]:
    """The values of one level by their tags."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        head = _FIELD.match(text, at)
        if not head:
            raise VietQRError("bad_length")
        tag, length = head[1], int(head[2])
        value = text[head.end() : head.end() + length]
        if not length:
            raise VietQRError("empty_value")
        if len(value) < length:
            raise VietQRError("cut_short")
        if tag in found:
            raise VietQRError("repeated_tag")
        found[tag] = value
        at = head.end() + length
    return found


def _digits(amount: int | None) -> str:
    if amount is None:
        return ""
    # exactly int: True is an int too; a float or Decimal means that somebody computed with parts of a đồng
    if type(amount) is not int or not 1 <= amount <= MOST:
        raise VietQRError("bad_amount")
    return str(amount)


def _amount(digits: str) -> int:
    _expect(_AMOUNT.fullmatch(digits) and int(digits) <= MOST, "bad_amount")
    return int(digits)


def _words(key: str, text: str, longest: int = MEMO_LENGTH) -> str:
    words = plain(text)
    _expect(words or not text, f"{key}_empty")
    _expect(len(words) <= longest, f"{key}_too_long")
    return words


def _expect(true: object, code: str) -> None:
    if not true:
        raise VietQRError(code)
