"""Roboto, which has every Vietnamese letter, for typst and for Pillow. Read once in a process."""

import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import font_roboto

if TYPE_CHECKING:
    import typst
    from PIL import ImageFont

FOLDER = Path(font_roboto.font_directory)
NO_LETTER = "\U0010ffff"  # a sign that no font draws: what comes out is the box for "missing"


@cache
def for_typst() -> "typst.Fonts":
    """The family for posters, and no other: a print looks the same on every machine."""
    import typst  # only a process that prints pays for it: 80 MB on disk, 7 MB of memory

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER)])


@lru_cache(maxsize=64)
def for_pillow(weight: str, size: int) -> "ImageFont.FreeTypeFont":
    """One weight ("Regular", "Medium", "Bold", "Black") in one size in pixels."""
    from PIL import ImageFont

    return ImageFont.truetype(str(FOLDER / f"Roboto-{weight}.ttf"), size)


@lru_cache(maxsize=4096)
def _drawn(sign: str) -> bool:
    font = for_pillow("Regular", 16)
    return bytes(font.getmask(sign)) != bytes(font.getmask(NO_LETTER))


def printable(text: str) -> str:
    """The text without signs that would come out as empty boxes (emoji, foreign scripts), spaces tidied."""
    signs = (
        " " if sign.isspace() else sign
        for sign in unicodedata.normalize("NFC", text)
        if sign.isspace() or (sign.isprintable() and _drawn(sign))
    )
    return " ".join("".join(signs).split())
