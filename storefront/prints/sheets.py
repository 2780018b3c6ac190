"""The prints themselves: an A4 poster, an A6 poster and a plate for the market stall, as PDF or PNG.

Each is one typst file. Everything that people wrote reaches it as data in a JSON file, which typst never reads as
markup, in a folder that holds nothing else: a shop named `#panic()` prints as those letters.
"""

import json
import struct
import zlib
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from PIL import Image

from storefront.prints import pictures
from storefront.prints.facts import PlateFacts, ShopFacts, form_and_name, plate_words, words
from storefront.prints.fonts import for_typst
from storefront.short_links import qr_picture, spoken_address

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TEMPLATES = Path(settings.BASE_DIR) / "templates" / "prints"
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
    files = {"qr.png": qr_picture(facts.code)}
    if sheet.photo:
        files["photo.jpg"] = pictures.jpeg(pictures.photo(facts.photo, sheet.photo, facts.palette))
    return _compile(sheet.template, said, files, kind, ppi)


def plate_pdf(facts: ShopFacts, plate: PlateFacts) -> bytes:
    """The plate of a market stall with the VietQR that takes any sum: one A6 page, for a printer."""
    before, name = form_and_name(facts.name)
    said = _plain(
        facts, title=facts.name, before=before, name=name, plate=plate.letters, words=words() | plate_words(),
        language=get_language() or settings.LANGUAGE_CODE,
    )  # fmt: skip
    return _compile("plate_a6.typ", said, {"qr.png": plate.qr}, "pdf")


def _compile(
    template: str,
    said: dict[str, Any],
    files: dict[str, bytes],
    kind: Literal["pdf", "png"],
    ppi: float | None = None,
) -> bytes:
    import typst  # only a process that prints pays for it, see fonts.for_typst

    with TemporaryDirectory(prefix="print-") as name:
        folder = Path(name)  # typst's root: it can read nothing outside
        for each in ("parts.typ", template):
            (folder / each).write_bytes((TEMPLATES / each).read_bytes())
        (folder / "data.json").write_text(json.dumps(said), encoding="utf-8")
        (folder / "logo.svg").write_bytes(LOGO.read_bytes())
        for file, data in files.items():
            (folder / file).write_bytes(data)
        made = typst.compile(folder / template, root=folder, font_paths=for_typst(), format=kind, ppi=ppi)
    _forget()
    assert isinstance(made, bytes)  # a list would be several pages: every text is fitted to its place
    return made


def _forget() -> None:
    """Let typst drop the photos it decoded: it keeps what its last ten documents used, some 15 MB for each.

    Eleven empty documents push them out: 10 ms, and a web process stays 150 MB smaller.
    """
    import typst

    for _number in range(11):
        typst.compile(b"", font_paths=for_typst(), format="svg")


def with_dpi(png: bytes, dpi: int) -> bytes:
    """The PNG with its resolution in it, so that a copy shop prints it in its true size. Source: PNG, 11.3.4.3."""
    head = 8 + 25  # the signature and the IHDR chunk, which always comes first
    per_metre = round(dpi / 0.0254)
    body = b"pHYs" + struct.pack(">IIB", per_metre, per_metre, 1)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:head] + chunk + png[head:]
