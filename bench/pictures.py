"""How long does a photo of a phone take to become what pages show, against Wagtail's own way with the same photo?

`make bench NAME=pictures SIZE=20` (SIZE is the number of photos). Each is a JPEG of 12 megapixels with the grain of a
small sensor, held upright, with a place in its metadata. Ours: cleaned, then every size from the clean master.
Wagtail's: the photo kept as it came, and `get_renditions` of the same sizes from it. Both write files and rows, turn
by turn, in one process; what a person waits for is the time, what the machine pays is the processor.
"""

import argparse
import os
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
django.setup()

from django.core.files.base import ContentFile  # noqa: E402  (after the settings are there)
from django.core.management import call_command  # noqa: E402
from django.test.utils import override_settings  # noqa: E402
from PIL import Image, ImageChops  # noqa: E402
from PIL.ExifTags import GPS, Base  # noqa: E402
from tqdm import tqdm  # noqa: E402

from bench.harness import report  # noqa: E402
from sellers import renditions  # noqa: E402
from sellers.models import Picture  # noqa: E402
from sellers.photos import RENDITIONS, clean_photo  # noqa: E402
from sellers.services import add_picture  # noqa: E402
from storefront.demo import art  # noqa: E402

WIDTH, HEIGHT = 4000, 3000
GRAIN = 9  # standard deviation of a level; makes files of 3 to 5 MB, as phones do
RECIPES = ["persimmon", "honey", "rice", "mandarin", "star_anise", "tea", "egg", "lychee"]
WAITS, PAYS = "time", "processor"

Spent = dict[tuple[str, str], list[float]]  # (what, time or processor) -> milliseconds of each photo


def phone_photo(number: int, chance: random.Random) -> bytes:
    """Produce drawn at 12 megapixels, with grain, lying on its side with the orientation that turns it upright."""
    drawn = art.draw_produce(RECIPES[number % len(RECIPES)], number).convert("RGB")
    large = drawn.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    grain = Image.effect_noise((WIDTH, HEIGHT), GRAIN)
    turned = grain.transpose(Image.Transpose.ROTATE_180)
    noise = Image.merge("RGB", [grain, turned, ImageChops.offset(grain, chance.randrange(1, WIDTH))])
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    exif[Base.Model] = "SM-A057F"
    exif.get_ifd(Base.GPSInfo)[GPS.GPSLatitude] = (21.0, 51.0, 0.0)
    out = BytesIO()
    ImageChops.add(large, noise, offset=-128).save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


@contextmanager
def timed(spent: Spent, what: str) -> Iterator[None]:
    """Add what the block took, by the clock and by the processor (all threads)."""
    clock, processor = time.perf_counter(), time.process_time()
    yield
    spent[what, WAITS].append((time.perf_counter() - clock) * 1000)
    spent[what, PAYS].append((time.process_time() - processor) * 1000)


def kept_as_it_came(photo: bytes) -> Picture:
    """What an upload in Wagtail's own admin keeps."""
    picture = Picture(title="x", purpose=Picture.Purpose.EVIDENCE)
    picture.file.save("x.jpg", ContentFile(photo, name="x.jpg"), save=False)
    picture.save()
    return picture


def measure(photo: bytes, spent: Spent, sizes: dict[str, list[float]]) -> None:
    """One photo both ways."""
    with timed(spent, "cleaning"):
        clean_photo(BytesIO(photo))
    with timed(spent, "upload: cleaned and kept"):
        # kept like any photo, but nothing makes the sizes of a paper by itself
        ours = add_picture(BytesIO(photo), purpose=Picture.Purpose.EVIDENCE, title="x", by=None)
    with timed(spent, "all sizes, ours"):
        assert renditions.make(ours) == len(RENDITIONS)
    with timed(spent, "upload: kept as it came, Wagtail"):
        theirs = kept_as_it_came(photo)
    with timed(spent, "all sizes of the photo, Wagtail"):
        theirs.get_renditions(*RENDITIONS)
    same = Picture.objects.get(pk=kept_as_it_came(ours.file.open().read()).pk)
    with timed(spent, "all sizes of the clean master, Wagtail"):
        same.get_renditions(*RENDITIONS)
    for name, picture in (("the photo", theirs), ("the clean master", ours)):
        sizes[name].append(picture.file.size / 1024)
    for name, picture in (("all sizes, ours", ours), ("all sizes of the clean master, Wagtail", same)):
        sizes[name].append(sum(row.file.size for row in picture.renditions.all()) / 1024)
    for picture in (ours, theirs, same):
        for file in (picture.file, *(row.file for row in picture.renditions.all())):
            file.delete(save=False)


def main(size: int) -> None:
    """Draw the photos, then take each through both ways; the first one only warms up."""
    call_command("migrate", verbosity=0)
    chance = random.Random(2026)
    spent: Spent = defaultdict(list)
    sizes: dict[str, list[float]] = defaultdict(list)
    with override_settings(WAGTAILIMAGES_MAX_UPLOAD_SIZE=64 * 1024 * 1024):
        measure(phone_photo(0, chance), defaultdict(list), defaultdict(list))
        for number in tqdm(range(size), unit="photos"):
            measure(phone_photo(number, chance), spent, sizes)
    report("pictures", size, [*times(spent), *kilobytes(sizes)])


def times(spent: Spent) -> Iterator[tuple[str, float, str, str, float | None]]:
    """The figures of time: a median for each step, and the whole against Wagtail's whole."""

    def typical(kind: str, *steps: str) -> float:
        return statistics.median(map(sum, zip(*(spent[step, kind] for step in steps), strict=True)))

    ours, same, theirs = (
        "all sizes, ours",
        "all sizes of the clean master, Wagtail",
        "all sizes of the photo, Wagtail",
    )
    kept, came = "upload: cleaned and kept", "upload: kept as it came, Wagtail"
    for kind in (WAITS, PAYS):
        for step in ("cleaning", same, theirs):
            yield f"{step}: {kind}", typical(kind, step), "ms", "", None
        yield f"{ours}: {kind}", typical(kind, ours), "ms", same, typical(kind, ours) / typical(kind, same)
        whole, base = typical(kind, kept, ours), typical(kind, came, theirs)
        yield f"upload and all sizes, Wagtail: {kind}", base, "ms", "", None
        yield (
            f"upload and all sizes, ours: {kind}",
            whole,
            "ms",
            "upload and all sizes, Wagtail",
            whole / base,
        )
    slowest = statistics.quantiles(spent[kept, WAITS], n=20)[-1]
    yield "upload: cleaned and kept, p95: time", slowest, "ms", "", None


def kilobytes(sizes: dict[str, list[float]]) -> Iterator[tuple[str, float, str, str, float | None]]:
    """The figures of size."""
    mean = {name: statistics.mean(values) for name, values in sizes.items()}
    photo, master = mean["the photo"], mean["the clean master"]
    ours, wagtails = mean["all sizes, ours"], mean["all sizes of the clean master, Wagtail"]
    yield "kept of a photo, ours", master, "KiB", "the photo", master / photo
    yield "all sizes, ours", ours, "KiB", "all sizes of the clean master, Wagtail", ours / wagtails


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=20)
    main(parser.parse_args().size)
