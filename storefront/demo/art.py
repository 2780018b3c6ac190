"""Pictures for the demo, drawn with Pillow: produce on a table, and hills for the shops' covers.

Each drawing is put together from a backdrop, a vessel and many small bodies that are shaded once and pasted often.
The same recipe and seed always give the same picture.
"""

import math
import random
from collections.abc import Callable
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Color = tuple[int, int, int]
SIZE = 960
RADIAL = Image.radial_gradient("L")  # 0 in the middle, 255 at the corners


def mix(one: Color, other: Color, share: float) -> Color:
    """A colour between two, `share` of the way to the other."""
    return tuple(round(a + (b - a) * share) for a, b in zip(one, other, strict=True))  # type: ignore[return-value]


def jitter(chance: random.Random, color: Color, by: int = 10) -> Color:
    """Nearly the same colour."""
    shift = chance.randint(-by, by)
    return tuple(max(0, min(255, part + shift + chance.randint(-4, 4))) for part in color)  # type: ignore[return-value]


# --- bodies ---------------------------------------------------------------------------------------------------------


def shaded(
    mask: Image.Image, base: Color, light: Color | None = None, dark: Color | None = None, gloss: float = 0.6
) -> Image.Image:
    """A body of the mask's shape, lit from the upper left, dark at its lower right edge."""
    light, dark = light or mix(base, (255, 255, 240), 0.35), dark or mix(base, (40, 20, 10), 0.5)
    width, height = mask.size
    body = Image.new("RGB", mask.size, dark)
    glow = RADIAL.resize((round(width * 1.7), round(height * 1.7)))
    glow = ImageChops.offset(ImageChops.invert(glow), 0, 0).crop(
        (round(width * 0.5), round(height * 0.52), round(width * 1.5), round(height * 1.52))
    )
    body.paste(base, mask=glow.point(lambda v: min(255, int(v * 1.55))))
    spot = ImageChops.invert(RADIAL).resize((round(width * 0.95), round(height * 0.8)))
    spot = spot.point(lambda v: int(max(0, v - 90) * 1.5 * gloss))
    body.paste(light, (round(width * 0.02), round(height * 0.02)), spot)
    body.putalpha(mask)
    return body


def disc(width: int, height: int) -> Image.Image:
    """A smooth ellipse as a mask."""
    mask = Image.new("L", (width * 2, height * 2))
    ImageDraw.Draw(mask).ellipse((2, 2, width * 2 - 3, height * 2 - 3), fill=255)
    return mask.resize((width, height), Image.Resampling.LANCZOS)


def blob(points: list[tuple[float, float]], width: int, height: int) -> Image.Image:
    """A smooth closed shape through points given in parts of the size."""
    mask = Image.new("L", (width * 2, height * 2))
    ImageDraw.Draw(mask).polygon([(x * width * 2, y * height * 2) for x, y in smooth(points)], fill=255)
    return mask.resize((width, height), Image.Resampling.LANCZOS)


def smooth(points: list[tuple[float, float]], rounds: int = 3) -> list[tuple[float, float]]:
    """Corners cut off again and again (Chaikin), until the line is round."""
    for _ in range(rounds):
        cut = []
        for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
            cut += [
                (0.75 * x0 + 0.25 * x1, 0.75 * y0 + 0.25 * y1),
                (0.25 * x0 + 0.75 * x1, 0.25 * y0 + 0.75 * y1),
            ]
        points = cut
    return points


LEAF = [(0.0, 0.5), (0.25, 0.12), (0.7, 0.15), (1.0, 0.5), (0.7, 0.85), (0.25, 0.88)]


def leaf(length: int, color: Color = (70, 130, 60)) -> Image.Image:
    """A leaf with its vein, lying to the right."""
    height = max(8, round(length * 0.42))
    picture = shaded(
        blob(LEAF, length, height), color, mix(color, (220, 240, 150), 0.5), mix(color, (10, 40, 10), 0.5)
    )
    pen = ImageDraw.Draw(picture)
    vein = (*mix(color, (230, 245, 180), 0.5), 190)
    pen.line((length * 0.06, height / 2, length * 0.94, height / 2), fill=vein, width=max(1, length // 50))
    for part in (0.3, 0.45, 0.6, 0.75):
        for way in (-1, 1):
            pen.line(
                (length * part, height / 2, length * (part + 0.13), height * (0.5 + way * 0.27)),
                fill=vein,
                width=max(1, length // 90),
            )
    return picture


def with_leaf(
    body: Image.Image, chance: random.Random, count: int = 1, color: Color = (70, 130, 60)
) -> Image.Image:
    """A body with a stem and leaves at its top."""
    width, height = body.size
    canvas = Image.new("RGBA", (width * 2, height * 2))
    canvas.alpha_composite(body, (width // 2, height // 2))
    pen = ImageDraw.Draw(canvas)
    pen.line(
        (width, height * 0.56, width * 1.03, height * 0.42), fill=(92, 70, 40, 255), width=max(3, width // 28)
    )
    for number in range(count):
        blade = leaf(round(width * 0.5), jitter(chance, color)).rotate(
            chance.choice((25, 40, 150, 165)) + number * 60, expand=True
        )
        canvas.alpha_composite(
            blade,
            (
                max(0, round(width - blade.width / 2 + width * 0.16)),
                max(0, round(height * 0.44 - blade.height / 2)),
            ),
        )
    return canvas


def orange(
    size: int, chance: random.Random, base: Color = (240, 140, 30), squash: float = 0.95, pores: bool = True
) -> Image.Image:
    """A citrus fruit."""
    body = shaded(disc(size, round(size * squash)), jitter(chance, base))
    if pores:
        pen = ImageDraw.Draw(body)
        for _ in range(size // 2):
            angle, far = chance.uniform(0, math.tau), chance.random() ** 0.5 * 0.42
            x, y = size * (0.5 + far * math.cos(angle)), size * squash * (0.5 + far * math.sin(angle))
            pen.ellipse((x - 1, y - 1, x + 1, y + 1), fill=(*mix(base, (120, 60, 0), 0.3), 110))
    return with_leaf(body, chance) if chance.random() < 0.5 else body


def mandarin(size: int, chance: random.Random) -> Image.Image:
    return orange(size, chance, (250, 155, 25), 0.78)


def green_orange(size: int, chance: random.Random) -> Image.Image:
    return orange(size, chance, chance.choice([(205, 165, 40), (150, 160, 45), (225, 160, 35)]), 0.92)


def lime(size: int, chance: random.Random) -> Image.Image:
    return orange(round(size * 0.75), chance, (120, 160, 50), 0.92)


def persimmon(size: int, chance: random.Random) -> Image.Image:
    """Squat, orange red, with its four-leaved crown."""
    body = shaded(blob([(0.05, 0.3), (0.5, 0.05), (0.95, 0.3), (1, 0.7), (0.7, 1), (0.3, 1), (0, 0.7)], size, round(size * 0.84)),
                  jitter(chance, (238, 104, 34)))  # fmt: skip
    for angle in (20, 110, 200, 290):
        blade = leaf(round(size * 0.3), (112, 122, 52)).rotate(angle, expand=True)
        body.alpha_composite(blade, (round(size * 0.5 - blade.width / 2 + math.cos(math.radians(angle)) * size * 0.09),
                                     max(0, round(size * 0.13 - blade.height / 2 - math.sin(math.radians(angle)) * size * 0.05))))  # fmt: skip
    return body


def knobbly(
    size: int,
    chance: random.Random,
    base: Color,
    knob: Color,
    shape: list[tuple[float, float]],
    rows: int,
    gloss: float = 0.75,
) -> Image.Image:
    """A fruit with a skin of knobs, such as a custard apple or a lychee."""
    height = round(size * 0.95)
    mask = blob(shape, size, height)
    body = shaded(mask, base)
    step = size / rows
    one = disc(round(step * 1.08), round(step * 0.95))
    knobs = [shaded(one, jitter(chance, knob, 8), gloss=gloss) for _ in range(6)]  # shaded once, pasted often
    for row in range(rows + 2):
        for column in range(rows + 2):
            x, y = (column - 0.5 + row % 2 * 0.5) * step, (row - 0.5) * step * 0.92
            bump = chance.choice(knobs)
            body.paste(bump, (round(x), round(y)), bump)
    rim = RADIAL.resize((round(size * 1.3), round(height * 1.3))).crop(
        (round(size * 0.22), round(height * 0.24), round(size * 0.22) + size, round(height * 0.24) + height)
    )  # dark towards the edges, most at the lower right, so that one fruit stands out from the next
    flat = body.convert("RGB")
    flat.paste(mix(base, (20, 8, 4), 0.72), mask=rim.point(lambda v: int(max(0, v - 84) * 1.75)))
    flat.putalpha(mask)
    return flat


HEART = [
    (0.5, 0.06),
    (0.85, 0.02),
    (1.0, 0.35),
    (0.85, 0.75),
    (0.5, 1.0),
    (0.15, 0.75),
    (0.0, 0.35),
    (0.15, 0.02),
]
LYCHEE = [
    (0.5, 0.04),
    (0.82, 0.0),
    (1.0, 0.36),
    (0.92, 0.78),
    (0.5, 1.02),
    (0.08, 0.78),
    (0.0, 0.36),
    (0.18, 0.0),
]
ROUND = [(0.5, 0), (0.9, 0.1), (1, 0.5), (0.9, 0.9), (0.5, 1), (0.1, 0.9), (0, 0.5), (0.1, 0.1)]


def custard_apple(size: int, chance: random.Random) -> Image.Image:
    return knobbly(size, chance, (112, 136, 70), (188, 206, 132), HEART, 6)


def lychee(size: int, chance: random.Random) -> Image.Image:
    """Rough and pink-red; now and then one is peeled half-way and shows its white flesh."""
    body = knobbly(size, chance, (190, 70, 72), (228, 112, 104), LYCHEE, 9, gloss=0.3)
    luck = chance.random()
    if luck < 0.3:
        return with_leaf(body, chance, 1)
    if luck < 0.42:
        width, height = body.size
        flesh = shaded(
            disc(round(width * 0.86), round(height * 0.66)), (236, 226, 220), (255, 255, 255), (176, 150, 140)
        )
        body.alpha_composite(flesh, (round(width * 0.07), 0))
        peel = [(x / 10, 0.5 + (0.1 if x % 2 else 0.0)) for x in range(11)]
        cup = Image.new("L", body.size)
        ImageDraw.Draw(cup).polygon([(x * width, y * height) for x, y in [*peel, (1, 1), (0, 1)]], fill=255)
        skin = knobbly(size, chance, (190, 70, 72), (228, 112, 104), LYCHEE, 9, gloss=0.3)
        body.paste(skin, (0, 0), ImageChops.multiply(cup, skin.getchannel("A")))
    return body


def peach(size: int, chance: random.Random) -> Image.Image:
    body = shaded(
        disc(size, round(size * 0.94)), jitter(chance, (244, 176, 120)), (255, 226, 180), (208, 84, 84)
    )
    pen = ImageDraw.Draw(body)
    pen.arc(
        (size * 0.2, -size * 0.2, size * 0.62, size * 0.9),
        250,
        85,
        fill=(190, 80, 70, 130),
        width=max(2, size // 60),
    )
    return with_leaf(body, chance, 1)


def plum(size: int, chance: random.Random) -> Image.Image:
    small = round(size * 0.72)
    return shaded(
        disc(small, round(small * 0.96)),
        jitter(chance, chance.choice([(150, 36, 52), (118, 28, 60), (178, 60, 50)])),
    )


def mango(size: int, chance: random.Random) -> Image.Image:
    """Round and yellow, with a red or a green cheek."""
    shape = [(0.1, 0.4), (0.4, 0.02), (0.9, 0.15), (1, 0.6), (0.6, 1), (0.15, 0.85)]
    body = shaded(
        blob(shape, size, round(size * 0.84)),
        jitter(chance, (238, 180, 50)),
        (255, 226, 120),
        (156, 100, 26),
        gloss=0.75,
    )
    cheek = (
        ImageChops.invert(RADIAL)
        .resize((round(size * 0.7), round(size * 0.62)))
        .point(lambda v: max(0, v - 110))
    )
    blush = Image.new("RGBA", body.size)
    blush.paste(
        chance.choice([(222, 84, 40), (222, 84, 40), (120, 150, 50)]),
        (round(size * 0.34), round(size * 0.08)),
        cheek,
    )
    alpha = body.getchannel("A")
    body = Image.alpha_composite(body, blush)
    body.putalpha(alpha)
    pen = ImageDraw.Draw(body)
    for _ in range(14):
        x, y = chance.uniform(0.25, 0.8) * size, chance.uniform(0.2, 0.65) * size
        pen.ellipse((x, y, x + 3, y + 3), fill=(150, 110, 40, 120))
    return with_leaf(body, chance, 1) if chance.random() < 0.3 else body


def pomelo(size: int, chance: random.Random) -> Image.Image:
    big = round(size * 1.35)
    body = shaded(
        blob([(0.35, 0.02), (0.65, 0.02), (0.95, 0.5), (0.85, 0.95), (0.15, 0.95), (0.05, 0.5)], big, big),
        jitter(chance, (196, 196, 84)),
    )
    return with_leaf(body, chance, 2)


def potato(size: int, chance: random.Random) -> Image.Image:
    """A sweet potato: red skin, thin ends; now and then one is broken and shows its yellow flesh."""
    width, height = round(size * 1.35), round(size * 0.66)
    base = jitter(chance, (168, 74, 78))
    shape = [
        (-0.02, 0.56),
        (0.16, 0.2),
        (0.45, 0.02),
        (0.8, 0.16),
        (1.04, 0.5),
        (0.82, 0.9),
        (0.45, 1),
        (0.15, 0.86),
    ]
    body = shaded(blob(shape, width, height), base, mix(base, (255, 214, 190), 0.5), (78, 24, 32), gloss=0.55)
    pen = ImageDraw.Draw(body)
    for _ in range(9):
        x, y = chance.uniform(0.15, 0.8) * width, chance.uniform(0.2, 0.8) * height
        pen.arc(
            (x, y, x + size * 0.14, y + 10), 190, 350, fill=(*mix(base, (40, 14, 10), 0.55), 170), width=3
        )
    if chance.random() < 0.25:
        cut = shaded(
            disc(round(height * 0.5), round(height * 0.78)), (240, 176, 70), (255, 220, 130), gloss=0.6
        )
        body.paste(Image.new("RGBA", (width, height)), (round(width * 0.84), 0))
        body.alpha_composite(cut, (round(width * 0.67), round(height * 0.12)))
    return body.rotate(chance.randint(-30, 30), Image.Resampling.BICUBIC, expand=True)


def root(size: int, chance: random.Random) -> Image.Image:
    """Morinda: a long knotty root, drawn in here and there; where it is cut it is purple."""
    width, height = size * 2, size
    base, bend = jitter(chance, (136, 98, 88), 8), chance.uniform(-0.13, 0.13)
    knots, phase = chance.randint(4, 6), chance.uniform(0, 6)
    upper, lower = [], []
    for t in range(41):
        share = t / 40
        thick = 0.15 + 0.035 * math.cos(share * knots * math.tau + phase) - 0.08 * abs(share - 0.5)
        middle = 0.5 + bend * math.sin(share * 4.4)
        upper.append((0.04 + share * 0.9, middle - thick))
        lower.append((0.04 + share * 0.9, middle + thick))
    mask = blob([*upper, *reversed(lower)], width, height)
    body = shaded(mask, base, mix(base, (255, 220, 200), 0.5), (52, 28, 40), gloss=0.5)
    marks = Image.new("RGBA", body.size)
    pen = ImageDraw.Draw(marks)
    for _ in range(46):
        t = chance.randrange(2, 38)
        x, y = upper[t][0] * width, height * chance.uniform(upper[t][1], lower[t][1])
        pen.line(
            (x, y, x + chance.randint(12, 46), y + chance.randint(-3, 3)), fill=(60, 34, 38, 110), width=2
        )
    for t in range(2, 39):
        if math.cos(t / 40 * knots * math.tau + phase) < -0.85:  # a ring where the root is thin
            x = upper[t][0] * width
            pen.arc(
                (x - 8, upper[t][1] * height, x + 10, lower[t][1] * height),
                -80,
                80,
                fill=(52, 28, 34, 190),
                width=4,
            )
    x, y, thick = (
        upper[-1][0] * width,
        (upper[-1][1] + lower[-1][1]) / 2 * height,
        (lower[-1][1] - upper[-1][1]) * height,
    )
    body = Image.alpha_composite(body, marks)
    body.putalpha(mask)
    end = shaded(disc(round(thick * 0.6), round(thick * 1.02)), (124, 76, 140), (206, 172, 214), gloss=0.6)
    body.alpha_composite(end, (round(x - thick * 0.45), round(y - thick * 0.51)))
    return body.rotate(chance.randint(-22, 22), Image.Resampling.BICUBIC, expand=True)


def gourd(size: int, chance: random.Random) -> Image.Image:
    """Long and green, with paler stripes, specks of wax and a stem."""
    width, height = round(size * 2.1), round(size * 0.62)
    shape = [(0.04, 0.5), (0.12, 0.1), (0.88, 0.05), (1, 0.5), (0.88, 0.95), (0.12, 0.9)]
    body = shaded(blob(shape, width, height), jitter(chance, (78, 132, 66)), gloss=0.75)
    alpha = body.getchannel("A")
    marks = Image.new("RGBA", body.size)
    pen = ImageDraw.Draw(marks)
    for bend in (-0.3, -0.12, 0.06, 0.24):
        line = [
            (width * t / 20, height * (0.5 + bend * math.sin(math.pi * t / 20) * 1.3)) for t in range(1, 21)
        ]
        pen.line(line, fill=(182, 214, 140, 80), width=max(4, size // 26), joint="curve")
    for _ in range(70):
        x, y = chance.uniform(0.1, 0.95) * width, chance.uniform(0.1, 0.85) * height
        pen.ellipse((x, y, x + 5, y + 4), fill=(236, 244, 220, 120))
    body = Image.alpha_composite(body, marks)
    body.putalpha(alpha)
    ImageDraw.Draw(body).line(
        (0, height * 0.44, width * 0.06, height * 0.5), fill=(120, 140, 70, 255), width=size // 12
    )
    return body.rotate(chance.randint(-18, 18), Image.Resampling.BICUBIC, expand=True)


def egg(size: int, chance: random.Random) -> Image.Image:
    shape = [
        (0.28, 0.02),
        (0.72, 0.02),
        (0.98, 0.42),
        (1.02, 0.8),
        (0.7, 1.03),
        (0.3, 1.03),
        (-0.02, 0.8),
        (0.02, 0.42),
    ]
    body = shaded(
        blob(shape, size, round(size * 1.24)),
        jitter(chance, chance.choice([(238, 208, 178), (228, 188, 152), (246, 228, 208)]), 6),
        (255, 248, 238),
        (150, 102, 70),
        gloss=0.5,
    )
    return body.rotate(chance.randint(-25, 25), Image.Resampling.BICUBIC, expand=True)


def chestnut(size: int, chance: random.Random) -> Image.Image:
    small = round(size * 0.6)
    body = shaded(
        blob([(0.5, 0), (0.95, 0.45), (0.95, 0.9), (0.5, 1), (0.05, 0.9), (0.05, 0.45)], small, small),
        jitter(chance, (112, 56, 26)),
    )
    foot = shaded(disc(round(small * 0.8), round(small * 0.22)), (196, 160, 110), gloss=0.2)
    body.alpha_composite(foot, (round(small * 0.1), round(small * 0.74)))
    return body.rotate(chance.randint(-40, 40), expand=True)


def star(size: int, chance: random.Random) -> Image.Image:
    """A star of anise: eight boats around a middle, each with a seed."""
    side = round(size * 0.85)
    canvas = Image.new("RGBA", (side, side))
    boat = shaded(
        blob(
            [(0, 0.5), (0.3, 0.1), (0.8, 0.2), (1, 0.5), (0.8, 0.8), (0.3, 0.9)],
            round(side * 0.5),
            round(side * 0.2),
        ),
        jitter(chance, (124, 66, 34)),
    )
    boat.alpha_composite(
        shaded(disc(round(side * 0.13), round(side * 0.09)), (170, 104, 50)),
        (round(side * 0.2), round(side * 0.055)),
    )
    turn = chance.randint(0, 45)
    for number in range(8):
        part = boat.rotate(turn + number * 45, expand=True)
        angle = math.radians(turn + number * 45)
        x, y = side / 2 + math.cos(angle) * side * 0.25, side / 2 - math.sin(angle) * side * 0.25
        canvas.alpha_composite(part, (max(0, round(x - part.width / 2)), max(0, round(y - part.height / 2))))
    return canvas


def chilli(size: int, chance: random.Random) -> Image.Image:
    length = round(size * 1.1)
    body = shaded(
        blob(
            [(0, 0.4), (0.2, 0.05), (0.7, 0.25), (1, 0.75), (0.65, 0.6), (0.15, 0.75)],
            length,
            round(size * 0.34),
        ),
        jitter(chance, (200, 30, 26)),
    )
    ImageDraw.Draw(body).line(
        (0, body.height * 0.4, length * 0.1, body.height * 0.4),
        fill=(80, 120, 40, 255),
        width=max(4, size // 14),
    )
    return body.rotate(chance.randint(0, 359), expand=True)


def bark(size: int, chance: random.Random) -> Image.Image:
    """A quill of cinnamon: bark rolled in from both sides while it dried."""
    width, height = round(size * 1.6), round(size * 0.46)
    base = jitter(chance, (158, 92, 52))
    canvas = Image.new("RGBA", (width, height))
    for top, thick in ((0.0, 0.56), (0.44, 0.56)):
        shape = [(0, 0.1), (0.5, 0), (0.98, 0.1), (0.98, 0.9), (0.5, 1), (0, 0.9)]
        roll = shaded(
            blob(shape, width, round(height * thick)), base, (226, 164, 110), (74, 36, 18), gloss=0.55
        )
        alpha, marks = roll.getchannel("A"), Image.new("RGBA", roll.size)
        pen = ImageDraw.Draw(marks)
        for _ in range(30):
            x, y = chance.uniform(0, 0.9) * width, chance.uniform(0.1, 0.9) * roll.height
            shade = chance.choice([(84, 42, 20, 120), (222, 170, 120, 90)])
            pen.line((x, y, x + chance.randint(20, 90), y + chance.randint(-2, 2)), fill=shade, width=2)
        roll = Image.alpha_composite(roll, marks)
        roll.putalpha(alpha)
        canvas.alpha_composite(roll, (0, round(height * top)))
        mouth = (width * 0.925, height * (top + 0.06), width * 0.995, height * (top + thick - 0.06))
        pen = ImageDraw.Draw(canvas)
        pen.ellipse(mouth, fill=(70, 34, 16, 255), outline=(206, 146, 96, 255), width=5)
        pen.arc(
            (mouth[0] + 5, mouth[1] + 14, mouth[2] - 4, mouth[3] - 6),
            0,
            250,
            fill=(176, 112, 66, 255),
            width=4,
        )
    return canvas.rotate(chance.randint(-16, 16), Image.Resampling.BICUBIC, expand=True)


def cube(size: int, chance: random.Random) -> Image.Image:
    """A block of cane sugar: three faces, grainy."""
    wide, high, deep = round(size * 0.95), round(size * 0.42), round(size * 0.3)
    base = jitter(chance, chance.choice([(188, 124, 56), (168, 104, 46), (204, 144, 74)]), 6)
    canvas = Image.new("RGBA", (wide + deep, high + deep))
    pen = ImageDraw.Draw(canvas)
    top = [(0, deep), (deep, 0), (wide + deep - 1, 0), (wide, deep)]
    side = [(wide, deep), (wide + deep - 1, 0), (wide + deep - 1, high), (wide, high + deep - 1)]
    pen.polygon(side, fill=mix(base, (60, 26, 8), 0.5))
    pen.polygon(top, fill=mix(base, (255, 232, 180), 0.45))
    pen.rectangle((0, deep, wide, high + deep - 1), fill=base)
    for _ in range(260):
        x, y = chance.randrange(wide), chance.randrange(deep, high + deep)
        grain = mix(base, chance.choice([(255, 236, 190), (90, 44, 14)]), chance.uniform(0.15, 0.45))
        pen.ellipse((x, y, x + 3, y + 3), fill=grain)
    for _ in range(90):
        share = chance.random()
        across, down = deep * (1 - share) + chance.random() * wide * 0.97, deep * share
        pen.ellipse((across, down, across + 3, down + 2), fill=mix(base, (255, 246, 214), 0.75))
    pen.line((0, deep, wide, deep), fill=mix(base, (255, 240, 200), 0.7), width=4)
    return canvas.rotate(chance.randint(-9, 9), Image.Resampling.BICUBIC, expand=True)


def strip(size: int, chance: random.Random) -> Image.Image:
    """Smoked meat, dark and dry."""
    body = shaded(
        blob(
            [(0, 0.4), (0.3, 0.05), (0.8, 0.15), (1, 0.55), (0.7, 0.95), (0.2, 0.85)],
            round(size * 1.5),
            round(size * 0.42),
        ),
        jitter(chance, (92, 42, 30)),
        gloss=0.45,
    )
    pen = ImageDraw.Draw(body)
    for _ in range(9):
        y = chance.uniform(0.25, 0.75) * body.height
        x = chance.uniform(0.1, 0.6) * body.width
        pen.line((x, y, x + size * 0.3, y + chance.randint(-5, 5)), fill=(150, 84, 60, 120), width=2)
    return body.rotate(chance.randint(-30, 30), expand=True)


def sausage(size: int, chance: random.Random) -> Image.Image:
    """Smoked and wrinkled, with white fat showing through, tied at both ends."""
    width, height = round(size * 1.6), round(size * 0.4)
    shape = [
        (0.05, 0.5),
        (0.1, 0.14),
        (0.5, 0.04),
        (0.9, 0.14),
        (0.95, 0.5),
        (0.9, 0.86),
        (0.5, 0.98),
        (0.1, 0.86),
    ]
    body = shaded(
        blob(shape, width, height), jitter(chance, (150, 50, 36)), (236, 150, 110), (66, 18, 12), gloss=0.6
    )
    alpha = body.getchannel("A")
    marks = Image.new("RGBA", body.size)
    pen = ImageDraw.Draw(marks)
    for _ in range(26):
        x, y, long = (
            chance.uniform(0.1, 0.86) * width,
            chance.uniform(0.15, 0.8) * height,
            chance.randint(5, 16),
        )
        pen.ellipse((x, y, x + long, y + long * 0.5), fill=(240, 190, 160, 120))
    for _ in range(14):
        x, y, long = (
            chance.uniform(0.08, 0.8) * width,
            chance.uniform(0.15, 0.85) * height,
            chance.randint(20, 60),
        )
        pen.arc((x, y, x + long, y + 14), 200, 340, fill=(70, 16, 12, 130), width=3)
    body = Image.alpha_composite(body, marks)
    body.putalpha(alpha)
    pen = ImageDraw.Draw(body)
    for x, way in ((0.07, -1), (0.93, 1)):
        pen.line((width * x, height * 0.3, width * x, height * 0.7), fill=(226, 206, 160, 255), width=8)
        pen.line(
            (width * x, height * 0.5, width * (x + way * 0.07), height * 0.36),
            fill=(206, 180, 130, 255),
            width=5,
        )
    return body.rotate(chance.randint(-20, 20), Image.Resampling.BICUBIC, expand=True)


def leaf_body(size: int, chance: random.Random) -> Image.Image:
    return leaf(
        round(size * 1.1), jitter(chance, chance.choice([(64, 122, 54), (92, 148, 66), (54, 104, 60)]))
    ).rotate(chance.randint(0, 359), expand=True)


def herb(size: int, chance: random.Random) -> Image.Image:
    """Mostly leaves, and now and then a cluster of small green berries."""
    if chance.random() < 0.75:
        return leaf_body(size, chance)
    canvas = Image.new("RGBA", (size, size))
    for _ in range(9):
        berry = shaded(disc(size // 5, size // 5), jitter(chance, (128, 160, 70)))
        canvas.alpha_composite(
            berry, (chance.randint(0, size * 4 // 5 - 1), chance.randint(0, size * 4 // 5 - 1))
        )
    return canvas


def dry_herb(size: int, chance: random.Random) -> Image.Image:
    return leaf(
        round(size * 0.8), jitter(chance, chance.choice([(70, 66, 44), (54, 54, 40), (92, 80, 50)]))
    ).rotate(chance.randint(0, 359), expand=True)


# --- backdrops and vessels ------------------------------------------------------------------------------------------


def gradient(top: Color, bottom: Color, size: tuple[int, int]) -> Image.Image:
    """From one colour down to another."""
    ramp = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), ramp)


def table(chance: random.Random) -> Image.Image:
    """A wall in morning light over a table of planks."""
    wall = chance.choice([(247, 233, 206), (236, 240, 222), (250, 226, 204), (226, 236, 232)])
    wood = chance.choice([(172, 120, 72), (150, 104, 66), (190, 142, 92)])
    picture = gradient(mix(wall, (255, 255, 255), 0.35), mix(wall, (180, 140, 90), 0.25), (SIZE, SIZE))
    edge = round(SIZE * 0.42)
    picture.paste(
        gradient(mix(wood, (255, 235, 200), 0.3), mix(wood, (60, 30, 10), 0.3), (SIZE, SIZE - edge)),
        (0, edge),
    )
    pen = ImageDraw.Draw(picture, "RGBA")
    for number in range(5):
        y = edge + round((SIZE - edge) * (number / 5) ** 1.4)
        pen.line((0, y, SIZE, y), fill=(60, 30, 10, 70), width=3 + number)
    for _ in range(46):
        y = chance.randint(edge, SIZE)
        x = chance.randint(-200, SIZE)
        pen.line(
            (x, y, x + chance.randint(80, 320), y + chance.randint(-3, 3)),
            fill=(70, 36, 14, 26),
            width=chance.randint(1, 3),
        )
    light = (
        ImageChops.invert(RADIAL)
        .resize((SIZE * 2, SIZE * 2))
        .crop((SIZE * 3 // 4, SIZE * 3 // 4, SIZE * 7 // 4, SIZE * 7 // 4))
    )
    picture.paste((255, 246, 220), mask=light.point(lambda v: max(0, v - 130)))
    return picture


def shadow(picture: Image.Image, box: tuple[int, int, int, int], strength: int = 120) -> None:
    """A soft shadow in an ellipse."""
    width, height = box[2] - box[0], box[3] - box[1]
    mask = (
        ImageChops.invert(RADIAL)
        .resize((width, height))
        .point(lambda v: int(max(0, v - 60) / 195 * strength))
    )
    picture.paste((48, 26, 10), (box[0], box[1]), mask)


def tray(picture: Image.Image, chance: random.Random, middle: int, width: int) -> None:
    """A round bamboo tray, woven, seen from the side and a little above."""
    height = round(width * 0.44)
    left, top = (SIZE - width) // 2, middle - height // 2
    shadow(picture, (left - 60, top + 20, left + width + 60, top + height + 90))
    color = chance.choice([(206, 168, 104), (190, 146, 86), (214, 184, 126)])
    rim = shaded(disc(width, height), mix(color, (90, 50, 20), 0.25), gloss=0.3)
    picture.paste(rim, (left, top + 14), rim)
    rim = shaded(disc(width, height), color, gloss=0.35)
    picture.paste(rim, (left, top), rim)
    inner = disc(round(width * 0.92), round(height * 0.88))
    weave = Image.new("RGB", inner.size, mix(color, (120, 80, 40), 0.25))
    pen = ImageDraw.Draw(weave)
    step = 22
    for row in range(0, inner.height + step, step // 2):
        for column in range(-step, inner.width + step, step * 2):
            x = column + (row // (step // 2) % 2) * step
            pen.rectangle((x, row, x + step - 3, row + step // 2 - 3), fill=jitter(chance, color, 7))
    picture.paste(weave, (left + round(width * 0.04), top + round(height * 0.06)), inner)
    dark = RADIAL.resize(inner.size).point(lambda v: int(v * 0.45))
    picture.paste(
        (70, 40, 15),
        (left + round(width * 0.04), top + round(height * 0.06)),
        ImageChops.multiply(inner, dark),
    )


def plate(picture: Image.Image, middle: int, width: int, color: Color = (244, 240, 230)) -> None:
    """A plain plate with a blue line."""
    height = round(width * 0.42)
    left, top = (SIZE - width) // 2, middle - height // 2
    shadow(picture, (left - 50, top + 30, left + width + 50, top + height + 80))
    for grow, paint in ((0, mix(color, (120, 120, 110), 0.35)), (-8, color)):
        body = shaded(
            disc(width + grow, height + grow), paint, gloss=0.35, dark=mix(paint, (110, 100, 90), 0.35)
        )
        picture.paste(body, (left - grow // 2, top - grow // 2 - (8 if grow else -6)), body)
    ImageDraw.Draw(picture).ellipse(
        (left + 26, top + 8, left + width - 26, top + height - 26), outline=(70, 104, 150), width=4
    )


def bowl(picture: Image.Image, middle: int, width: int, color: Color) -> tuple[int, int, int, int]:
    """A bowl; returns the box of its opening."""
    depth, mouth = round(width * 0.5), round(width * 0.3)
    left = (SIZE - width) // 2
    shadow(picture, (left - 40, middle + depth - 70, left + width + 40, middle + depth + 60))
    body = shaded(
        blob([(0, 0), (1, 0), (0.97, 0.4), (0.75, 0.97), (0.25, 0.97), (0.03, 0.4)], width, depth), color
    )
    picture.paste(body, (left, middle), body)
    pen = ImageDraw.Draw(picture)
    opening = (left, middle - mouth // 2, left + width, middle + mouth // 2)
    pen.ellipse(opening, fill=mix(color, (30, 20, 10), 0.45))
    pen.ellipse(opening, outline=mix(color, (255, 255, 255), 0.4), width=8)
    return opening


# --- compositions ---------------------------------------------------------------------------------------------------

Body = Callable[[int, random.Random], Image.Image]


def drop(picture: Image.Image, body: Image.Image, x: float, y: float) -> None:
    """Put a body down with its middle at a point, a shadow under it."""
    box = body.getbbox()
    width = box[2] - box[0] if box else body.width
    shadow(
        picture,
        (
            round(x - width * 0.52),
            round(y + body.height * 0.12),
            round(x + width * 0.56),
            round(y + body.height * 0.52),
        ),
        105,
    )
    picture.paste(body, (round(x - body.width / 2), round(y - body.height / 2)), body)


def straw(picture: Image.Image, chance: random.Random) -> None:
    """A bed of rice straw on the tray."""
    pen = ImageDraw.Draw(picture)
    for _ in range(420):
        angle, far = chance.uniform(0, math.tau), chance.random() ** 0.6
        x, y = SIZE * (0.5 + math.cos(angle) * far * 0.37), SIZE * (0.62 + math.sin(angle) * far * 0.135)
        lean, long = chance.uniform(-0.6, 0.6), chance.uniform(30, 75)
        pen.line(
            (x - long, y - long * lean * 0.5, x + long, y + long * lean * 0.5),
            fill=jitter(chance, mix((226, 190, 110), (150, 108, 50), chance.random() * 0.7), 8),
            width=chance.randint(3, 6),
        )


def heap(
    body: Body,
    size: int,
    rows: tuple[int, ...],
    bed: Callable[[Image.Image, random.Random], None] | None = None,
) -> Callable[[Image.Image, random.Random], None]:
    """A heap on a tray: rows of bodies from the back to the front, each row lower and nearer."""

    def compose(picture: Image.Image, chance: random.Random) -> None:
        tray(picture, chance, round(SIZE * 0.66), round(SIZE * 0.9))
        if bed is not None:
            bed(picture, chance)
        for number, count in enumerate(rows):
            y = SIZE * (0.66 - 0.15 * (len(rows) - 1) / 2 + 0.105 * number) - size * 0.2
            spread = SIZE * (0.5 + 0.1 * number / max(1, len(rows) - 1))
            for place in range(count):
                x = (
                    SIZE / 2
                    + (place - (count - 1) / 2) * spread / max(1, count - 0.4)
                    + chance.uniform(-9, 9)
                )
                drop(picture, body(round(size * (0.9 + 0.05 * number)), chance), x, y + chance.uniform(-8, 8))

    return compose


def scatter(body: Body, size: int, count: int) -> Callable[[Image.Image, random.Random], None]:
    """Many small things strewn on a tray, the near ones last."""

    def compose(picture: Image.Image, chance: random.Random) -> None:
        tray(picture, chance, round(SIZE * 0.64), round(SIZE * 0.92))
        spots = []
        for _ in range(count):
            angle, far = chance.uniform(0, math.tau), chance.random() ** 0.6
            spots.append(
                (
                    SIZE * 0.62 + math.sin(angle) * far * SIZE * 0.13,
                    SIZE / 2 + math.cos(angle) * far * SIZE * 0.34,
                )
            )
        few = [body(size, chance) for _ in range(9)]
        for y, x in sorted(spots):
            drop(picture, chance.choice(few), x, y - (1 - abs(x - SIZE / 2) / SIZE * 2) * SIZE * 0.05)

    return compose


def grains(color: Color, dark: Color, vessel: Color) -> Callable[[Image.Image, random.Random], None]:
    """A heaped bowl of grain, some of it on the table."""

    def compose(picture: Image.Image, chance: random.Random) -> None:
        left, top, right, bottom = bowl(picture, round(SIZE * 0.52), round(SIZE * 0.66), vessel)
        width, mouth = right - left, bottom - top
        hill = shaded(
            blob(
                [(0.02, 0.8), (0.2, 0.4), (0.5, 0.02), (0.8, 0.4), (0.98, 0.8), (0.5, 1)],
                round(width * 0.95),
                round(mouth * 1.5),
            ),
            color,
            gloss=0.5,
        )
        picture.paste(hill, (left + round(width * 0.025), top - round(mouth * 0.75)), hill)
        pen = ImageDraw.Draw(picture)
        grain = SIZE // 80

        def seed(x: float, y: float) -> None:
            angle = chance.uniform(0, math.pi)
            dx, dy = math.cos(angle) * grain, math.sin(angle) * grain * 0.6
            pen.line(
                (x - dx, y - dy, x + dx, y + dy),
                fill=mix(jitter(chance, color, 12), dark, chance.random() * 0.35),
                width=max(3, grain // 2),
            )

        alpha = hill.getchannel("A")
        for _ in range(1500):
            x, y = chance.randrange(hill.width), chance.randrange(hill.height)
            if int(alpha.getpixel((x, y)) or 0) > 200:  # type: ignore[arg-type]
                seed(left + width * 0.025 + x, top - mouth * 0.75 + y)
        for _ in range(90):
            seed(chance.gauss(SIZE / 2, SIZE * 0.24), chance.uniform(SIZE * 0.86, SIZE * 0.97))

    return compose


def strands(color: Color, count: int = 360) -> Callable[[Image.Image, random.Random], None]:
    """Bundles of dry noodles on a tray."""

    def compose(picture: Image.Image, chance: random.Random) -> None:
        tray(picture, chance, round(SIZE * 0.64), round(SIZE * 0.92))
        for row, (cx, cy) in enumerate(((0.36, 0.52), (0.64, 0.52), (0.5, 0.62), (0.27, 0.66), (0.73, 0.66))):
            nest = Image.new("RGBA", (420, 300))
            pen = ImageDraw.Draw(nest)
            for _ in range(count // 5):
                box = sorted(chance.uniform(10, 170) for _ in range(2))
                start = chance.randint(0, 359)
                shade = mix(jitter(chance, color, 14), (110, 90, 60), chance.random() * 0.35)
                pen.arc(
                    (box[0], box[0] * 0.7, 410 - box[0], 290 - box[0] * 0.7),
                    start,
                    start + chance.randint(60, 200),
                    fill=(*shade, 255),
                    width=chance.randint(4, 8),
                )
            drop(picture, nest, SIZE * cx, SIZE * cy - row * 3)

    return compose


def vessel(
    kind: str, glass: Color, label: Color, inside: Color | None = None, beside: Body | None = None
) -> Callable[[Image.Image, random.Random], None]:
    """Two or three jars or bottles with a paper label, something of what is in them beside."""
    shapes = {
        "jar": [(0.06, 0.16), (0.94, 0.16), (1, 0.3), (1, 0.92), (0.9, 1), (0.1, 1), (0, 0.92), (0, 0.3)],
        "bottle": [
            (0.36, 0),
            (0.64, 0),
            (0.64, 0.26),
            (1, 0.42),
            (1, 0.95),
            (0.9, 1),
            (0.1, 1),
            (0, 0.95),
            (0, 0.42),
            (0.36, 0.26),
        ],
        "bag": [(0.08, 0.06), (0.92, 0.06), (0.98, 0.5), (1, 0.98), (0, 0.98), (0.02, 0.5)],
    }
    sizes = {"jar": (300, 400), "bottle": (210, 560), "bag": (330, 460)}

    def compose(picture: Image.Image, chance: random.Random) -> None:
        width, height = sizes[kind]
        for number, x in enumerate((0.3, 0.66, 0.48)):
            scale = 0.84 if number < 2 else 1.0
            wide, high = round(width * scale), round(height * scale)
            base_y = SIZE * (0.76 if number < 2 else 0.86)
            body = shaded(
                blob(shapes[kind], wide, high),
                jitter(chance, glass, 6),
                mix(glass, (255, 255, 255), 0.5),
                mix(glass, (30, 14, 4), 0.45),
                gloss=0.45,
            )
            pen = ImageDraw.Draw(body)
            if kind == "jar":
                cap = shaded(
                    blob([(0, 0), (1, 0), (1, 1), (0, 1)], round(wide * 0.86), round(high * 0.16)),
                    (196, 150, 62),
                )
                body.alpha_composite(cap, (round(wide * 0.07), 0))
            elif kind == "bottle":
                cap = shaded(
                    blob([(0, 0), (1, 0), (1, 1), (0, 1)], round(wide * 0.34), round(high * 0.1)),
                    mix(label, (90, 50, 30), 0.5),
                )
                body.alpha_composite(cap, (round(wide * 0.33), 0))
            else:
                pen.line(
                    (wide * 0.08, high * 0.13, wide * 0.92, high * 0.13),
                    fill=(*mix(glass, (90, 60, 30), 0.55), 255),
                    width=5,
                )
            y0, y1 = (0.44, 0.82) if kind != "bottle" else (0.52, 0.85)
            pen.rounded_rectangle(
                (wide * 0.1, high * y0, wide * 0.9, high * y1),
                radius=14,
                fill=(*mix(label, (255, 250, 235), 0.82), 255),
            )
            pen.rounded_rectangle(
                (wide * 0.1, high * y0, wide * 0.9, high * y1), radius=14, outline=(*label, 255), width=5
            )
            mark = leaf(round(wide * 0.36), label)
            body.alpha_composite(mark, (round(wide * 0.32), round(high * (y0 + 0.05))))
            for line in (0.62, 0.75):
                span = 0.26 if line == 0.62 else 0.18
                at = high * (y0 + (y1 - y0) * line)
                pen.line(
                    (wide * (0.5 - span), at, wide * (0.5 + span), at),
                    fill=(*mix(label, (60, 40, 20), 0.4), 255),
                    width=7,
                )
            shine = Image.new("RGBA", body.size)
            left = wide * (0.1 if kind == "jar" else 0.14)
            ImageDraw.Draw(shine).rounded_rectangle(
                (left, high * (0.5 if kind == "bottle" else 0.26), left + wide * 0.06, high * 0.93),
                radius=wide // 33,
                fill=(255, 255, 255, 80),
            )
            body.alpha_composite(shine)
            shadow(
                picture,
                (
                    round(SIZE * x - wide * 0.62),
                    round(base_y - 46),
                    round(SIZE * x + wide * 0.72),
                    round(base_y + 46),
                ),
                150,
            )
            picture.paste(body, (round(SIZE * x - wide / 2), round(base_y - high)), body)
        if beside is not None:
            for x, y in ((0.74, 0.86), (0.84, 0.83), (0.79, 0.9), (0.2, 0.9), (0.14, 0.86)):
                drop(picture, beside(130, chance), SIZE * x, SIZE * y)
        if inside is not None:
            spoon = bowl(picture, round(SIZE * 0.9), 150, (240, 236, 226))
            ImageDraw.Draw(picture).ellipse(
                (spoon[0] + 10, spoon[1] + 6, spoon[2] - 10, spoon[3] - 6), fill=inside
            )

    return compose


def greens(color: Color, flower: Color | None = None) -> Callable[[Image.Image, random.Random], None]:
    """Bundles of greens, tied with a bamboo string."""

    def compose(picture: Image.Image, chance: random.Random) -> None:
        tray(picture, chance, round(SIZE * 0.68), round(SIZE * 0.9))
        for middle, turn in ((0.34, 14), (0.66, -14), (0.5, 0)):
            bunch = Image.new("RGBA", (420, 640))
            pen = ImageDraw.Draw(bunch)
            for _ in range(17):
                foot, top = 210 + chance.uniform(-45, 45), 210 + chance.uniform(-165, 165)
                height = chance.uniform(40, 190)
                pen.line(
                    (foot, 630, 210 + (foot - 210) * 0.7, 420, top, height),
                    fill=(*mix(jitter(chance, color), (190, 215, 140), 0.35), 255),
                    width=13,
                    joint="curve",
                )
            for _ in range(40):
                blade = leaf(chance.randint(90, 150), jitter(chance, color, 16)).rotate(
                    chance.randint(40, 140), expand=True
                )
                bunch.alpha_composite(
                    blade,
                    (
                        max(0, round(chance.gauss(190, 92)) - blade.width // 2 + 20),
                        max(0, chance.randint(10, 290)),
                    ),
                )
            if flower:
                for _ in range(34):
                    bloom = shaded(disc(24, 22), jitter(chance, flower))
                    bunch.alpha_composite(
                        bloom, (max(0, min(390, round(chance.gauss(200, 90)))), chance.randint(4, 130))
                    )
            pen.rounded_rectangle((150, 430, 270, 456), radius=10, fill=(206, 176, 110, 255))
            drop(picture, bunch.rotate(turn, expand=True), SIZE * middle, SIZE * (0.5 if turn else 0.57))

    return compose


def roast(color: Color) -> Callable[[Image.Image, random.Random], None]:
    """A roast bird on a plate with leaves."""

    def compose(picture: Image.Image, chance: random.Random) -> None:
        plate(picture, round(SIZE * 0.68), round(SIZE * 0.9))
        for _ in range(16):
            angle = chance.uniform(0, math.tau)
            drop(
                picture,
                leaf_body(110, chance),
                SIZE / 2 + math.cos(angle) * SIZE * 0.34,
                SIZE * 0.68 + math.sin(angle) * SIZE * 0.11,
            )
        body = shaded(
            blob(
                [(0.02, 0.55), (0.2, 0.12), (0.55, 0), (0.9, 0.2), (1, 0.6), (0.75, 1), (0.25, 1)], 560, 330
            ),
            color,
            mix(color, (255, 220, 150), 0.65),
        )
        drop(picture, body, SIZE * 0.5, SIZE * 0.56)
        for x, turn in ((0.7, 28), (0.34, 160)):
            leg = shaded(
                blob(
                    [(0, 0.3), (0.4, 0), (0.75, 0.3), (1, 0.42), (1, 0.6), (0.7, 0.7), (0.35, 1), (0, 0.75)],
                    300,
                    170,
                ),
                mix(color, (80, 30, 10), 0.15),
                mix(color, (255, 220, 150), 0.6),
            )
            drop(picture, leg.rotate(turn, expand=True), SIZE * x, SIZE * 0.61)
        wing = shaded(
            blob([(0, 0.5), (0.4, 0), (1, 0.3), (0.8, 0.9), (0.3, 1)], 230, 150),
            mix(color, (80, 30, 10), 0.1),
            mix(color, (255, 220, 150), 0.6),
        )
        drop(picture, wing.rotate(-8, expand=True), SIZE * 0.49, SIZE * 0.53)

    return compose


def slices() -> Callable[[Image.Image, random.Random], None]:
    """Braised belly of pork: slices with their rind, fat and meat, between slices of taro, domed on a plate."""

    def slice_of(chance: random.Random, layers: list[tuple[float, Color]]) -> Image.Image:
        shape = blob([(0, 0), (0.5, 0), (1, 0), (1, 0.5), (1, 1), (0, 1), (0, 0.5)], 150, 250)
        cut = Image.new("RGB", shape.size)
        pen, top = ImageDraw.Draw(cut), -0.05
        for share, color in layers:
            wave = [(x, top * 250 + math.sin(x / 20 + top * 9) * 7) for x in range(0, 151, 6)]
            pen.polygon([*wave, (150, 250), (0, 250)], fill=jitter(chance, color, 7))
            top += share
        light = shaded(shape, (205, 205, 205), (255, 255, 255), (120, 110, 105), gloss=0.5).convert("RGB")
        body = ImageChops.multiply(cut, light.point(lambda v: min(255, v + 40)))
        body.putalpha(shape)
        return body

    rind, fat, meat = (132, 52, 22), (238, 196, 140), (164, 88, 50)
    pork = [(0.22, rind), (0.24, fat), (0.2, meat), (0.12, fat), (0.27, meat)]
    taro = [(0.12, (168, 140, 134)), (0.93, (224, 208, 212))]

    def compose(picture: Image.Image, chance: random.Random) -> None:
        plate(picture, round(SIZE * 0.68), round(SIZE * 0.9))
        for _ in range(14):
            angle = chance.uniform(0, math.tau)
            x, y = SIZE * (0.5 + math.cos(angle) * 0.34), SIZE * (0.67 + math.sin(angle) * 0.1)
            drop(picture, leaf_body(90, chance), x, y)
        sauce = shaded(disc(650, 200), (112, 54, 24), gloss=0.5)
        drop(picture, sauce, SIZE * 0.5, SIZE * 0.69)
        for place in range(11):
            part = place / 5 - 1
            body = slice_of(chance, taro if place % 3 == 1 else pork).rotate(
                -part * 24, Image.Resampling.BICUBIC, expand=True
            )
            drop(picture, body, SIZE * (0.5 + part * 0.27), SIZE * (0.575 + part * part * 0.05))

    return compose


def tea_leaf(size: int, chance: random.Random) -> Image.Image:
    """A dry leaf of tea, rolled and bent like a hook."""
    leaf_of_tea = Image.new("RGBA", (size * 2, size * 2))
    pen = ImageDraw.Draw(leaf_of_tea)
    color = jitter(chance, chance.choice([(70, 78, 52), (96, 104, 66), (58, 62, 48), (146, 146, 112)]), 8)
    start, turn = chance.randint(0, 359), chance.randint(70, 150)
    for inset, shade in (
        (0, mix(color, (20, 20, 10), 0.45)),
        (3, color),
        (7, mix(color, (235, 240, 200), 0.3)),
    ):
        box = (inset + 4, inset + size * 0.5, size * 2 - 4 - inset, size * 1.5 - inset)
        pen.arc(box, start, start + turn, fill=(*shade, 255), width=max(2, size // 4 - inset))
    return leaf_of_tea.resize((size, size), Image.Resampling.LANCZOS).rotate(chance.randint(0, 359))


def dry_tea() -> Callable[[Image.Image, random.Random], None]:
    """Tea in a heap on a tray, some fresh buds beside, a cup of it in front."""

    def compose(picture: Image.Image, chance: random.Random) -> None:
        tray(picture, chance, round(SIZE * 0.6), round(SIZE * 0.92))
        hill = shaded(disc(620, 250), (64, 68, 46), gloss=0.3)
        drop(picture, hill, SIZE * 0.5, SIZE * 0.56)
        few = [tea_leaf(84, chance) for _ in range(24)]
        spots = []
        for _ in range(330):
            angle, far = chance.uniform(0, math.tau), chance.random() ** 0.55
            rise = (1 - far) * 0.07
            spots.append((0.57 + math.sin(angle) * far * 0.13 - rise, 0.5 + math.cos(angle) * far * 0.34))
        for y, x in sorted(spots):
            body = chance.choice(few)
            picture.paste(body, (round(SIZE * x - 42), round(SIZE * y - 42)), body)
        for turn in (60, 95, 130):
            drop(
                picture,
                leaf(170, jitter(chance, (112, 164, 72))).rotate(turn, expand=True),
                SIZE * 0.24,
                SIZE * 0.79,
            )
        left, top, right, bottom = bowl(picture, round(SIZE * 0.8), 250, (240, 238, 228))
        pen = ImageDraw.Draw(picture)
        pen.ellipse((left + 12, top + 7, right - 12, bottom - 7), fill=(168, 172, 66))
        pen.arc((left + 40, top + 16, right - 40, bottom - 14), 190, 280, fill=(226, 226, 150), width=5)

    return compose


def bird(color: Color, tail: Color) -> Callable[[Image.Image, random.Random], None]:
    """A live hen before hills."""

    def compose(picture: Image.Image, chance: random.Random) -> None:
        picture.paste(draw_hills(chance, (SIZE, SIZE)))
        shadow(picture, (round(SIZE * 0.2), round(SIZE * 0.8), round(SIZE * 0.82), round(SIZE * 0.93)), 130)
        pen = ImageDraw.Draw(picture)
        for x in (0.46, 0.56):
            pen.line((SIZE * x, SIZE * 0.72, SIZE * x, SIZE * 0.86), fill=(214, 150, 40), width=14)
            for toe in (-0.045, 0, 0.05):
                pen.line(
                    (SIZE * x, SIZE * 0.86, SIZE * (x + toe), SIZE * 0.885), fill=(214, 150, 40), width=10
                )
        for turn in (140, 125, 110, 155):
            feather = shaded(
                blob([(0, 0.5), (0.3, 0), (1, 0.3), (0.7, 0.9), (0.2, 1)], 300, 110), jitter(chance, tail)
            ).rotate(turn, expand=True)
            picture.paste(feather, (round(SIZE * 0.2), round(SIZE * 0.3)), feather)
        body = shaded(
            blob(
                [
                    (0, 0.35),
                    (0.25, 0.15),
                    (0.6, 0.25),
                    (0.85, 0),
                    (1, 0.3),
                    (0.95, 0.75),
                    (0.6, 1),
                    (0.2, 0.9),
                ],
                520,
                400,
            ),
            color,
        )
        picture.paste(body, (round(SIZE * 0.25), round(SIZE * 0.38)), body)
        wing = shaded(
            blob([(0, 0.3), (0.5, 0), (1, 0.35), (0.8, 0.9), (0.25, 1)], 270, 180),
            mix(color, (70, 30, 10), 0.3),
        )
        picture.paste(wing, (round(SIZE * 0.36), round(SIZE * 0.52)), wing)
        head = shaded(disc(150, 160), mix(color, (255, 200, 120), 0.15))
        picture.paste(head, (round(SIZE * 0.67), round(SIZE * 0.27)), head)
        neck = shaded(blob([(0.3, 0), (0.9, 0.05), (1, 1), (0, 1)], 190, 200), color)
        picture.paste(neck, (round(SIZE * 0.63), round(SIZE * 0.35)), neck)
        comb = shaded(
            blob(
                [(0, 1), (0, 0.3), (0.2, 0.6), (0.35, 0), (0.55, 0.5), (0.75, 0.05), (0.85, 0.6), (1, 1)],
                120,
                80,
            ),
            (206, 40, 36),
        )
        picture.paste(comb, (round(SIZE * 0.69), round(SIZE * 0.215)), comb)
        pen.polygon(
            [(SIZE * 0.815, SIZE * 0.35), (SIZE * 0.875, SIZE * 0.372), (SIZE * 0.815, SIZE * 0.39)],
            fill=(226, 160, 44),
        )
        pen.ellipse((SIZE * 0.765, SIZE * 0.325, SIZE * 0.79, SIZE * 0.35), fill=(30, 20, 14))
        wattle = shaded(disc(44, 62), (206, 40, 36))
        picture.paste(wattle, (round(SIZE * 0.79), round(SIZE * 0.395)), wattle)

    return compose


def cloth(colors: tuple[Color, ...]) -> Callable[[Image.Image, random.Random], None]:
    """Folded cloth with woven bands."""

    def compose(picture: Image.Image, chance: random.Random) -> None:
        for number in range(3):
            width, height = 660 - number * 40, 150
            y = SIZE * 0.78 - number * 130
            base = colors[number % len(colors)]
            mask = Image.new("L", (width, height))
            ImageDraw.Draw(mask).rounded_rectangle((0, 0, width - 1, height - 1), radius=46, fill=255)
            body = shaded(mask, base, gloss=0.4)
            pen = ImageDraw.Draw(body)
            for band, shade in ((0.3, (214, 60, 50)), (0.52, (240, 200, 80)), (0.72, (60, 130, 150))):
                for x in range(20, width - 30, 34):
                    at = height * band
                    pen.polygon(
                        [(x, at), (x + 14, at - 11), (x + 28, at), (x + 14, at + 11)],
                        fill=(*jitter(chance, shade), 255),
                    )
                pen.line(
                    (14, height * band + 16, width - 14, height * band + 16),
                    fill=(250, 240, 220, 190),
                    width=4,
                )
            body.putalpha(mask)
            shadow(
                picture,
                (
                    round(SIZE / 2 - width * 0.56),
                    round(y + height * 0.3),
                    round(SIZE / 2 + width * 0.58),
                    round(y + height * 1.3),
                ),
                130,
            )
            picture.paste(body, (round((SIZE - width) / 2 + chance.randint(-18, 18)), round(y)), body)

    return compose


# --- the recipes ----------------------------------------------------------------------------------------------------

AMBER, DARK_GLASS, PAPER = (222, 140, 30), (92, 52, 26), (206, 178, 132)
RECIPES: dict[str, Callable[[Image.Image, random.Random], None]] = {
    "custard_apple": heap(custard_apple, 285, (2, 3)),
    "mandarin": heap(mandarin, 190, (3, 4, 5)),
    "persimmon": heap(persimmon, 205, (3, 4, 5)),
    "lychee": heap(lychee, 150, (3, 4, 5)),
    "peach": heap(peach, 210, (2, 3, 4)),
    "lime": heap(lime, 190, (4, 5, 6)),
    "orange": heap(orange, 205, (3, 4, 4)),
    "green_orange": heap(green_orange, 205, (3, 4, 4)),
    "pomelo": heap(pomelo, 235, (2, 3)),
    "plum": heap(plum, 185, (4, 5, 6)),
    "mango": heap(mango, 215, (3, 4, 4)),
    "star_anise": scatter(star, 150, 34),
    "oil": vessel("bottle", (150, 160, 90), (70, 104, 60), beside=star),
    "black_herb": scatter(dry_herb, 130, 70),
    "powder": vessel("bag", (206, 178, 132), (60, 60, 56), inside=(46, 42, 38)),
    "noodle_white": strands((236, 228, 206)),
    "noodle_yellow": strands((232, 190, 84)),
    "noodle_grey": strands((190, 178, 160)),
    "tea": dry_tea(),
    "honey": vessel("jar", AMBER, (150, 84, 20)),
    "mint_honey": vessel("jar", (236, 190, 70), (70, 120, 70), beside=leaf_body),
    "mustard_greens": greens((92, 150, 62), (240, 206, 50)),
    "wild_greens": greens((62, 128, 58)),
    "herb": scatter(herb, 130, 56),
    "pickle": vessel("jar", (206, 186, 96), (150, 50, 36), beside=chilli),
    "roast_duck": roast((170, 84, 30)),
    "pork": slices(),
    "hen": bird((176, 92, 40), (50, 46, 44)),
    "red_hen": bird((190, 110, 44), (96, 40, 24)),
    "egg": heap(egg, 150, (3, 4, 3), straw),
    "sweet_potato": heap(potato, 185, (2, 3, 4)),
    "rice": grains((242, 236, 220), (190, 170, 130), (120, 78, 50)),
    "sticky_rice": grains((250, 246, 236), (200, 190, 160), (60, 96, 84)),
    "dark_rice": grains((226, 206, 166), (150, 110, 70), (150, 96, 60)),
    "chilli": scatter(chilli, 130, 58),
    "cloth": cloth(((52, 66, 110), (226, 216, 190), (120, 40, 50))),
    "gourd": heap(gourd, 215, (1, 2, 2)),
    "chestnut": scatter(chestnut, 165, 44),
    "sausage": heap(sausage, 200, (2, 3, 4)),
    "sugar": heap(cube, 215, (2, 3, 3)),
    "chilli_sauce": vessel("bottle", (190, 46, 30), (150, 30, 24), beside=chilli),
    "cinnamon": heap(bark, 215, (2, 2, 3)),
    "smoked_meat": heap(strip, 215, (2, 3, 3)),
    "root": heap(root, 190, (2, 3, 4)),
}

# The first words that stand in a name decide: "tương ớt" before "ớt", and a hen's eggs before the hen
BY_WORDS = [
    ("trứng", "egg"),
    ("tinh dầu", "oil"), ("bột thạch", "powder"), ("thạch đen", "black_herb"), ("mật ong bạc hà", "mint_honey"), ("mật ong", "honey"),
    ("cao khô", "noodle_white"), ("bún ngô", "noodle_yellow"), ("mỳ gạo", "noodle_white"), ("miến", "noodle_grey"), ("chè", "tea"),
    ("ngồng", "mustard_greens"), ("rau", "wild_greens"), ("măng", "pickle"), ("vịt", "roast_duck"), ("khâu nhục", "pork"),
    ("mắc mật", "herb"), ("gà đồi", "red_hen"), ("gà", "hen"), ("khoai", "sweet_potato"), ("gạo nếp", "sticky_rice"),
    ("nếp", "sticky_rice"), ("gạo bao thai", "dark_rice"), ("gạo", "rice"), ("tương ớt", "chilli_sauce"), ("ớt", "chilli"), ("khăn", "cloth"),
    ("bưởi", "pomelo"), ("bí", "gourd"), ("hạt dẻ", "chestnut"), ("lạp xưởng", "sausage"), ("đường", "sugar"), ("quế", "cinnamon"),
    ("thịt trâu", "smoked_meat"), ("ba kích", "root"), ("hoa hồi", "star_anise"), ("quýt", "mandarin"), ("hồng", "persimmon"),
    ("vải", "lychee"), ("đào", "peach"), ("chanh", "lime"), ("cam sành", "green_orange"), ("cam", "orange"), ("mận", "plum"),
    ("xoài", "mango"), ("na ", "custard_apple"),
]  # fmt: skip


def recipe_for(name: str) -> str:
    """The key of RECIPES for a product's Vietnamese name. Raises KeyError for produce nobody has drawn yet."""
    said = name.casefold() + " "
    for words, recipe in BY_WORDS:
        if words in said:
            return recipe
    raise KeyError(name)


def draw_produce(recipe: str, seed: int, size: int = SIZE) -> Image.Image:
    """A square picture of one kind of produce."""
    chance = random.Random(f"{recipe}/{seed}")
    picture = table(chance)
    RECIPES[recipe](picture, chance)
    near = (round(SIZE * 0.08), round(SIZE * 0.16), round(SIZE * 0.92), SIZE)
    return picture.resize((size, size), Image.Resampling.LANCZOS, box=near)


# --- covers ---------------------------------------------------------------------------------------------------------


@cache
def _skies() -> tuple[tuple[Color, Color], ...]:
    return (
        ((120, 170, 206), (250, 226, 190)), ((152, 190, 210), (250, 240, 220)), ((226, 150, 110), (252, 222, 160)),
        ((110, 150, 170), (226, 232, 220)),
    )  # fmt: skip


def draw_hills(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    """Karst hills in layers of mist over terraced fields."""
    width, height = size
    top, bottom = chance.choice(_skies())
    picture = gradient(top, bottom, size)
    sun = ImageChops.invert(RADIAL).resize((height, height)).point(lambda v: max(0, v - 70))
    picture.paste((255, 244, 214), (chance.randint(0, max(1, width - height)), round(-height * 0.25)), sun)
    far, near = mix(top, (90, 130, 140), 0.5), (52, 98, 62)
    for layer in range(5):
        color = mix(far, near, layer / 4)
        base = height * (0.42 + layer * 0.085)
        points: list[tuple[float, float]] = [(-60.0, float(height))]
        x = -60.0
        while x < width + 120:
            peak = height * chance.uniform(0.08, 0.3) * (1.15 - layer * 0.15)
            wide = width * chance.uniform(0.05, 0.12)
            points += [
                (x, base),
                (x + wide * 0.3, base - peak * 0.85),
                (x + wide * 0.55, base - peak),
                (x + wide * 0.85, base - peak * 0.6),
            ]
            x += wide * 1.15
        points.append((width + 120.0, float(height)))
        ImageDraw.Draw(picture).polygon(smooth(points, 2), fill=color)
        mist = Image.linear_gradient("L").resize((width, round(height * 0.16))).point(lambda v: int(v * 0.55))
        picture.paste(mix(bottom, (255, 255, 255), 0.3), (0, round(base - height * 0.05)), mist)
    for step in range(9):
        y = height * (0.76 + step * 0.032)
        shade = (
            mix((146, 176, 78), (84, 128, 56), step / 8)
            if step % 2
            else mix((186, 190, 96), (112, 148, 64), step / 8)
        )
        wave = [
            (x, y + math.sin(x / width * 5 + step * 0.8) * height * 0.018) for x in range(-20, width + 40, 30)
        ]
        ImageDraw.Draw(picture).polygon(
            [*wave, (width + 40, height), (-20, height)], fill=jitter(chance, shade, 5)
        )
    return picture


def draw_cover(seed: int, size: tuple[int, int] = (1280, 720)) -> Image.Image:
    """Hills with a stilt house or two: a cover for a shop."""
    chance = random.Random(f"cover/{seed}")
    picture = draw_hills(chance, size)
    width, height = size
    left = chance.uniform(0.08, 0.4) * width
    # the farther house first, so that the nearer one stands before it; both have their feet in the fields
    for y in sorted(height * chance.uniform(0.71, 0.77) for _ in range(chance.randint(1, 2))):
        x, scale = left, height * chance.uniform(0.15, 0.2) * (y / height + 0.26)
        left += width * chance.uniform(0.26, 0.36)
        pen = ImageDraw.Draw(picture)
        for post in range(5):
            pen.line(
                (x + scale * (0.1 + post * 0.3), y, x + scale * (0.1 + post * 0.3), y + scale * 0.4),
                fill=(74, 46, 28),
                width=7,
            )
        pen.rectangle((x, y - scale * 0.34, x + scale * 1.4, y + scale * 0.05), fill=(134, 90, 54))
        for plank in range(8):
            pen.line(
                (x + scale * plank * 0.18, y - scale * 0.34, x + scale * plank * 0.18, y + scale * 0.05),
                fill=(104, 66, 38),
                width=3,
            )
        pen.rectangle(
            (x + scale * 0.55, y - scale * 0.24, x + scale * 0.82, y + scale * 0.05), fill=(60, 36, 22)
        )
        pen.polygon(
            [
                (x - scale * 0.18, y - scale * 0.3),
                (x + scale * 0.3, y - scale * 0.82),
                (x + scale * 1.1, y - scale * 0.82),
                (x + scale * 1.58, y - scale * 0.3),
            ],
            fill=(92, 66, 48),
        )
        pen.polygon(
            [
                (x - scale * 0.18, y - scale * 0.3),
                (x + scale * 0.3, y - scale * 0.82),
                (x + scale * 0.52, y - scale * 0.82),
                (x + scale * 0.2, y - scale * 0.3),
            ],
            fill=(122, 90, 64),
        )
        pen.line(
            (x - scale * 0.18, y - scale * 0.3, x + scale * 1.58, y - scale * 0.3), fill=(64, 42, 28), width=6
        )
    return picture.filter(ImageFilter.GaussianBlur(0.6))
