"""What happens to an uploaded photo before anything is kept. Source: front-end guide, section 8.

The kind is told by the first bytes and opened by that decoder alone; the picture is turned as it was held, and its
pixels are copied into a new one, so that nothing but pixels survives: no place, no phone model, no second format
hidden behind the first.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps

MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 1280
QUALITY = 82

SQUARES, WIDTHS = (160, 240, 320), (480, 640)
AVIF, JPEG = "format-avif|avifquality-50", "format-jpeg|jpegquality-72"
RENDITIONS = (
    *(f"fill-{side}x{side}|{AVIF}" for side in SQUARES),
    *(f"width-{width}|{AVIF}" for width in WIDTHS),
    f"fill-240x240|{JPEG}",
    f"width-480|{JPEG}",
)

# A JPEG or HEIC of several images is no film: phones put a depth map, a preview or a second lens behind the photo.
# The first image is the photo.
MAY_MOVE = ("PNG", "WEBP")


class BadPhoto(ValueError):
    """A file that is no photo we can show. `code` is too_large, too_many_pixels, unknown_kind, animated or broken."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class CleanPhoto:
    """A JPEG without metadata, its longest side at most 1280 pixels."""

    jpeg: bytes
    width: int
    height: int


def kind_of(head: bytes) -> str | None:
    """Pillow's name of the format that the first 16 bytes announce; None for everything we do not take."""
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"heim", b"heis", b"mif1", b"hevc"):
        return "HEIF"
    return None


def clean_photo(file: BinaryIO) -> CleanPhoto:
    """The photo as we keep it. Raises BadPhoto."""
    file.seek(0)
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise BadPhoto("too_large")
    kind = kind_of(data[:16])
    if kind is None:
        raise BadPhoto("unknown_kind")
    if kind == "HEIF":
        import pi_heif  # 6 MB of memory that few processes need

        pi_heif.register_heif_opener()
    try:
        with Image.open(BytesIO(data), formats=[kind]) as picture:
            if picture.width * picture.height > MOST_PIXELS:  # known from the header, before any decoding
                raise BadPhoto("too_many_pixels")
            if getattr(picture, "is_animated", False) and kind in MAY_MOVE:
                raise BadPhoto("animated")
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # JPEG only: decodes no more than is needed
            picture.load()
            return _save(_plain(ImageOps.exif_transpose(picture)))
    except BadPhoto:
        raise
    except Image.DecompressionBombError as bomb:
        raise BadPhoto("too_many_pixels") from bomb
    except Exception as error:  # a decoder fed with a stranger's bytes may raise anything
        raise BadPhoto("broken") from error


def _plain(picture: Image.Image) -> Image.Image:
    """RGB in sRGB, on white where it was see-through, at most 1280 pixels long."""
    profile = picture.info.get("icc_profile")
    if picture.mode in ("1", "P", "PA"):  # colours by number cannot be averaged by a smaller size
        picture = picture.convert("RGBA" if "A" in picture.mode or "transparency" in picture.info else "RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    if picture.mode.startswith("I"):  # 16-bit grey
        picture = picture.point(lambda value: value / 256).convert("L")
    if picture.mode in ("RGBA", "LA") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        picture = Image.new("RGB", clear.size, "white")
        picture.paste(clear, mask=clear.getchannel("A"))
    if profile and picture.mode in ("RGB", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            picture = (
                ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
                or picture
            )
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile is no reason to lose the photo
    return picture.convert("RGB")


def _save(picture: Image.Image) -> CleanPhoto:
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    out = BytesIO()
    bare.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return CleanPhoto(out.getvalue(), *bare.size)
