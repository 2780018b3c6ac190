"""Makes every size of a picture from one decoding of it.

Wagtail's own `get_renditions` opens and decodes the master again for each size. The rows made here are the ones it
would make: same filter, same size, no focal point.
"""

from django.core.files.base import ContentFile

from sellers.encoding import Size, encode_all
from sellers.models import Picture, PictureRendition
from sellers.photos import RENDITIONS


def keep(picture: Picture, made: dict[str, Size]) -> int:
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
