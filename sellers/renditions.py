"""Makes every size of a picture from one decoding of it.

Wagtail's own `get_renditions` opens and decodes the master again for each size. The rows made here are the ones it
would make: same filter, same size, no focal point.
"""

import re
from collections.abc import Iterable
from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image, ImageOps

from sellers.models import Picture, PictureRendition
from sellers.photos import RENDITIONS

_SPEC = re.compile(r"(fill|width)-(\d+)(?:x\d+)?\|format-(avif|jpeg)\|\w+-(\d+)")
AVIF_SPEED = 8  # of 10; the default of 6 takes twice as long for 3 % fewer bytes


def encode(master: Image.Image, spec: str) -> tuple[bytes, int, int]:
    """One size of a picture: its bytes, width and height. A picture is never made larger than it is."""
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


def encode_all(jpeg: bytes, specs: Iterable[str] = RENDITIONS) -> dict[str, tuple[bytes, int, int]]:
    """Every size of a master, without touching the database: for a pool of processes."""
    with Image.open(BytesIO(jpeg)) as master:
        picture = master.convert("RGB")
    return {spec: encode(picture, spec) for spec in specs}


def keep(picture: Picture, made: dict[str, tuple[bytes, int, int]]) -> int:
    """Write the files and rows of sizes that were made. Returns how many."""
    rows = []
    for spec, (data, width, height) in made.items():
        row = PictureRendition(
            image=picture, filter_spec=spec, focal_point_key="", width=width, height=height
        )
        extension = "avif" if "format-avif" in spec else "jpg"
        row.file.save(f"x.{extension}", ContentFile(data, name=f"x.{extension}"), save=False)
        row.width, row.height = width, height
        rows.append(row)
    PictureRendition.objects.bulk_create(rows, ignore_conflicts=True)
    Picture.objects.filter(pk=picture.pk).update(ready=True)
    return len(rows)


def make(picture: Picture) -> int:
    """Make the sizes that are not there yet. Safe to run twice. Returns how many were made."""
    there = set(picture.renditions.values_list("filter_spec", flat=True))
    missing = [spec for spec in RENDITIONS if spec not in there]
    if not missing:
        return 0
    with picture.file.open("rb") as file:
        return keep(picture, encode_all(file.read(), missing))
