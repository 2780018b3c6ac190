"""Codes are found in whatever banks make of a memo, and nowhere else. Numbers from the issue of payments."""

import random
import string

from payments.order_codes import find_codes, new_code

MANGLED, RANDOM = 20_000, 200_000
GLUE = (
    "",
    " ",
    ".",
    "-",
    "/",
    " CT tu 0011001234567",
    "MBVCB.3278907687.",
    "IBFT ",
    "QR - ",
    "thanh toan ",
    " FT26324",
    "NAP-",
)


def mangle(code: str, chance: random.Random) -> str:
    """What people and banks do to a code: case, gaps, marks, text glued on both sides, the code twice, cut words."""
    if chance.random() < 0.5:
        code = chance.choice((code.lower(), code.capitalize(), code.replace("U", "Ú")))
    if chance.random() < 0.5:
        at = chance.randint(1, len(code) - 1)
        code = code[:at] + chance.choice((" ", "-", ".", "  ")) + code[at:]
    before, after = chance.choice(GLUE), chance.choice(GLUE)
    noise = "".join(chance.choices(string.ascii_uppercase + string.digits, k=chance.randint(0, 12)))
    return f"{before}{noise if chance.random() < 0.5 else ''}{code}{after}{code if chance.random() < 0.1 else ''}"


def test_20000_mangled_memos_still_hold_their_code():
    chance = random.Random(5)
    lost = []
    for _ in range(MANGLED):
        code = new_code("LUA")
        memo = mangle(code, chance)
        if code not in find_codes(memo, "LUA"):
            lost.append((code, memo))
    assert lost == []


def test_200000_random_memos_name_no_payment():
    """Letters may look like a code by chance, about once in a hundred thousand; it is never one that was given out."""
    chance = random.Random(6)
    issued = {new_code("LUA") for _ in range(20_000)}
    letters = string.ascii_letters + string.digits + " .-/"
    words = ("chuyen tien", "mua hong", "LUA", "lua nep", "LY THI SEN", "hoa don", "LUA MOI", "tra tien")
    looks = []
    for _ in range(RANDOM):
        memo = chance.choice(words) + "".join(chance.choices(letters, k=chance.randint(5, 60)))
        looks += find_codes(memo, "LUA")
    assert len(looks) < RANDOM / 100
    assert not issued.intersection(looks)
