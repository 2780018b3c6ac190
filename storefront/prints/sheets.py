"""The prints themselves: an A4 poster, an A6 poster and a plate for the market stall, as PDF or PNG.

Each is one typst file, set by `common.typesetting`.
"""

import json
import struct
import zlib
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from PIL import Image

from common.typesetting import typeset
from storefront.prints import pictures
from storefront.prints.facts import PlateFacts, ShopFacts, form_and_name, plate_words, words
from storefront.short_links import qr_picture, spoken_address

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LOGO = Path(settings.BASE_DIR) / "static" / "img" / "icon.svg"
PREVIEW_WIDTH = 480  # pixels: twice what the page shows
PREVIEW_COLOURS = 96
KEPT = 3600  # seconds that a preview stays in the cache; its key is what it shows, so it is never stale


@dataclass(frozen=True)
class Sheet:
    """One kind of print. Sizes in mm; `photo` in pixels, None where it shows none; `dpi` is that of its PNG."""

    slug: str
    template: str
    label: "StrOrPromise"
    hint: "StrOrPromise"
    width: int
    height: int
    dpi: int
    photo: pictures.Size | None

    @property
    def preview_size(self) -> tuple[int, int]:
        """The preview's width and height in pixels."""
        return PREVIEW_WIDTH, round(PREVIEW_WIDTH * self.height / self.width)


SHEETS = {
    sheet.slug: sheet
    for sheet in (
        Sheet(
            "to-a4", "poster_a4.typ", _("Tờ treo A4"), _("Treo ở cổng, hợp tác xã, quán đầu bản."),
            210, 297, 200, (1654, 898),
        ),
        Sheet(
            "to-a6", "poster_a6.typ", _("Tờ nhỏ A6"), _("Bỏ vào túi hàng, dán lên thùng, đưa tận tay khách."),
            105, 148, 300, (1240, 543),
        ),
        Sheet(
            "bien-cho", "stall_a5.typ", _("Biển quầy chợ A5"), _("Đặt trên quầy: tên nhà đọc được từ xa ba mét."),
            210, 148, 200, None,
        ),
    )
}  # fmt: skip


def pdf(sheet: Sheet, facts: ShopFacts) -> bytes:
    """The print for a printer: one page, fonts inside, the QR sharp at any size. About 0.1 s of one core."""
    return _set(sheet, facts, "pdf")


def png(sheet: Sheet, facts: ShopFacts) -> bytes:
    """The print as a picture, to send to a copy shop or to show on a phone. 0.05 to 0.3 s of one core."""
    return with_dpi(_set(sheet, facts, "png", sheet.dpi), sheet.dpi)


def preview(sheet: Sheet, facts: ShopFacts) -> bytes:
    """A small PNG of few colours for the page, kept for an hour."""
    said = [sheet.slug, get_language(), _plain(facts, photo=facts.photo and facts.photo.name)]
    key = "prints.preview." + sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]
    found = cache.get(key)
    if found is None:
        found = _small(_set(sheet, facts, "png", PREVIEW_WIDTH * 25.4 / sheet.width))
        cache.set(key, found, KEPT)
    return found


def _plain(facts: ShopFacts, **other: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(facts).items() if name not in ("photo", "goods")} | {
        "goods": [vars(goods) for goods in facts.goods],
        "palette": dict(facts.palette),
        **other,
    }


def _small(data: bytes) -> bytes:
    out = BytesIO()
    with Image.open(BytesIO(data)) as picture:
        few = picture.convert("RGB").quantize(PREVIEW_COLOURS, dither=Image.Dither.NONE)
        few.save(out, "PNG", optimize=True)
    return out.getvalue()


def _set(sheet: Sheet, facts: ShopFacts, kind: Literal["pdf", "png"], ppi: float | None = None) -> bytes:
    before, name = form_and_name(facts.name)
    said = _plain(
        facts,
        title=facts.name,
        before=before,
        name=name,
        address=spoken_address(facts.code),
        words=words(),
        language=get_language() or settings.LANGUAGE_CODE,
    )
    files = {"logo.svg": LOGO.read_bytes(), "qr.png": qr_picture(facts.code)}
    if sheet.photo:
        files["photo.jpg"] = pictures.jpeg(pictures.photo(facts.photo, sheet.photo, facts.palette))
    return typeset(sheet.template, said, parts=["parts.typ"], files=files, kind=kind, ppi=ppi)


def plate_pdf(facts: ShopFacts, plate: PlateFacts) -> bytes:
    """The plate of a market stall with the VietQR that takes any sum: one A6 page, for a printer."""
    before, name = form_and_name(facts.name)
    said = _plain(
        facts, title=facts.name, before=before, name=name, plate=plate.letters, words=words() | plate_words(),
        language=get_language() or settings.LANGUAGE_CODE,
    )  # fmt: skip
    files = {"logo.svg": LOGO.read_bytes(), "qr.png": plate.qr}
    return typeset("plate_a6.typ", said, parts=["parts.typ"], files=files, kind="pdf", ppi=None)


def with_dpi(png: bytes, dpi: int) -> bytes:
    """The PNG with its resolution in it, so that a copy shop prints it in its true size. Source: PNG, 11.3.4.3."""
    head = 8 + 25  # the signature and the IHDR chunk, which always comes first
    per_metre = round(dpi / 0.0254)
    body = b"pHYs" + struct.pack(">IIB", per_metre, per_metre, 1)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:head] + chunk + png[head:]
