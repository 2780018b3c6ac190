"""Phone numbers: read leniently, kept in E.164, shown the way people say them."""

import re

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_ALLOWED = re.compile(r"[\d\s.+()-]+")


def read_phone(text: str) -> str:
    """A Vietnamese number in E.164 ("+84912345678"). Raises ValidationError with a sentence for the person.

    Letters are refused before parsing, because the parser silently drops a leading "O".
    Source: numbering plan in `phonenumbers`; old 11-digit mobiles are no longer valid.
    """
    said = text.strip()
    wrong = ValidationError(
        _("Số điện thoại chưa đúng. Số di động có 10 chữ số, ví dụ 0912 345 678."), code="bad_phone"
    )
    if not _ALLOWED.fullmatch(said):
        raise wrong
    if re.match(r"84\d{9}$", re.sub(r"\D", "", said)) and not said.startswith("+"):
        said = "+" + said
    try:
        number = phonenumbers.parse(said, "VN")
    except phonenumbers.NumberParseException:
        raise wrong from None
    if number.country_code != 84 or not phonenumbers.is_valid_number(number):
        raise wrong
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def show_phone(phone: str) -> str:
    """ "+84912345678" as "0912 345 678"."""
    digits = re.sub(r"^\+84", "0", phone)
    return f"{digits[:4]} {digits[4:7]} {digits[7:]}" if len(digits) == 10 else digits


def mask_phone(phone: str) -> str:
    """ "+84912345678" as "0912 ••• ••8": enough to recognise, too little to call."""
    digits = re.sub(r"^\+84", "0", phone)
    return f"{digits[:4]} ••• ••{digits[-1:]}"
