"""Bar code numbers of goods (GTIN). Source: GS1 General Specifications, 7.9, check digit."""

import re

from django.utils.translation import gettext as _

LENGTHS = (8, 12, 13, 14)
DIGITS = 14  # as kept and as written in a GS1 Digital Link: zeros in front


class BadGtin(ValueError):
    """A text that is no bar code number; its message tells the person what to look at."""


def read_gtin(text: str) -> str:
    """A number of 8, 12, 13 or 14 digits as 14 digits; "" for an empty text. Raises BadGtin. Gaps are allowed."""
    said = re.sub(r"[\s.\-]+", "", text)
    if not said:
        return ""
    if not re.fullmatch(r"[0-9]+", said) or len(said) not in LENGTHS:
        raise BadGtin(_("Mã vạch có 8, 12, 13 hoặc 14 chữ số. Hãy chép lại dãy số dưới các vạch."))
    if int(said) == 0 or said[-1] != check_digit(said[:-1]):
        raise BadGtin(_("Mã vạch này có chữ số chép sai: số cuối không khớp. Hãy xem lại từng số."))
    return said.zfill(DIGITS)


def check_digit(digits: str) -> str:
    """The last digit that belongs to the others: weights 3 and 1 from the right, up to the next ten."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def show_gtin(gtin: str) -> str:
    """The number as it stands under the bars: without the zeros that were put in front."""
    short = gtin.lstrip("0")
    length = next((length for length in LENGTHS if len(short) <= length), DIGITS)
    return short.zfill(length) if gtin else ""


def digital_link_path(gtin: str, lot: str) -> str:
    """ "/01/08934563138165/10/7KQ2M9XHRT": application identifiers 01 (GTIN) and 10 (lot). Source: GS1 Digital Link 1.3."""
    return f"/01/{gtin}/10/{lot}"
