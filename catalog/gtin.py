"""GTIN numbers of trade items and their GS1 Digital Link. Source: GS1 General Specifications, 7.9; GS1 Digital Link 1.3."""

LENGTHS = (8, 12, 13, 14)


class BadGtin(ValueError):
    """Not a GTIN: wrong length, a letter in it, or a check digit that does not fit."""


def read_gtin(text: str) -> str:
    """What was typed as 14 digits with zeros in front, spaces and hyphens left out; "" for nothing. Raises BadGtin."""
    digits = "".join(text.split()).replace("-", "")
    if not digits:
        return ""
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in LENGTHS or not int(digits):
        raise BadGtin(text)
    full = digits.zfill(14)
    if check_digit(full[:-1]) != int(full[-1]):
        raise BadGtin(text)
    return full


def check_digit(body: str) -> int:
    """The last digit of a GTIN, from the 13 before it: weights 3 and 1 in turn from the right, up to the next ten."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return -total % 10


def digital_link_path(gtin: str, lot: str) -> str:
    """ "/01/08934563138165/10/7KQ2M9XHRT": application identifiers 01 (GTIN) and 10 (lot), in that order."""
    return f"/01/{gtin}/10/{lot}"
