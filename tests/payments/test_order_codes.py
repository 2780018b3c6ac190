"""Order codes: found in whatever banks make of a memo. Rules and vectors: payments reference, section 2."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from common.codes import ALPHABET
from payments.order_codes import BadPrefix, check_character, check_prefix, find_codes, is_valid, new_code

CODE = "LUA7K2M9QXH"
OTHER = "LUA2345678X"
sevens = st.text(ALPHABET, min_size=7, max_size=7)
prefixes = st.sampled_from(["LUA", "OK", "UBND", "ICHSN", "LO"])


def code_of(seven: str, prefix: str = "LUA") -> str:
    return prefix + seven + check_character(seven)


@pytest.mark.parametrize(("seven", "check"), [("7K2M9QX", "H"), ("2345678", "X")])
def test_the_check_character_is_the_one_of_the_reference(seven, check):
    assert check_character(seven) == check


@pytest.mark.parametrize("seven", ["", "7K2M9Q", "7K2M9QXX", "7K2M9Q0", "7k2m9qx"])
def test_a_check_character_needs_seven_signs_of_the_alphabet(seven):
    with pytest.raises(ValueError, match="seven"):
        check_character(seven)


@given(sevens, st.integers(0, 7), st.sampled_from(ALPHABET))
def test_property_one_mistyped_sign_is_noticed(seven, at, sign):
    body = code_of(seven)[3:]
    assume(body[at] != sign)
    assert not is_valid("LUA" + body[:at] + sign + body[at + 1 :])


@pytest.mark.parametrize("prefix", ["LUA", "OK", "UBNDX"])
def test_new_codes_are_valid_and_differ(prefix):
    codes = {new_code(prefix) for _ in range(200)}
    assert len(codes) == 200
    assert all(is_valid(code) and code.startswith(prefix) and len(code) == len(prefix) + 8 for code in codes)
    assert all(find_codes(code, prefix) == [code] for code in codes)


@pytest.mark.parametrize("prefix", ["", "L", "LUAAAA", "lua", "LU4", "LÚA", "CHO", "2LU", "LUL", "LUA\n"])
def test_a_prefix_with_which_codes_could_hide_in_each_other_is_refused(prefix):
    with pytest.raises(BadPrefix):
        check_prefix(prefix)
    with pytest.raises(BadPrefix):
        new_code(prefix)
    with pytest.raises(BadPrefix):
        find_codes(CODE, prefix)


@pytest.mark.parametrize(
    "wrong", ["", "LUA", "LUA7K2M9QXJ", "7K2M9QXH", "XUA7K2M9QXH", "lua7k2m9qxh", CODE + "2"]
)
def test_a_code_is_valid_only_whole_and_as_we_write_it(wrong):
    assert is_valid(CODE)
    assert not is_valid(wrong)


@pytest.mark.parametrize(
    "memo",
    [
        CODE,
        CODE.lower(),
        "Lua7k2m9QxH",
        "LUA 7K2M 9QXH",
        "L-U-A-7-K-2-M-9-Q-X-H",
        "LUA7K2\nM9QXH",
        "lúa7K2M9QXH",
        "lu\u0301a7K2M9QXH",
        "MBVCB.3278907687.LUA7K2M9QXH.CT tu 0011001234567 NGUYEN VAN A",
        "MBVCB.3278907687.LUA7K2M9QXHCT tu 0011",
        "NHAN TU 970436 TRACE 123456 ND LUA7K2M9QXH",
        "IBFT LUA7K2M9QXH GD 123456-112026",
        "LUALUA7K2M9QXH",
        "LUA7K2LUA7K2M9QXH",
        "thanh toan LUA7K2M9QXH LUA7K2M9QXH",
        "LUA7K2M9QXH-lua7k2m9qxh",
    ],
)
def test_case_8_a_code_survives_what_banks_and_people_do_to_a_memo(memo):
    assert find_codes(memo, "LUA") == [CODE]


@pytest.mark.parametrize(
    "memo",
    [
        "",
        "   ",
        "tien man",
        "LUA",
        "LUA7K2M9QX",
        "LUA7K2M9QXJ",
        "LUA7K2M9QHX",
        "7K2M9QXH",
        "OKE7K2M9QXH",
        "L0A7K2M9QXH",
    ],
)
def test_case_8_an_empty_or_mangled_memo_holds_no_code(memo):
    assert find_codes(memo, "LUA") == []


def test_case_8_two_codes_are_both_found_in_their_order():
    assert find_codes(f"{OTHER}{CODE}", "LUA") == [OTHER, CODE]
    assert find_codes(f"{CODE} va {OTHER} va {CODE}", "LUA") == [CODE, OTHER]


def test_codes_of_another_installation_are_not_ours():
    assert find_codes(code_of("7K2M9QX", "OK"), "LUA") == []


@given(prefixes, sevens, st.text(), st.text())
def test_property_9_a_code_is_found_in_any_surrounding_text(prefix, seven, before, after):
    assume(prefix not in find_prefixes(before + after))
    code = code_of(seven, prefix)
    assert find_codes(before + code + after, prefix) == [code]


@given(prefixes, sevens, st.text("LUAOKBNDICHS237", max_size=30), st.text("LUAOKBNDICHS237", max_size=30))
def test_property_9_look_alikes_around_a_code_never_hide_it(prefix, seven, before, after):
    code = code_of(seven, prefix)
    assert code in find_codes(before + code + after, prefix)


@given(
    sevens, st.lists(st.sampled_from([" ", "-", ".", "_", "\t", ""]), min_size=11, max_size=11), st.booleans()
)
def test_property_9_a_code_is_found_with_signs_inside_and_in_any_case(seven, gaps, lower):
    code = code_of(seven)
    typed = "".join(sign + gap for sign, gap in zip(code, gaps, strict=True))
    assert find_codes(typed.lower() if lower else typed, "LUA") == [code]


def find_prefixes(text: str) -> set[str]:
    """The prefixes that stand in a text by themselves; then a second, false code could be there by chance."""
    upper = "".join(sign for sign in text.upper() if sign.isalnum())
    return {prefix for prefix in ["LUA", "OK", "UBND", "ICHSN", "LO"] if prefix in upper}
