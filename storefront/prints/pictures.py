"""The photo of a print or a share picture, cut to its place; a drawn landscape where a shop has none."""

import math
from io import BytesIO

from django.core.files import File
from PIL import Image, ImageOps

from storefront.prints.palette import Palette, mixed

Size = tuple[int, int]
UPPER = 0.42  # what matters in a photo of people and goods stands a little above the middle


def photo(file: File | None, size: Size, palette: Palette) -> Image.Image:
    """The photo cut to the shape of `size` (pixels), never larger than that; a landscape if it is missing or broken."""
    if file is not None:
        try:
            with file.open("rb") as opened, Image.open(opened) as picture:
                picture.draft("RGB", size)  # JPEG: decodes no more pixels than are asked for
                return _cut(picture.convert("RGB"), size)
        except (OSError, ValueError, Image.DecompressionBombError):
            pass  # a lost file is no reason to have no poster
    return landscape(size, palette)


def _cut(picture: Image.Image, size: Size) -> Image.Image:
    share = min(1, picture.width / size[0], picture.height / size[1])
    if share < 1:  # a small photo stays as it is: whoever sets it makes it larger
        size = max(1, round(size[0] * share)), max(1, round(size[1] * share))
    return ImageOps.fit(picture, size, Image.Resampling.LANCZOS, centering=(0.5, UPPER))


def jpeg(picture: Image.Image, quality: int = 86) -> bytes:
    """The picture as a file."""
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def landscape(size: Size, palette: Palette) -> Image.Image:
    """Hills one behind another under a low sun, terraces in front, in the shop's colours."""
    from PIL import ImageDraw  # brings the font engine: few processes need it

    width, height = size[0] * 2, size[1] * 2  # drawn twice as large: Pillow's edges are not smooth
    brand, soft, accent = palette["brand"], palette["soft"], palette["accent"]
    picture = Image.new("RGB", (width, height), mixed(soft, "#ffffff", 0.35))
    draw = ImageDraw.Draw(picture)
    x, y, radius = width * 0.72, height * 0.3, height * 0.13
    for ring, share in ((2.1, 0.93), (1.5, 0.86), (1, 0.55)):
        reach = radius * ring
        draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=mixed(accent, "#ffffff", share))
    for layer in range(5):
        colour = mixed(soft, brand, 0.16 + 0.19 * layer)
        draw.polygon(_ridge(width, height, layer), fill=colour)
    for step in range(6):
        level = height * (0.83 + 0.032 * step)
        shade = mixed(brand, accent if step % 2 else soft, 0.22 if step % 2 else 0.3)
        draw.polygon(_terrace(width, height, level, step), fill=shade)
    return picture.resize(size, Image.Resampling.LANCZOS)


def _ridge(width: int, height: int, layer: int) -> list[tuple[float, float]]:
    """The outline of one row of limestone hills, further down the nearer it is."""
    ground, rise = height * (0.52 + 0.08 * layer), height * (0.2 - 0.022 * layer)
    steps = 160
    line = []
    for step in range(steps + 1):
        at = step / steps
        wave = math.sin(at * (9 + 3 * layer) + layer * 2.1) + 0.55 * math.sin(at * (23 + 5 * layer) + layer)
        line.append((width * at, ground - rise * max(wave, -0.7) * 0.75))
    return [(0, height), *line, (width, height)]


def _terrace(width: int, height: int, level: float, step: int) -> list[tuple[float, float]]:
    swell = height * 0.014
    line = [(width * at / 80, level + swell * math.sin(at / 80 * 6.3 + step * 1.3)) for at in range(81)]
    return [(0, height), *line, (width, height)]
