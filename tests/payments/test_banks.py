"""The bank table: complete, in order, honest about who only receives. Source: payments reference, 1."""

import re
from datetime import date

import pytest

from payments.banks import BANKS, bank
from payments.vietqr import VietQR, encode

RECEIVE_ONLY = {
    "970408",
    "970444",
    "970421",
    "970410",
    "458761",
    "422589",
    "970458",
    "970457",
    "970434",
    "970439",
    "970442",
    "970455",
    "970456",
    "970462",
    "970463",
    "801011",
    "796500",
}


def test_the_table_holds_each_bank_of_the_reference_once():
    assert len(BANKS) == len({each.bin for each in BANKS}) == len({each.short_name for each in BANKS}) == 58


def test_a_select_offers_the_commonest_banks_first():
    assert [each.short_name for each in BANKS[:5]] == ["Agribank", "Vietcombank", "VietinBank", "BIDV", "MB"]


def test_a_bank_is_found_by_its_bin_and_an_unknown_one_is_nothing_rather_than_a_fault():
    assert str(bank("970405")) == "Agribank"
    assert bank("970422").full_name == "Ngân hàng TMCP Quân đội"
    assert bank("999999") is None
    assert bank("") is None


def test_who_only_receives_is_known():
    assert {each.bin for each in BANKS if not each.can_send} == RECEIVE_ONLY
    assert all(each.can_receive for each in BANKS)


def test_renamed_banks_are_still_found_under_their_old_names():
    assert {each.former_name: each.short_name for each in BANKS if each.former_name} == {
        "LienVietPostBank": "LPBank",
        "OceanBank": "MBV",
        "DongA Bank": "Vikki Bank",
    }


@pytest.mark.parametrize("each", BANKS, ids=str)
def test_every_line_is_clean_and_makes_a_code(each):
    assert re.fullmatch(r"[0-9]{6}", each.bin)
    assert all(text == text.strip() for text in (each.short_name, each.full_name, each.former_name))
    assert each.short_name
    assert each.checked_on >= date(2026, 11, 1)
    assert f"0006{each.bin}" in encode(VietQR(bank_bin=each.bin, account="1"))
