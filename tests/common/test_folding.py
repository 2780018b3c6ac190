"""Text is compared the same way whatever keyboard typed it. Pairs from the domain facts, section 4."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.folding import fold, nfc, slug, strip_marks

PAIRS = [
    ("Vải thiều Lục Ngạn", "vai thieu luc ngan"),
    ("ĐẬU PHỤ", "dau phu"),
    ("Ðà Lạt", "da lat"),
    (unicodedata.normalize("NFD", "Thạch đen Tràng Định"), "thach den trang dinh"),
    ("ướt ẵm Ỵ", "uot am y"),
    ("Ea H’Leo", "ea h leo"),
    ("Ea H'leo", "ea h leo"),
    ("Chân Mây – Lăng Cô", "chan may lang co"),
    ("  ", ""),
]


@pytest.mark.parametrize(("written", "folded"), PAIRS)
def test_people_find_words_without_typing_their_marks(written, folded):
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("one", "other"), [("hoà", "hòa"), ("thuỷ", "thủy"), ("xoá", "xóa"), ("khoẻ", "khỏe")]
)
def test_both_ways_to_place_a_tone_are_the_same_word(one, other):
    assert fold(one) == fold(other)


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_and_the_keyboard_does_not_matter(text):
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(nfc(text))


def test_stripping_marks_keeps_case_and_signs():
    assert strip_marks("Hữu Lũng, Đồng Mỏ!") == "Huu Lung, Dong Mo!"


def test_an_address_is_made_of_whole_words():
    assert slug("Đặng Thị Hoà") == "dang-thi-hoa"
    assert slug("Vườn na dai Chi Lăng của nhà bà Sen", 20) == "vuon-na-dai-chi-lang"
    assert slug("Vườn na dai Chi Lăng của nhà bà Sen", 18) == "vuon-na-dai-chi"
