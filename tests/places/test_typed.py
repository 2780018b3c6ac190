"""Places as people type them, with names that are gone since July 2025."""

import pytest

from places.models import Place
from places.services import load_places
from places.typed import OLD_PROVINCES, SHORT, communes_like, communes_near, read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def country():
    load_places()


def labels(rows) -> list[str]:
    return [f"{row.name}, {row.parent.name}" for row in rows]


def test_every_old_province_went_into_one_that_exists():
    codes = set(Place.objects.filter(level=1).values_list("code", flat=True))
    assert set(OLD_PROVINCES.values()) | set(SHORT.values()) <= codes
    assert len(OLD_PROVINCES) == 30  # 29 that are gone, and Huế under its longer name
    now = set(Place.objects.filter(level=1).values_list("folded", flat=True))
    assert not now & OLD_PROVINCES.keys()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Xã Chi Lăng, huyện Chi Lăng, tỉnh Lạng Sơn", "Chi Lăng, Lạng Sơn"),
        ("xa chi lang huyen chi lang tinh lang son", "Chi Lăng, Lạng Sơn"),
        ("Chi Lăng, Lạng Sơn", "Chi Lăng, Lạng Sơn"),
        ("phường Đông Kinh, thành phố Lạng Sơn, Lạng Sơn", "Đông Kinh, Lạng Sơn"),
        ("Tân An, Bắc Giang", "Tân An, Bắc Ninh"),
        ("Bến Thành, TP HCM", "Bến Thành, Hồ Chí Minh"),
        ("phuong ben thanh, quan 1, tp ho chi minh", "Bến Thành, Hồ Chí Minh"),
    ],
)
def test_a_commune_is_found_with_old_districts_and_provinces_beside_it(text, found):
    assert labels(communes_like(text)) == [found]


@pytest.mark.parametrize(
    ("text", "among"),
    [
        ("Quang Lang, huyện Chi Lăng, Lạng Sơn", "Chi Lăng, Lạng Sơn"),
        ("Quang Lang, Chi Lăng", "Chi Lăng, Lạng Sơn"),
        ("Quang Lang, Chi Lăng, Lạng Sơn", "Chi Lăng, Lạng Sơn"),
        ("thị trấn Đồng Mỏ, huyện Chi Lăng, tỉnh Lạng Sơn", "Chi Lăng, Lạng Sơn"),
        ("xã Biển Động, huyện Lục Ngạn, Bắc Giang", "Biển Động, Bắc Ninh"),
    ],
)
def test_a_name_that_is_gone_leads_to_what_may_be_meant(text, among):
    rows = communes_like(text) or communes_near(text)
    assert among in labels(rows)


@pytest.mark.parametrize("text", ["", ",", " , ,", "huyện", "xã", "%", "xã x, huyện y, tỉnh z", "a" * 120])
def test_nonsense_finds_nothing_and_breaks_nothing(text):
    read(text)
    assert len(communes_near(text)) <= 8


def test_a_number_is_a_name_and_no_kind():
    assert read("Phường 5, Quận 3, TP HCM").name == "phuong 5"
