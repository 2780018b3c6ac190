"""Codes that a memo almost holds: one sign is wrong, in the code or in its prefix. Only ever a suggestion to a person.

The check character gives every single wrong sign away, so that for each place there is at most one sign that would put
a code right: a handful of guesses for each place where a code may begin. Source: Luhn modulo N; payments reference, section 2.
"""

import re
from collections.abc import Iterator

from common.codes import ALPHABET
from common.folding import strip_marks
from payments.order_codes import BODY_LENGTH, is_valid

MOST = 40  # guesses for one memo; a memo that is all prefixes is nobody's


def near_codes(memo: str, prefix: str) -> dict[str, str]:
    """Whole codes that differ in one sign from what stands in the memo, each with what stands there."""
    text = re.sub(r"[^A-Z0-9]", "", strip_marks(memo).upper())
    wide, found = len(prefix) + BODY_LENGTH, dict[str, str]()
    for at in range(len(text) - wide + 1):
        written = text[at : at + wide]
        for code in _guesses(written, prefix):
            found.setdefault(code, written)
            if len(found) == MOST:
                return found
    return found


def _guesses(written: str, prefix: str) -> Iterator[str]:
    head, body = written[: len(prefix)], written[len(prefix) :]
    wrong = sum(a != b for a, b in zip(head, prefix, strict=True))
    if wrong == 1 and is_valid(prefix + body):
        yield prefix + body
    if wrong:
        return
    strange = [place for place, sign in enumerate(body) if sign not in ALPHABET]
    if len(strange) > 1:
        return
    for place in strange or range(BODY_LENGTH):
        for sign in ALPHABET:
            code = prefix + body[:place] + sign + body[place + 1 :]
            if code != written and is_valid(code):
                yield code
