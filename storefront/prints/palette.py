"""The four colours of a print, as #rrggbb. A shop's theme gives its own."""

from collections.abc import Mapping

from sellers.themes import DEFAULT, THEMES

INK = "#1c2a1e"

Palette = Mapping[str, str]


# White on brand, brand on soft, ink and accent on white are all 4.5 or better: a theme's must be as well
def palette_of(look: str) -> Palette:
    """The colours of a shop's look on paper, which is always light."""
    light = THEMES.get(look, THEMES[DEFAULT]).light
    return {"brand": light.brand, "soft": light.brandsoft, "ink": INK, "accent": light.accent}


MARKET: Palette = palette_of(DEFAULT)


def rgb(colour: str) -> tuple[int, int, int]:
    """ "#17633a" as (23, 99, 58)."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mixed(one: str, other: str, share: float) -> tuple[int, int, int]:
    """`share` (0 to 1) of the other colour in the first."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(rgb(one), rgb(other), strict=True))
    return red, green, blue
