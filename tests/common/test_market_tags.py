"""What templates say: words, phones, addresses, and pictures that are never made while a page waits."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from common.icons import ICONS
from common.templatetags import market


def said(template: str, path: str = "/", **context: Any) -> str:
    return Template(template).render(Context({"request": RequestFactory().get(path), **context}))


def picture(*specs: str) -> SimpleNamespace:
    """A picture with the sizes that are there already. It can make none: a page that asks for one fails."""
    rows = [
        SimpleNamespace(
            filter_spec=spec, url=f"/media/{spec}", width=int(spec.split("|")[0][-3:]), height=120
        )
        for spec in specs
    ]
    return SimpleNamespace(renditions=SimpleNamespace(all=lambda: rows))


ALL_SIZES = picture(
    "fill-320x320|format-avif|avifquality-50", "fill-160x160|format-avif|avifquality-50",
    "fill-240x240|format-avif|avifquality-50", "fill-240x240|format-jpeg|jpegquality-72",
    "width-640|format-avif|avifquality-50", "width-480|format-avif|avifquality-50", "width-480|format-jpeg|jpegquality-72",
)  # fmt: skip


# --- words ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", ["+84912345678", "0912345678"])
def test_a_phone_is_shown_as_people_say_it(number):
    assert market.phone(number) == "0912 345 678"


@pytest.mark.parametrize("number", [None, ""])
def test_nobody_s_phone_is_shown_as_nothing(number):
    assert (market.phone(number), market.phone_masked(number)) == ("", "")


def test_a_masked_phone_tells_its_owner_which_it_is_and_nobody_else_the_number():
    masked = market.phone_masked("+84912345678")
    assert (masked[:4], masked[-1]) == ("0912", "8")
    assert sum(letter.isdigit() for letter in masked) <= 6


def test_a_chat_is_found_by_the_number_at_home():
    assert market.zalo("+84912345678") == "https://zalo.me/0912345678"


def test_times_are_those_of_vietnam(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 30, tzinfo=UTC))
    late = datetime(2026, 11, 23, 17, 5, tzinfo=UTC)  # already tomorrow in Vietnam
    assert market.day_words(late) == "thứ Ba 24/11"
    assert market.when(late) == "thứ Ba 24/11, 0:05"
    assert market.day_words(date(2025, 11, 24)) == "thứ Hai 24/11/2025"
    assert market.month_words(date(2026, 11, 1)) == "tháng 11/2026"
    assert (market.day_words(None), market.when(None), market.month_words(None)) == ("", "", "")


@pytest.mark.parametrize(
    ("numbers", "words"),
    [([7, 8, 9], "tháng 7–9"), ([7, 8, 9, 12], "tháng 7–9, 12"), ([1, 2, 11, 12], "tháng 11–2"), ([5], "tháng 5"), ([], "")],
)  # fmt: skip
def test_a_season_is_said_in_runs_even_over_new_year(numbers, words):
    assert market.months(numbers) == words


def test_money_and_amounts_follow_the_language():
    template = "{{ 125000|dong }} {{ amount|quantity }}"
    assert said(template, amount="2.500") == "125.000\u00a0₫ 2,5"
    with translation.override("en"):
        assert said(template, amount="2.500") == "₫125,000 2.5"


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_is_for_the_eye_only(name):
    drawn = market.icon(name)
    assert 'aria-hidden="true"' in drawn
    assert "<script" not in drawn
    assert "style=" not in drawn  # our own policy would refuse it


def test_a_misspelt_icon_is_noticed_at_once():
    with pytest.raises(KeyError):
        market.icon("no such icon")


# --- addresses ------------------------------------------------------------------------------------------------------
def test_the_other_language_keeps_place_and_search():
    assert said("{% other_language_url %}", "/tim/?q=na+dai") == "/en/tim/?q=na+dai"
    with translation.override("en"):
        assert said("{% other_language_url %}", "/en/tim/?q=na+dai") == "/tim/?q=na+dai"


def test_a_page_without_a_request_still_has_a_way_to_the_other_language():
    assert Template("{% other_language_url %}").render(Context()) == "/"


@pytest.mark.parametrize(
    ("path", "tag", "query"),
    [
        ("/cho/?tinh=lang-son&sau=abc", "{% query_with xep='gia' %}", "?tinh=lang-son&amp;xep=gia"),
        ("/cho/?tinh=lang-son&xep=gia", "{% query_with xep='moi' %}", "?tinh=lang-son&amp;xep=moi"),
        ("/cho/?tinh=lang-son&xep=gia", "{% query_with tinh=None %}", "?xep=gia"),
        ("/cho/?tinh=lang-son", "{% query_with tinh='' %}", "?"),
        ("/cho/?loai=a&loai=b", "{% query_with sau='k' %}", "?loai=a&amp;loai=b&amp;sau=k"),
    ],
)
def test_a_filter_link_changes_one_thing_and_starts_at_the_first_page(path, tag, query):
    assert said(tag, path) == query


def test_what_a_stranger_types_into_an_address_stays_text():
    assert "<script>" not in said("{% query_with xep='gia' %}", "/cho/?tinh=<script>")


# --- pictures -------------------------------------------------------------------------------------------------------
def test_a_picture_offers_its_small_files_first_and_a_jpeg_for_old_phones():
    html = market.photo(ALL_SIZES, "card", alt="Na dai")
    files = html.partition('srcset="')[2].partition('"')[0]
    assert [file.rpartition(" ")[2] for file in files.split(", ")] == ["160w", "240w", "320w"]
    assert 'src="/media/fill-240x240|format-jpeg|jpegquality-72"' in html
    assert 'width="240" height="120" alt="Na dai"' in html
    assert 'loading="lazy"' in html
    assert "fetchpriority" not in html


def test_a_wide_picture_is_not_cut_to_a_square():
    html = market.photo(ALL_SIZES, "main")
    assert "fill-" not in html
    assert "480w" in html
    assert "640w" in html


def test_the_first_picture_of_a_page_does_not_wait():
    html = market.photo(ALL_SIZES, "main", lazy=False, priority=True)
    assert 'fetchpriority="high"' in html
    assert "loading" not in html


@pytest.mark.parametrize("without", [None, picture(), picture("fill-240x240|format-avif|avifquality-50")])
def test_without_a_picture_a_leaf_is_drawn(without):
    html = market.photo(without)
    assert "<svg" in html
    assert "<img" not in html


def test_the_name_of_goods_cannot_break_out_of_a_picture():
    assert 'alt="&quot;&gt;&lt;script&gt;"' in market.photo(ALL_SIZES, alt='"><script>')
