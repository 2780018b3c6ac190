"""Order codes: the eleven signs in a transfer's memo that say which order the money is for.

A prefix, seven random signs and a check character. Source: payments reference, section 2; Luhn modulo N.
"""

import re
import secrets

from common.codes import ALPHABET
from common.folding import strip_marks

RANDOM_LENGTH = 7  # 30**7: twenty-two milliard codes
BODY_LENGTH = RANDOM_LENGTH + 1
_BASE = len(ALPHABET)
_BODY = re.compile(f"[{ALPHABET}]{{{BODY_LENGTH}}}")
_PREFIX = re.compile(r"[A-Z]{2,5}")


class BadPrefix(ValueError):
    """A prefix with which codes could overlap or hide in each other."""


def check_prefix(prefix: str) -> str:
    """The prefix itself, if codes may start with it: 2 to 5 capitals, the first found nowhere else in a code.

    Then two codes never overlap, whatever stands around them. Raises BadPrefix.
    """
    if not _PREFIX.fullmatch(prefix):
        raise BadPrefix("a prefix is 2 to 5 letters A-Z")
    if prefix[0] in ALPHABET or prefix.count(prefix[0]) > 1:
        raise BadPrefix("the first letter of a prefix is O, I, L or U and occurs once")
    return prefix


def check_character(seven: str) -> str:
    """The eighth sign: gives away one wrong sign, nearly every swap of neighbours. Source: Luhn modulo N."""
    if len(seven) != RANDOM_LENGTH or not set(seven) <= set(ALPHABET):
        raise ValueError("seven signs of the alphabet are needed")
    total = 0
    for place, sign in enumerate(reversed(seven)):
        value = ALPHABET.index(sign) * (1 if place % 2 else 2)
        total += value // _BASE + value % _BASE
    return ALPHABET[-total % _BASE]


def new_code(prefix: str) -> str:
    """A fresh random code. The caller keeps it unique by a constraint and another try. Raises BadPrefix."""
    seven = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
    return check_prefix(prefix) + seven + check_character(seven)


def marked_code(mark: str, prefix: str) -> str:
    """A fresh code for what is no buyer's payment: a letter in front ("P" payouts, "K" tests of accounts) of an ordinary one.

    What is behind the letter is found in a memo like any other code.
    """
    return mark + new_code(prefix)


def is_valid(code: str) -> bool:
    """Whether this is a whole code as we write it, with any allowed prefix; not whether we gave it out."""
    try:
        check_prefix(code[:-BODY_LENGTH])
    except BadPrefix:
        return False
    return _fits(code[-BODY_LENGTH:])


def find_codes(memo: str, prefix: str) -> list[str]:
    """Every different code in a bank's memo, first one first, however the bank or the payer has dressed it.

    Case, spaces, signs and glued text do not matter. The caller looks each code up for the account that
    received the money: one hit is a match, none or several go to a human. Raises BadPrefix.
    """
    start = check_prefix(prefix)
    # marks are taken off first: a phone's keyboard likes to turn "lua" into "lúa"
    text = re.sub(r"[^A-Z0-9]", "", strip_marks(memo).upper())
    bodies = (text[at.end() : at.end() + BODY_LENGTH] for at in re.finditer(start, text))
    return list(dict.fromkeys(start + body for body in bodies if _fits(body)))


def _fits(body: str) -> bool:
    return bool(_BODY.fullmatch(body)) and check_character(body[:RANDOM_LENGTH]) == body[-1]
