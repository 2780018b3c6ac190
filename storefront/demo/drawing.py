"""Draws and encodes the demo's pictures on every core. Without Django: a worker starts in a fraction of a second."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from io import BytesIO

from sellers.encoding import Size, encode_all
from sellers.photos import QUALITY
from storefront.demo import art

COVER = "cover"  # instead of a recipe: hills for the top of a shop's page


@dataclass(frozen=True)
class Drawn:
    """A picture ready to be kept: the master as JPEG, its size in pixels, and every smaller size."""

    jpeg: bytes
    width: int
    height: int
    sizes: dict[str, Size]


def draw(job: tuple[str, int]) -> Drawn:
    """The picture of a recipe (or COVER) and a seed."""
    recipe, seed = job
    image = art.draw_cover(seed) if recipe == COVER else art.draw_produce(recipe, seed)
    out = BytesIO()
    image.save(out, "JPEG", quality=QUALITY, progressive=True)
    return Drawn(out.getvalue(), *image.size, encode_all(out.getvalue()))


def draw_all(jobs: list[tuple[str, int]]) -> Iterator[Drawn]:
    """The pictures in the order of the jobs, one process for each core.

    The processes start from nothing: a fork would carry the open database connection along.
    """
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(draw, jobs, chunksize=2)
