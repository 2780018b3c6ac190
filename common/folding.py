"""Vietnamese text made comparable: the same letters whatever keyboard typed them.

Source: Unicode normal forms; the list of pairs in tests/common/test_folding.py. Removing marks alone is not
enough, because đ has no decomposition.
"""

import re
import unicodedata

_D = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "Ð": "D"})  # the second pair only looks like the first
_GAP = re.compile(r"[^a-z0-9]+")


def nfc(text: str) -> str:
    """The composed form that we store. Some phone keyboards send letters and marks apart."""
    return unicodedata.normalize("NFC", text)


def strip_marks(text: str) -> str:
    """Letters without tone and vowel marks, case and everything else kept: "Hữu Lũng" is "Huu Lung"."""
    apart = unicodedata.normalize("NFD", text)
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare.translate(_D))


def fold(text: str) -> str:
    """The form that search, sorting out doubles and slugs compare: lower-case a-z, 0-9 and single spaces."""
    return _GAP.sub(" ", strip_marks(text).casefold()).strip()


def slug(text: str, longest: int = 60) -> str:
    """An address part made of whole words, at most `longest` characters; empty if nothing is left to write."""
    words = fold(text).replace(" ", "-")
    return words if len(words) <= longest else words[: longest + 1].rpartition("-")[0] or words[:longest]
