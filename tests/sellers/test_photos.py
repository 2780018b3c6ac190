"""A photo from any phone becomes a plain JPEG; everything else is refused for a reason."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageCms
from PIL.ExifTags import GPS, Base

from sellers.photos import BadPhoto, clean_photo, kind_of

RED, BLUE = (220, 30, 30), (30, 30, 220)


def file_of(picture: Image.Image, kind: str = "JPEG", **options) -> BytesIO:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out


def half_and_half(size=(80, 40)) -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", size, RED)
    picture.paste(BLUE, (size[0] // 2, 0, *size))
    return picture


def opened(clean) -> Image.Image:
    return Image.open(BytesIO(clean.jpeg))


def close(one, other) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(one, other, strict=True))


TURNS = {
    1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270,
}  # fmt: skip


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_upright_however_the_phone_was_held(orientation):
    held = half_and_half() if TURNS[orientation] is None else half_and_half().transpose(TURNS[orientation])
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    clean = clean_photo(file_of(held, exif=exif, quality=95))
    picture = opened(clean)
    assert (clean.width, clean.height) == picture.size == (80, 40)
    assert close(picture.getpixel((10, 20)), RED)
    assert close(picture.getpixel((70, 20)), BLUE)


def test_the_place_and_the_phone_are_gone():
    exif = Image.Exif()
    exif[Base.Model] = "SM-A057F"
    exif.get_ifd(Base.GPSInfo)[GPS.GPSLatitude] = (21.0, 51.0, 0.0)
    clean = clean_photo(file_of(half_and_half(), exif=exif, comment=b"home"))
    picture = opened(clean)
    assert not picture.getexif()
    assert set(picture.info) <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progressive",
        "progression",
    }
    assert b"SM-A057F" not in clean.jpeg
    assert b"home" not in clean.jpeg


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *(("JPEG", mode) for mode in ("CMYK", "L", "RGB")),
        *(("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
        *(("WEBP", mode) for mode in ("RGB", "RGBA")),
    ],
)
def test_every_kind_of_colour_becomes_rgb(kind, mode):
    picture = Image.new("I;16", (40, 40), 40_000) if mode == "I;16" else half_and_half((40, 40)).convert(mode)
    assert opened(clean_photo(file_of(picture, kind))).mode == "RGB"


def test_what_is_see_through_becomes_white():
    picture = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    assert close(opened(clean_photo(file_of(picture, "PNG"))).getpixel((5, 5)), (255, 255, 255))


def test_a_drawing_of_few_colours_is_made_smaller_without_jags():
    stripes = Image.new("P", (2560, 40))
    stripes.putpalette([0, 0, 0, 255, 255, 255])
    stripes.putdata([x % 2 for _ in range(40) for x in range(2560)])
    middle = opened(clean_photo(file_of(stripes, "PNG"))).convert("L").getpixel((640, 10))
    assert 100 < middle < 155


def test_sixteen_bits_of_grey_keep_their_brightness():
    picture = Image.new("I;16", (20, 20), 32_768)
    assert close(opened(clean_photo(file_of(picture, "PNG"))).getpixel((5, 5)), (128, 128, 128))


def test_a_broken_colour_profile_does_not_cost_the_photo():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert clean_photo(file_of(half_and_half(), icc_profile=profile)).width == 80
    assert clean_photo(file_of(half_and_half(), icc_profile=b"not a profile")).width == 80


def test_a_large_photo_is_made_1280_long():
    clean = clean_photo(file_of(Image.new("RGB", (4000, 3000), RED)))
    assert (clean.width, clean.height) == (1280, 960)


def png_header(width: int, height: int) -> BytesIO:
    """A PNG that claims a size and holds nothing."""
    chunk = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    head = b"IHDR" + chunk
    return BytesIO(
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
        + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    )  # fmt: skip


def truncated() -> BytesIO:
    noise = Image.effect_noise((400, 400), 90).convert("RGB")
    data = file_of(noise).getvalue()
    return BytesIO(data[: len(data) // 2])


def animated() -> BytesIO:
    return file_of(
        half_and_half(), "WEBP", save_all=True, append_images=[Image.new("RGB", (80, 40), BLUE)], duration=100
    )


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (BytesIO(), "unknown_kind"),
        (BytesIO(b"a letter, not a photo"), "unknown_kind"),
        (BytesIO(b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'), "unknown_kind"),
        (file_of(half_and_half(), "GIF"), "unknown_kind"),
        (file_of(half_and_half(), "BMP"), "unknown_kind"),
        (BytesIO(b"\xff\xd8\xff\xe0" + b"0" * 400), "broken"),
        (BytesIO(b"\x00\x00\x00\x18ftypheic" + b"0" * 400), "broken"),
        (truncated(), "broken"),
        (animated(), "animated"),
        (png_header(10_000, 6_000), "too_many_pixels"),
        (png_header(100_000, 100_000), "too_many_pixels"),
        (BytesIO(b"\xff\xd8\xff" + b"0" * (12 * 1024 * 1024)), "too_large"),
    ],
    ids=[
        "empty",
        "text",
        "svg",
        "gif",
        "bmp",
        "head of a jpeg",
        "head of a heic",
        "truncated",
        "animated",
        "60 MP",
        "bomb",
        "13 MB",
    ],
)
def test_what_is_no_photo_is_refused_for_its_reason(file, code):
    with pytest.raises(BadPhoto) as refused:
        clean_photo(file)
    assert refused.value.code == code


def test_a_photo_with_a_second_image_behind_it_is_a_photo():
    second = Image.new("RGB", (20, 10), BLUE)
    file = file_of(half_and_half(), "MPO", save_all=True, append_images=[second])
    clean = clean_photo(file)
    assert (clean.width, clean.height) == (80, 40)
    assert close(opened(clean).getpixel((10, 20)), RED)
    assert clean.jpeg.count(b"\xff\xd8\xff") == 1


def test_a_page_hidden_behind_a_picture_is_not_kept():
    hidden = file_of(half_and_half()).getvalue() + b"<script>alert(1)</script>PK\x03\x04"
    assert b"<script>" not in clean_photo(BytesIO(hidden)).jpeg


def test_the_first_bytes_tell_the_kind_whatever_the_name_says():
    assert kind_of(b"\x00\x00\x00\x24ftypheic....") == "HEIF"
    assert kind_of(b"GIF89a..........") is None


def test_a_heic_of_a_phone_becomes_a_jpeg():
    clean = clean_photo((Path(__file__).parent.parent / "data" / "photo.heic").open("rb"))
    assert (opened(clean).format, clean.width, clean.height) == ("JPEG", 128, 128)
