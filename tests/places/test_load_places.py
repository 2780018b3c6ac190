"""The official list of provinces and communes. Source: domain facts, section 3."""

import pytest

from places.models import Level, Place, PlaceAlias
from places.services import load_places, read_admin_units

pytestmark = pytest.mark.django_db


@pytest.fixture
def country():
    load_places()


def commune(code):
    return Place.objects.get(level=Level.COMMUNE, code=code)


def test_the_country_has_34_provinces_and_3321_communes(country):
    counts = [Place.objects.active().filter(level=level).count() for level in (Level.PROVINCE, Level.COMMUNE)]
    assert counts == [34, 3321]


def test_lang_son_has_65_communes(country):
    assert Place.objects.filter(parent__code="20", parent__level=Level.PROVINCE).count() == 65


@pytest.mark.parametrize(
    ("code", "name"), [("05977", "Phường Đông Kinh"), ("06463", "Xã Chi Lăng"), ("06004", "Xã Quốc Khánh")]
)
def test_codes_keep_their_leading_zeros(country, code, name):
    assert commune(code).full_name == name


def test_codes_of_the_draft_list_do_not_exist(country):
    assert not Place.objects.filter(code="06016").exists()


def test_every_commune_lies_in_a_province_and_says_so_in_its_path(country):
    communes = Place.objects.filter(level=Level.COMMUNE).select_related("parent")
    assert all(
        row.parent.level == Level.PROVINCE and row.path.startswith(row.parent.path) for row in communes
    )


def test_loading_again_changes_nothing(country):
    report = load_places()
    assert (report.added, report.changed, report.closed, report.same) == (0, 0, 0, 34 + 3321)


def test_a_commune_that_vanished_is_closed_and_kept(country):
    pk = commune("06463").pk
    report = load_places([row for row in read_admin_units() if row["code"] != "06463"])
    assert (report.closed, report.added) == (1, 0)
    assert Place.objects.get(pk=pk).active is False


def test_one_that_came_back_is_open_again(country):
    load_places([row for row in read_admin_units() if row["code"] != "06463"])
    load_places()
    assert commune("06463").active is True


def test_a_renamed_commune_keeps_its_old_address(country):
    before = commune("06463")
    rows = [row | {"name": "Chi Lăng Mới"} if row["code"] == "06463" else row for row in read_admin_units()]
    assert load_places(rows).changed == 1
    after = commune("06463")
    assert (after.pk, after.slug) == (before.pk, "chi-lang-moi")
    assert PlaceAlias.objects.get(slug="chi-lang", parent=before.parent).place == after
