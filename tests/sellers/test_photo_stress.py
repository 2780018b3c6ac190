"""A hundred files as phones, scanners, other people's programs and attackers send them: each is cleaned or refused.

The picture in them is the HEIC of a phone (tests/data); orientation, maker's notes, place, colour space, size and damage
are made here, as no licence lets us ship a hundred strangers' photos.
"""

import random
import struct
import zlib
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import pi_heif
import pytest
from PIL import Image, ImageChops
from PIL.ExifTags import GPS, Base

from sellers.photos import LONGEST_SIDE, MOST_BYTES, BadPhoto, CleanPhoto, clean_photo

HEIC = Path(__file__).parent.parent / "data" / "photo.heic"
CODES = {"too_large", "too_many_pixels", "unknown_kind", "animated", "broken"}
GOOD = "cleaned"


@cache
def camera(size: tuple[int, int] = (1600, 1200)) -> Image.Image:
    """What the phone saw, as large as phones take it."""
    return pi_heif.open_heif(HEIC.read_bytes()).to_pillow().convert("RGB").resize(size)


def saved(picture: Image.Image, kind: str = "JPEG", **options) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def exif(orientation: int = 1, model: str = "SM-A057F") -> Image.Exif:
    """What a phone writes: make, model, time, orientation, and where the farmer lives."""
    facts = Image.Exif()
    facts[Base.Make], facts[Base.Model], facts[Base.Orientation] = "samsung", model, orientation
    facts[Base.DateTime] = "2026:11:20 06:41:12"
    place = facts.get_ifd(Base.GPSInfo)
    place[GPS.GPSLatitude], place[GPS.GPSLongitude] = (21.0, 51.0, 7.2), (106.0, 45.0, 40.3)
    return facts


def png_of(width: int, height: int) -> bytes:
    """The head of a PNG that claims a size, with next to nothing behind it: a bomb."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")


def sixteen_bit(kind: str) -> bytes:
    """A grey picture of 16 bits a dot, as scanners make them."""
    grey = camera((320, 240)).convert("L")
    deep = Image.frombytes("I;16", grey.size, b"".join(bytes((0, value)) for value in grey.tobytes()))
    return saved(deep, kind)


def files() -> Iterator[tuple[str, bytes, str | set[str]]]:
    """Name, bytes, and what has to come of it: "cleaned", a code, or one of several codes."""
    photo, small = camera(), camera((320, 240))
    for orientation in range(1, 9):
        yield f"phone held {orientation}", saved(photo, exif=exif(orientation), quality=90), GOOD
        yield f"PNG held {orientation}", saved(small, "PNG", exif=exif(orientation)), GOOD
        yield f"WebP held {orientation}", saved(small, "WEBP", exif=exif(orientation)), GOOD
    yield "HEIC of a phone", HEIC.read_bytes(), GOOD
    for orientation in (0, 9, 255):  # some phones write nonsense
        yield f"held impossibly {orientation}", saved(small, exif=exif(orientation)), GOOD
    for sub in (0, 1, 2):
        yield f"subsampled {sub}", saved(photo, subsampling=sub), GOOD
    for mode in ("L", "CMYK", "YCbCr"):
        yield f"JPEG {mode}", saved(small.convert(mode)), GOOD
    yield "CMYK turned", saved(small.convert("CMYK"), exif=exif(6)), GOOD
    for mode in ("1", "L", "LA", "P", "RGBA"):
        yield f"PNG {mode}", saved(small.convert(mode), "PNG"), GOOD
    yield "PNG of 16 bits", sixteen_bit("PNG"), GOOD
    yield "progressive", saved(photo, progressive=True, exif=exif()), GOOD
    yield "lossless WebP", saved(small, "WEBP", lossless=True), GOOD
    yield "WebP one can see through", saved(small.convert("RGBA"), "WEBP"), GOOD
    yield "one dot", saved(camera((1, 1))), GOOD
    yield "a line", saved(camera((3000, 1))), GOOD
    yield "a strip", saved(camera((1, 3000)), "PNG"), GOOD
    yield "twelve megapixels", saved(camera((4000, 3000)), quality=80, exif=exif(8)), GOOD
    yield "nearly fifty megapixels", saved(Image.new("RGB", (8000, 6240), "orange"), quality=40), GOOD
    yield (
        "over fifty megapixels",
        saved(Image.new("RGB", (8000, 6260), "orange"), quality=40),
        "too_many_pixels",
    )
    for side in (30_000, 65_535, 2**31 - 1):
        yield f"PNG bomb {side}", png_of(side, side), {"too_many_pixels", "broken"}
    yield "over twelve megabytes", saved(photo) + b"\0" * MOST_BYTES, "too_large"
    yield "nothing", b"", "unknown_kind"
    yield "one byte", b"\xff", "unknown_kind"
    yield "only a head", b"\xff\xd8\xff", "broken"
    yield "zeros", bytes(4096), "unknown_kind"
    for name, kind in (("GIF", "GIF"), ("BMP", "BMP"), ("TIFF", "TIFF"), ("ICO", "ICO"), ("PPM", "PPM")):
        yield name, saved(small, kind), "unknown_kind"
    yield "PDF", b"%PDF-1.7\n" + saved(small), "unknown_kind"
    yield "SVG", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "unknown_kind"
    yield "a page", b"<!DOCTYPE html><script>alert(1)</script>", "unknown_kind"
    yield "a film", b"\0\0\0\x18ftypmp42" + bytes(100), "unknown_kind"
    frames = [small, ImageChops.invert(small)]
    for kind in ("WEBP", "PNG"):
        yield f"moving {kind}", saved(small, kind, save_all=True, append_images=frames), "animated"
    yield "moving GIF", saved(small, "GIF", save_all=True, append_images=frames), "unknown_kind"
    yield "a phone's burst (MPO)", saved(small, "MPO", save_all=True, append_images=frames), GOOD
    page = b"<script>alert(document.domain)</script>"
    yield "a page behind a photo", saved(small) + page, GOOD
    yield "a zip behind a photo", saved(small) + b"PK\x03\x04" + bytes(200), GOOD
    yield "a page in a comment", saved(small, comment=page), GOOD
    yield "a page in EXIF", saved(small, exif=exif(model=page.decode())), GOOD
    yield "a broken colour profile", saved(small, icc_profile=b"nonsense"), GOOD
    yield "a photo under a GIF's head", b"GIF89a" + saved(small), "unknown_kind"
    yield "a PNG's head before a photo", b"\x89PNG\r\n\x1a\n" + saved(small), "broken"
    whole, chance = saved(photo, exif=exif(6)), random.Random(26)
    for part in (2, 5, 10, 25, 50, 75, 90):
        yield f"{part} % of a photo", whole[: len(whole) * part // 100], "broken"
    for turn in range(8):
        torn = bytearray(whole)
        for _ in range(40):
            torn[chance.randrange(20, len(torn))] = chance.randrange(256)
        yield f"torn photo {turn}", bytes(torn), {GOOD, "broken", "too_many_pixels"}
    for turn in range(4):
        torn = bytearray(HEIC.read_bytes())
        for _ in range(20):
            torn[chance.randrange(16, len(torn))] = chance.randrange(256)
        yield f"torn HEIC {turn}", bytes(torn), {GOOD, "broken", "too_many_pixels", "unknown_kind"}
    for turn in range(4):
        yield f"noise {turn}", chance.randbytes(5000), "unknown_kind"
        yield f"noise as a JPEG {turn}", b"\xff\xd8\xff\xe0" + chance.randbytes(5000), "broken"


FILES = list(files())


def outcome(data: bytes) -> tuple[CleanPhoto | None, str]:
    """The clean photo, or why there is none."""
    try:
        return clean_photo(BytesIO(data)), GOOD
    except BadPhoto as bad:
        return None, bad.code


def test_there_are_a_hundred_of_them():
    assert len({name for name, _data, _what in FILES}) == len(FILES) >= 100


@pytest.mark.parametrize(("data", "what"), [pytest.param(data, what, id=name) for name, data, what in FILES])
def test_each_is_cleaned_to_bare_pixels_or_refused_with_a_reason(data, what):
    expected = {what} if isinstance(what, str) else what
    clean, code = outcome(data)
    assert code in expected & (CODES | {GOOD})
    if clean is None:
        return
    with Image.open(BytesIO(clean.jpeg), formats=["JPEG"]) as kept:
        kept.load()
        assert kept.mode == "RGB"
        assert max(kept.size) <= LONGEST_SIDE
        assert not dict(kept.getexif())
        assert not {"exif", "icc_profile", "comment", "xmp"} & set(kept.info)
    for secret in (b"GPS", b"samsung", b"SM-A057F", b"<script", b"PK\x03\x04"):
        assert secret not in clean.jpeg


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_phones_photo_comes_out_the_same_way_up_however_it_was_held(orientation):
    upright = clean_photo(BytesIO(saved(camera())))
    undo = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[
        orientation
    ]  # Image.Transpose that the phone forgot
    held = camera() if undo is None else camera().transpose(Image.Transpose(undo))
    clean = clean_photo(BytesIO(saved(held, exif=exif(orientation))))
    assert (clean.width, clean.height) == (upright.width, upright.height)
    one, other = (Image.open(BytesIO(photo.jpeg)).resize((64, 48)) for photo in (upright, clean))
    assert max(ImageChops.difference(one, other).convert("L").tobytes()) < 60
