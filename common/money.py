"""Đồng: whole numbers everywhere, shown and read the way people write them."""

import re
from decimal import Decimal, InvalidOperation

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.folding import strip_marks

NBSP = "\u00a0"
MOST = 10**12  # a thousand milliard; everything above is a slip of the finger
_PLAIN = re.compile(r"\d{1,15}", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}([.,  ])\d{3}(?:\1\d{3})*", re.ASCII)
_SPOKEN = re.compile(r"(\d{1,6}(?:[.,]\d{1,3})?)(k|nghin|ngan|tr|trieu)(\d{1,3})?", re.ASCII)
_WORTH = {"k": 1_000, "nghin": 1_000, "ngan": 1_000, "tr": 1_000_000, "trieu": 1_000_000}


class BadAmount(ValueError):
    """A text that is no amount of đồng; its message tells the person what to type instead."""


def show_dong(amount: int) -> str:
    """125000 as "125.000 ₫" (Vietnamese) or "₫125,000" (English); the space never breaks."""
    digits = f"{amount:,}"
    if get_language() == "en":
        return digits.replace("-", "-₫", 1) if amount < 0 else f"₫{digits}"
    return f"{digits.replace(',', '.')}{NBSP}₫"


def read_dong(text: str) -> int:
    """Whole đồng from what people type: 125000, 125.000, 125k, 125 nghìn, 1tr2. Raises BadAmount.

    "1tr2" is 1.200.000: the digits behind the word are the next lower ones, as in speech.
    """
    said = strip_marks(text).casefold().strip()
    said = re.sub(r"\s*(₫|vnd|dong|d)$", "", said)
    amount = _digits(said) if said else None
    if amount is None:
        amount = _spoken(re.sub(r"\s+", "", said))
    if amount is None:
        raise BadAmount(
            _("“%(text)s” không phải là số tiền. Hãy viết như 25000 hoặc 25.000.") % {"text": text}
        )
    if amount > MOST:
        raise BadAmount(_("Số tiền quá lớn."))
    return amount


def _digits(said: str) -> int | None:
    if _PLAIN.fullmatch(said):
        return int(said)
    return int(re.sub(r"\D", "", said)) if _GROUPED.fullmatch(said) else None


def _spoken(said: str) -> int | None:
    match = _SPOKEN.fullmatch(said)
    if not match:
        return None
    number, word, rest = match.groups()
    if rest and re.search(r"[.,]", number):
        return None
    try:
        amount = Decimal(number.replace(",", ".")) * _WORTH[word]
    except InvalidOperation:
        return None
    amount += int(rest) * _WORTH[word] // 10 ** len(rest) if rest else 0
    return int(amount) if amount == int(amount) else None


def share(total: int, weights: list[int]) -> list[int]:
    """Split whole đồng by weights so that the parts always sum to `total`; ties go to the earlier part.

    Source: largest remainder method (Hamilton).
    """
    whole = sum(weights)
    if not whole:
        return [total if i == 0 else 0 for i in range(len(weights))]
    parts = [total * weight // whole for weight in weights]
    rests = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in rests[: total - sum(parts)]:
        parts[i] += 1
    return parts
