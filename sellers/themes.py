"""The looks a shop may choose from: colours and type as data. A fifth one is one more entry of THEMES.

Each value becomes a CSS custom property (see `css_of`) that stands in for the site's own inside the shop. Every pair
of text and ground keeps 4.5 to 1 in both themes of the phone; tests/sellers/test_themes.py reckons it from here.
"""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SANS = 'system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif'
SERIF = 'ui-serif, Georgia, "Noto Serif", "Times New Roman", serif'


@dataclass(frozen=True)
class Palette:
    """Colours for one ground, light or dark. `brandink` is text on `brandsoft`, `onbrand` text on `brand`."""

    bg: str
    surface: str
    sunk: str
    brand: str
    onbrand: str
    brandsoft: str
    brandink: str
    accent: str
    accentsoft: str


@dataclass(frozen=True)
class Theme:
    """One look: its name for the farmer, colours for both grounds, the face of headings, the scale of type, corners.

    `scale` multiplies the sizes of headings; `round` is the radius of cards and buttons in rem.
    """

    code: str
    name: Promise
    light: Palette
    dark: Palette
    headings: str = SANS
    scale: float = 1
    round: float = 0.75


THEMES: dict[str, Theme] = {
    theme.code: theme
    for theme in (
        Theme(
            "la", _("Lá xanh"),
            Palette("#fffdf7", "#ffffff", "#f3f1e7", "#17633a", "#ffffff", "#e3f2e6", "#0f4a2a", "#a34708", "#fdebd8"),
            Palette("#0f1610", "#182119", "#0a0f0b", "#7ad79a", "#06230f", "#173522", "#b8efcb", "#ffb070", "#3a240f"),
        ),
        Theme(
            "cam", _("Quả chín"),
            Palette("#fffbf5", "#ffffff", "#f8eee1", "#a8410a", "#ffffff", "#fdeadb", "#7a2c03", "#2f6322", "#e7f3df"),
            Palette("#17110c", "#221a13", "#100b07", "#ffb27c", "#331504", "#3b2412", "#ffd6b5", "#a5d98f", "#1d3315"),
            scale=1.06, round=1.25,
        ),
        Theme(
            "cham", _("Chàm"),
            Palette("#fbfbfe", "#ffffff", "#eef0f8", "#27408f", "#ffffff", "#e5e9f8", "#1c2f6e", "#96174a", "#fce7ee"),
            Palette("#0e111b", "#171b29", "#090c14", "#a9bcff", "#0b1642", "#1e2949", "#d3ddff", "#ff9fc0", "#3e1526"),
            round=0.375,
        ),
        Theme(
            "mat", _("Mật ong"),
            Palette("#fffcf2", "#fffefa", "#f6efd9", "#7c4a00", "#ffffff", "#fbeec8", "#5b3600", "#8a2f1b", "#fbe6df"),
            Palette("#16120a", "#211b10", "#0f0c06", "#f4c768", "#2c1d00", "#382a0f", "#fbe2a8", "#ffab93", "#3d1c12"),
            headings=SERIF, scale=1.1, round=0.5,
        ),
    )
}  # fmt: skip
DEFAULT = "la"
CHOICES = [(theme.code, theme.name) for theme in THEMES.values()]


SAMPLES = "mau"  # stands for all looks in the address of their style sheet


def css_of(theme: Theme) -> str:
    """The look as a style sheet: custom properties for light (and paper), for a dark phone, and for a visitor's own choice."""
    light, dark = _properties(theme.light), _properties(theme.dark)
    return (
        f":root,[data-theme=light]{{{light};{_shape(theme)}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}"
        f"@media screen{{[data-theme=dark]{{{dark};{_shape(theme)}}}}}"
    )


def samples_css() -> str:
    """Every look within a class of its own, to choose from."""
    light = "".join(
        f".look-{theme.code}{{{_properties(theme.light)};{_shape(theme)}}}" for theme in THEMES.values()
    )
    dark = "".join(
        f":root:not([data-theme=light]) .look-{theme.code}{{{_properties(theme.dark)}}}"
        for theme in THEMES.values()
    )
    chosen = "".join(
        f"[data-theme=dark] .look-{theme.code}{{{_properties(theme.dark)}}}" for theme in THEMES.values()
    )
    return f"{light}@media screen and (prefers-color-scheme:dark){{{dark}}}@media screen{{{chosen}}}"


def _shape(theme: Theme) -> str:
    return f"--face:{theme.headings};--scale:{theme.scale};--round:{theme.round}rem"


def _properties(palette: Palette) -> str:
    return ";".join(f"--{name}:{value}" for name, value in vars(palette).items())


def version_of(theme: Theme) -> str:
    """Changes whenever the look does, so that its style sheet may be kept for a year."""
    return _digest(css_of(theme))


def samples_version() -> str:
    """The same for the samples."""
    return _digest(samples_css())


@cache
def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:8]
