"""Pictures that chats show beside a link: 1200 x 630, one for a shop and one for a product.

Drawn with Pillow alone: photo, name, price, village, QR. They know nothing of requests or files but the photo's.
"""

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from common.fonts import for_pillow
from storefront.prints.facts import ProductFacts, ShopFacts, form_and_name
from storefront.prints.palette import Palette, mixed
from storefront.prints.pictures import photo
from storefront.short_links import qr_picture

WIDTH, HEIGHT = (
    1200,
    630,
)  # what Facebook, Zalo and others ask for. Source: Open Graph image guidelines, 1.91 to 1
MARGIN = 48
BORDER = 26  # the woven strip at the foot
TARGET_BYTES = 90_000
QUALITIES = (84, 78, 72, 66, 60, 54, 48, 42, 36, 30)
SMALLEST = 12
LINE = 1.2  # of the size; stacked marks of two lines stay apart
LOGO = Path(settings.BASE_DIR) / "static" / "img" / "icon-192.png"

Colour = tuple[int, int, int] | str


@dataclass(frozen=True)
class Fitted:
    """Words in the largest size that fits: their lines, the font, and how tall they stand in pixels."""

    lines: list[str]
    font: ImageFont.FreeTypeFont

    @property
    def step(self) -> int:
        return round(self.font.size * LINE)

    @property
    def height(self) -> int:
        return self.step * len(self.lines)


def fitted(words: str, weight: str, width: int, most: int, lines: int) -> Fitted:
    """The words in at most so many lines of `width` pixels, as large as that allows, the lines about equally long."""
    for size in range(most, SMALLEST - 1, -2):
        font = for_pillow(weight, size)
        found = _broken(words, font, width)
        if len(found) <= lines or size - 2 < SMALLEST:
            break
    for narrow in range(width - 8, width // 3, -8):
        closer = _broken(words, font, narrow)
        if len(closer) > len(found) or any(font.getlength(line) > narrow for line in closer):
            break
        found = closer
    return Fitted(found, font)


def _broken(words: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines = [""]
    for word in words.split():
        for piece in _pieces(word, font, width):
            longer = f"{lines[-1]} {piece}".strip()
            if font.getlength(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(piece)
    return [line for line in lines if line]


def _pieces(word: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """The word whole, unless it is longer than any line: then in pieces that fit."""
    pieces = [""]
    for sign in word if font.getlength(word) > width else [word]:
        if pieces[-1] and font.getlength(pieces[-1] + sign) > width:
            pieces.append("")
        pieces[-1] += sign
    return pieces


def shop_card(facts: ShopFacts) -> bytes:
    """The shop's picture: its photo, darker at the foot where name and place stand in white; the QR beside them."""
    card = photo(facts.photo, (WIDTH, HEIGHT), facts.palette)
    card = card if card.size == (WIDTH, HEIGHT) else card.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(card)
    symbol = _symbol(facts.code, 6)
    width = WIDTH - 3 * MARGIN - symbol.width
    before, title = form_and_name(facts.name)
    place = fitted(f"{facts.village}, {facts.above}", "Medium", width, 36, 1)
    name = fitted(title, "Black", width, 104, 2)
    top = HEIGHT - BORDER - 34 - place.height - 8 - name.height
    _darken(card, top - (190 if before else 110), mixed(facts.palette["brand"], "#000000", 0.72))
    _write(draw, name, (MARGIN, top), "white")
    _write(draw, place, (MARGIN, top + name.height + 8), mixed(facts.palette["soft"], "#ffffff", 0.4))
    if before:
        _write(draw, fitted(before, "Medium", width, 40, 1), (MARGIN, top - 46), "white")
    corner = (WIDTH - MARGIN - symbol.width, HEIGHT - BORDER - 76 - symbol.width)
    card.paste(symbol, corner, _rounded(*symbol.size, 14))
    below = (corner[0] + symbol.width // 2, HEIGHT - BORDER - 38)
    draw.text(below, _("Quét để mua"), fill="white", font=for_pillow("Bold", 30), anchor="ms")
    _sign(card, draw, (MARGIN, 40), facts.palette)
    _brocade(card, facts.palette)
    return encoded(card)


def product_card(facts: ProductFacts) -> bytes:
    """The product's picture: its photo, and beside it name, price, whose it is and the QR."""
    half, palette = 596, facts.palette
    card = Image.new("RGB", (WIDTH, HEIGHT), "white")
    goods = photo(facts.photo, (half, HEIGHT - BORDER), palette)
    card.paste(
        goods.resize((half, HEIGHT - BORDER), Image.Resampling.BICUBIC) if goods.width < half else goods
    )
    draw = ImageDraw.Draw(card)
    left, width = half + 40, WIDTH - half - 40 - MARGIN
    symbol = _symbol(facts.code, 5)
    side = symbol.width
    card.paste(symbol, (WIDTH - 30 - side, HEIGHT - BORDER - 18 - side))
    title = fitted(facts.goods.title, "Black", width, 76, 3)
    top = 40
    _write(draw, title, (left, top), palette["ink"])
    top += title.height + 14
    price = fitted(facts.goods.price, "Black", width - 120, 74, 1)
    _write(draw, price, (left, top), palette["accent"])
    unit = fitted(f"/ {facts.goods.unit}", "Medium", 130, 38, 1)
    foot = top + round(price.font.size - unit.font.size) - 2
    _write(draw, unit, (left + round(price.font.getlength(facts.goods.price)) + 14, foot), palette["ink"])
    room = WIDTH - 30 - side - left - 6
    lines = [
        (fitted(facts.shop, "Bold", room, 38, 3), palette["brand"]),
        (fitted(facts.village, "Regular", room, 28, 2), palette["ink"]),
        (fitted(facts.above, "Regular", room, 28, 2), palette["ink"]),
    ]
    top = HEIGHT - BORDER - 30 - sum(part.height for part, _colour in lines)
    for part, colour in lines:
        _write(draw, part, (left, top), colour)
        top += part.height
    _sign(card, draw, (28, 28), palette)
    _brocade(card, palette)
    return encoded(card)


def encoded(card: Image.Image) -> bytes:
    """The card as a JPEG of 90 KB at most where the photo allows it; a phone on a weak line waits for these bytes."""
    data = b""
    for quality in QUALITIES:
        out = BytesIO()
        card.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        data = out.getvalue()
        if len(data) <= TARGET_BYTES:
            break
    return data


# --- parts ----------------------------------------------------------------------------------------------------------


def _write(draw: ImageDraw.ImageDraw, words: Fitted, at: tuple[int, int], colour: Colour) -> None:
    for number, line in enumerate(words.lines):
        # "ls": the foot of the letters stands at a fixed height, whatever marks are above them
        foot = at[1] + words.step * number + round(words.font.size * 0.95)
        draw.text((at[0], foot), line, fill=colour, font=words.font, anchor="ls")


def _darken(card: Image.Image, top: int, colour: Colour) -> None:
    """A scrim: nothing above `top`, nearly closed at the foot, so that white letters read on any photo."""
    top = max(0, min(top, HEIGHT // 2))
    ramp = Image.linear_gradient("L").resize((WIDTH, HEIGHT - top))
    shade = ramp.point(lambda value: min(225, round(value * 2.2)))
    card.paste(Image.new("RGB", shade.size, colour), (0, top), shade)


def _symbol(code: str, scale: int) -> Image.Image:
    """The QR with its white border, `scale` pixels a module."""
    with Image.open(BytesIO(qr_picture(code, scale))) as opened:
        return opened.convert("RGB")


@cache
def _rounded(width: int, height: int, radius: int) -> Image.Image:
    """A mask with round corners, drawn larger and made small, so that they are smooth."""
    mask = Image.new("L", (width * 4, height * 4), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, width * 4 - 1, height * 4 - 1), radius * 4, fill=255)
    return mask.resize((width, height), Image.Resampling.LANCZOS)


@cache
def _logo(side: int) -> Image.Image:
    with Image.open(LOGO) as opened:
        return opened.convert("RGBA").resize((side, side), Image.Resampling.LANCZOS)


def _sign(card: Image.Image, draw: ImageDraw.ImageDraw, at: tuple[int, int], palette: Palette) -> None:
    """The market's own name on a small plate."""
    font, words = for_pillow("Bold", 32), _("Chợ Bản")
    width = 76 + round(font.getlength(words)) + 22
    card.paste(Image.new("RGB", (width, 64), palette["brand"]), at, _rounded(width, 64, 18))
    logo = _logo(52)
    card.paste(logo, (at[0] + 10, at[1] + 6), logo)
    draw.text((at[0] + 72, at[1] + 43), words, fill="white", font=font, anchor="ls")


def _brocade(card: Image.Image, palette: Palette) -> None:
    """The woven border of the posters, at the foot."""
    card.paste(_strip(palette["brand"], palette["soft"], palette["accent"]), (0, HEIGHT - BORDER))


@cache
def _strip(ground: str, thread: str, spark: str) -> Image.Image:
    large, tall = 4, BORDER * 4
    strip = Image.new("RGB", (WIDTH * large, tall), ground)
    draw = ImageDraw.Draw(strip)
    unit, tooth, middle = 40 * large, tall * 0.2, tall / 2
    for x in range(0, WIDTH * large + unit, unit):
        for share, colour in ((0.78, thread), (0.52, spark), (0.24, thread)):
            wide, high = unit * share / 2, tall * share / 2
            draw.polygon(
                [(x - wide, middle), (x, middle - high), (x + wide, middle), (x, middle + high)], fill=colour
            )
        between = x + unit / 2
        for foot, tip in ((0, tooth), (tall, tall - tooth)):
            draw.polygon([(between - tooth, foot), (between + tooth, foot), (between, tip)], fill=thread)
    return strip.resize((WIDTH, BORDER), Image.Resampling.LANCZOS)
