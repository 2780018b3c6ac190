"""The sizes of a picture as bytes: pure Pillow, without Django, so that a pool of processes can start it quickly."""

import re
from collections.abc import Iterable
from io import BytesIO

from PIL import Image, ImageOps

from sellers.photos import RENDITIONS

Size = tuple[bytes, int, int]  # encoded bytes, width and height in pixels

_SPEC = re.compile(r"(fill|width)-(\d+)(?:x\d+)?\|format-(avif|jpeg)\|\w+-(\d+)")
AVIF_SPEED = 8  # of 10; the default of 6 takes twice as long for 4 to 9 % fewer bytes


def encode(master: Image.Image, spec: str) -> Size:
    """One size of a picture. A picture is never made larger than it is. Raises ValueError for a filter not of ours."""
    match = _SPEC.fullmatch(spec)
    if match is None:
        raise ValueError(spec)
    shape, side, kind, quality = match[1], int(match[2]), match[3], int(match[4])
    if shape == "fill":
        side = min(side, *master.size)
        small = ImageOps.fit(master, (side, side), Image.Resampling.LANCZOS)
    else:
        width = min(side, master.width)
        small = master.resize((width, int(master.height * width / master.width)), Image.Resampling.LANCZOS)
    out = BytesIO()
    options = {"speed": AVIF_SPEED} if kind == "avif" else {"optimize": True, "progressive": True}
    small.save(out, kind.upper(), quality=quality, **options)
    return out.getvalue(), *small.size


def encode_all(jpeg: bytes, specs: Iterable[str] = RENDITIONS) -> dict[str, Size]:
    """Every size of a master, from one decoding of it, by its filter."""
    with Image.open(BytesIO(jpeg)) as master:
        picture = master.convert("RGB")
    return {spec: encode(picture, spec) for spec in specs}
