"""The demo's pictures: one look for each kind of produce, the same every time, and never a grey box."""

import csv
from pathlib import Path

import pytest

from storefront.demo import art

SAMPLES = Path(art.__file__).parent / "data" / "produce_samples.csv"
NAMES = [row["name_vi"] for row in csv.DictReader(SAMPLES.open(encoding="utf-8"))]


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_has_been_drawn(name):
    assert art.recipe_for(name) in art.RECIPES


def test_different_produce_looks_different():
    assert len({art.recipe_for(name) for name in NAMES}) >= 40
    assert art.recipe_for("Tương ớt Mường Khương") != art.recipe_for("Ớt gió Đồng Văn")


@pytest.mark.parametrize(
    ("name", "recipe"),
    [
        ("Trứng gà thả vườn", "egg"),
        ("Gà sáu ngón Mẫu Sơn", "hen"),
        ("Khâu nhục", "pork"),
        ("Măng ớt mắc mật", "pickle"),
        ("Vịt quay lá mắc mật", "roast_duck"),
        ("Chè Bình Gia dưới tán hồi", "tea"),
        ("Tinh dầu hồi", "oil"),
        ("Hoa hồi khô", "star_anise"),
        ("Mật ong bạc hà Mèo Vạc", "mint_honey"),
    ],
)
def test_a_name_of_several_things_shows_the_thing_sold(name, recipe):
    assert art.recipe_for(name) == recipe


@pytest.mark.parametrize("recipe", art.RECIPES)
def test_no_drawing_is_flat(recipe):
    picture = art.draw_produce(recipe, 3, 240)
    assert (picture.size, picture.mode) == ((240, 240), "RGB")
    assert all(high - low > 90 for low, high in picture.getextrema())


@pytest.mark.parametrize("recipe", ["persimmon", "honey", "rice", "hen"])
def test_a_picture_is_colourful_and_the_same_for_the_same_seed(recipe):
    picture = art.draw_produce(recipe, 7, 240)
    assert picture.size == (240, 240)
    assert picture.tobytes() == art.draw_produce(recipe, 7, 240).tobytes()
    assert picture.tobytes() != art.draw_produce(recipe, 8, 240).tobytes()
    assert len(picture.quantize(64).getcolors()) > 30


def test_a_cover_shows_hills_in_their_own_light():
    assert art.draw_cover(1).size == (1280, 720)
    assert art.draw_cover(1).tobytes() != art.draw_cover(2).tobytes()
