"""Villages have no national code; officers add them."""

import pytest

from common.actors import Actor
from places.errors import VillageExists
from places.models import Kind, Level
from places.services import add_village
from tests.factories import CommuneFactory, ProvinceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def chi_lang():
    return CommuneFactory(ProvinceFactory(code="20"), code="06463", name="Chi Lăng")


def test_a_village_gets_the_communes_code_and_a_running_number(chi_lang):
    first, second = (add_village(chi_lang, name, by=Actor()) for name in ("Đồng Mỏ", "Quán Bầu"))
    assert (first.code, second.code) == ("06463-001", "06463-002")
    assert (first.level, first.slug, first.full_name) == (Level.VILLAGE, "dong-mo", "Thôn Đồng Mỏ")
    assert first.path.startswith(chi_lang.path)


def test_a_village_calls_itself_what_its_people_call_it(chi_lang):
    assert add_village(chi_lang, "Nà Lầu", Kind.BAN, by=Actor()).full_name == "Bản Nà Lầu"


@pytest.mark.parametrize("again", ["Đồng Mỏ", "  đồng   mỏ ", "DONG MO"])
def test_two_villages_of_one_name_in_a_commune_are_refused(chi_lang, again):
    add_village(chi_lang, "Đồng Mỏ", by=Actor())
    with pytest.raises(VillageExists):
        add_village(chi_lang, again, by=Actor())


def test_villages_are_keyed_by_code_since_communes_share_names(chi_lang):
    twin = CommuneFactory(chi_lang.parent, code="06464", name="Chi Lăng")
    one, two = add_village(chi_lang, "Đồng Mỏ", by=Actor()), add_village(twin, "Đồng Mỏ", by=Actor())
    assert (one.name, one.code) != (two.name, two.code)
