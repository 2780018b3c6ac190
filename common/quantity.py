"""Decimal quantities: three places at most, read with a comma or a point, shown without idle zeros."""

import re
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

PLACES = Decimal("0.001")


class BadQuantity(ValueError):
    """A text that is no quantity; its message tells the person what to type instead."""


def read_quantity(text: str) -> Decimal:
    """A quantity from what people type, "2", "0,5" or "1.25". Raises BadQuantity. Never negative."""
    said = text.strip().replace(",", ".")
    if not re.fullmatch(r"\d{1,6}(\.\d{1,3})?", said):
        raise BadQuantity(_("“%(text)s” không phải là số lượng. Hãy viết như 2 hoặc 0,5.") % {"text": text})
    return Decimal(said)


def show_quantity(number: Decimal) -> str:
    """2.500 as "2,5" (Vietnamese) or "2.5" (English)."""
    text = f"{Decimal(number).quantize(PLACES).normalize():f}"
    return text if get_language() == "en" else text.replace(".", ",")
