"""Short addresses that stand on paper, as a QR code and in letters: SITE_URL/q/<public code>."""

import io
from itertools import product

import segno
from django.conf import settings
from django.urls import reverse

from catalog.models import Product
from catalog.queries import products_on_sale_by_codes
from common.codes import ALPHABET, LENGTH
from payments.qr import QUIET
from sellers.models import Shop
from sellers.queries import live_shops_by_codes

# What people take our signs for. The alphabet leaves out 0 O 1 I L U, so each of these is a slip of the eye
MISREAD = {"0": "QD", "O": "QD", "U": "V", "I": "J", "L": "J", "1": "J7"}
MOST_READINGS = 16


def short_address(code: str) -> str:
    """What the QR holds: "https://…/q/7KQ2M9XHRT"."""
    return settings.SITE_URL.rstrip("/") + reverse("short_link", args=[code])


def spoken_address(code: str) -> str:
    """The same in letters, as it stands below the QR and is typed by hand: without "https://"."""
    return short_address(code).partition("://")[2]


def qr_picture(code: str, scale: int = 24) -> bytes:
    """The short address as a PNG, `scale` pixels a module, with its white border. Black on white in any theme.

    Level M at least; segno takes a higher one where that costs no larger symbol.
    """
    out = io.BytesIO()
    symbol = segno.make_qr(short_address(code), error="m")
    symbol.save(out, kind="png", scale=scale, border=QUIET, dark="#000", light="#fff")
    return out.getvalue()


def readings(typed: str) -> list[str]:
    """The public codes that somebody may have meant, the plain one first; none for what cannot be a code.

    Small letters, spaces and dashes are forgiven, and so are a few misread signs.
    """
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    if len(signs) != LENGTH or not set(signs) <= {*ALPHABET, *MISREAD}:
        return []
    meant = ["".join(reading) for reading in product(*(MISREAD.get(sign, sign) for sign in signs))]
    return meant if len(meant) <= MOST_READINGS else []


def goes_to(typed: str) -> Shop | Product | None:
    """The live shop or product that a short address names; None if there is none, or more than one. 2 queries."""
    codes = readings(typed)
    if not codes:
        return None
    found: list[Shop | Product] = [*live_shops_by_codes(codes), *products_on_sale_by_codes(codes)]
    return found[0] if len(found) == 1 else None
