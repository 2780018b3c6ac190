"""Looks are data: every pair of text and ground can be read, on light and on dark, whichever look a shop wears."""

import pytest
from django.urls import reverse

from sellers.themes import THEMES, css_of, version_of
from tests.factories import ShopFactory

PAIRS = [
    ("ink", "bg"), ("ink2", "bg"), ("ink", "surface"), ("ink2", "surface"), ("ink2", "sunk"), ("price", "bg"),
    ("brand", "bg"), ("brand", "surface"), ("onbrand", "brand"), ("brandink", "brandsoft"), ("brandink", "bg"),
    ("accent", "bg"), ("accent", "surface"), ("accent", "accentsoft"), ("price", "surface"),
]  # fmt: skip
SITE = {
    "light": {"ink": "#1c2a1e", "ink2": "#4b5a4d", "price": "#a11b12"},
    "dark": {"ink": "#eaf2e6", "ink2": "#b4c2b3", "price": "#ff9d92"},
}


def luminance(color: str) -> float:
    """Relative luminance. Source: WCAG 2.2, definition of relative luminance."""
    parts = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", ["light", "dark"])
@pytest.mark.parametrize("code", sorted(THEMES))
def test_every_text_of_a_look_can_be_read(code, ground):
    colors = SITE[ground] | vars(getattr(THEMES[code], ground))
    weak = [
        f"{text} on {under}: {contrast(colors[text], colors[under]):.2f}"
        for text, under in PAIRS
        if contrast(colors[text], colors[under]) < 4.5
    ]
    assert not weak, weak


@pytest.mark.django_db
def test_a_look_has_an_address_that_changes_with_it(client):
    theme = THEMES["cham"]
    answer = client.get(reverse("look_css", args=[theme.code, version_of(theme)]))
    assert answer.content.decode() == css_of(theme)
    assert "max-age=31536000" in answer["Cache-Control"]
    assert len(answer.content) < 1200
    assert client.get("/giao-dien/khong.12345678.css").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "linked"), [("la", False), ("mat", True)])
def test_a_shop_wears_its_look_and_the_default_costs_no_request(client, code, linked):
    shop = ShopFactory()
    shop.front.theme = code
    shop.front.save()
    assert ("/giao-dien/" in client.get(shop.get_absolute_url()).content.decode()) is linked
