"""What a print says about a shop: plain words and figures, already fit for the font."""

from dataclasses import dataclass, field
from typing import Any

from django.core.files import File
from django.utils.translation import gettext as _

from catalog.models import Product
from common.fonts import printable
from common.money import show_dong
from common.templatetags.market import phone as spoken_phone
from payments import qr
from payments.asking import AskedByPlate
from places.models import Place
from sellers.models import Picture, Shop
from storefront.prints.palette import MARKET, Palette, palette_of

MOST_GOODS = 3
# Stands small above the name, which can then be large. As people write it, longest first
FORMS = ("Liên hiệp hợp tác xã", "Tổ hợp tác", "Hộ kinh doanh", "Hợp tác xã", "HTX")


@dataclass(frozen=True)
class Goods:
    """One line of the price list: "Na dai", "45.000 ₫", "kg"."""

    title: str
    price: str
    unit: str


@dataclass(frozen=True)
class ShopFacts:
    """A shop as its prints show it. `phone` is empty unless the owner wants it there; `photo` is closed or None."""

    code: str
    name: str
    tagline: str
    village: str
    above: str
    goods: tuple[Goods, ...] = ()
    phone: str = ""
    photo: File | None = field(default=None, compare=False)
    palette: Palette = field(default_factory=lambda: MARKET, hash=False)


@dataclass(frozen=True)
class ProductFacts:
    """A product as its share picture shows it."""

    code: str
    goods: Goods
    shop: str
    village: str
    above: str
    photo: File | None = field(default=None, compare=False)
    palette: Palette = field(default_factory=lambda: MARKET, hash=False)


@dataclass(frozen=True)
class PlateFacts:
    """The plate of a stall: its VietQR as a picture, and in letters whose account it is, for the payer to compare."""

    qr: bytes
    letters: dict[str, str]  # bank, number, holder, code


def form_and_name(name: str) -> tuple[str, str]:
    """ "Hợp tác xã Nông sản Chi Lăng" as ("Hợp tác xã", "Nông sản Chi Lăng"); ("", name) for all others."""
    for form in FORMS:
        rest = name[len(form) :]
        if name.casefold().startswith(form.casefold()) and rest[:1] == " ":
            return name[: len(form)], rest.strip()
    return "", name


def shop_facts(
    shop: Shop,
    goods: list[Product] | None = None,
    *,
    with_phone: bool = False,
    palette: Palette | None = None,
) -> ShopFacts:
    """What the shop's published page says, in its own colours. `shop` comes from `shop_to_print`; no query here."""
    phone = shop.owner.phone if with_phone and shop.owner else None
    return ShopFacts(
        code=shop.public_code,
        name=printable(shop.name) or _("Gian hàng"),
        tagline=printable(shop.front.tagline),
        village=printable(shop.village.full_name),
        above=above(shop.village),
        goods=tuple(goods_line(product) for product in (goods or [])[:MOST_GOODS]),
        phone=spoken_phone(phone),
        photo=file_of(shop.front.cover),
        palette=palette or palette_of(shop.front.theme),
    )


def product_facts(product: Product, *, palette: Palette | None = None) -> ProductFacts:
    """What the product's page says. `product` comes from `product_to_share`; no query of its own."""
    shop = product.shop
    return ProductFacts(
        code=product.public_code,
        goods=goods_line(product),
        shop=printable(shop.name) or _("Gian hàng"),
        village=printable(shop.village.full_name),
        above=above(shop.village),
        photo=file_of(product.picture),
        palette=palette or palette_of(shop.front.theme),
    )


def plate_facts(asked: AskedByPlate) -> PlateFacts:
    """What stands on a stall's plate."""
    account = asked.account
    letters = {
        "bank": asked.bank.short_name if asked.bank else account.bank_bin, "number": account.number,
        "holder": printable(account.holder), "code": asked.plate.code,
    }  # fmt: skip
    return PlateFacts(qr.png(asked.payload, scale=24), letters)


def plate_words() -> dict[str, Any]:
    """The fixed words of the plate, in the language of the page it is asked from."""
    return {
        "pay": _("Quét mã để trả tiền"),
        "sum": _("Mở ứng dụng ngân hàng, quét mã, ghi số tiền. Giữ nguyên nội dung:"),
        "number": _("Số tài khoản"),
        "compare": _("Chỉ trả khi máy hiện đúng tên này"),
        "qr": _("Mã VietQR của quầy"),
    }


def goods_line(product: Product) -> Goods:
    """A product with its price, as people write it."""
    return Goods(
        printable(product.title) or _("Hàng"), show_dong(product.price), str(product.get_unit_display())
    )


def above(village: Place) -> str:
    """Where a village lies: "Xã Chi Lăng, Lạng Sơn"."""
    commune = village.parent
    names = [commune.full_name, commune.parent.name] if commune and commune.parent else []
    return printable(", ".join(names))


def file_of(picture: Picture | None) -> File | None:
    """The file of a picture, None without one."""
    return picture.file if picture is not None and picture.file else None


def words() -> dict[str, Any]:
    """The fixed words of all prints, in the language of the page they are asked from."""
    return {
        "scan": _("Quét mã để xem hàng và đặt mua"),
        "type": _("hoặc gõ địa chỉ"),
        "call": _("Gọi hoặc nhắn Zalo"),
        "goods": _("Nhà đang bán"),
        "season": _("Mùa nào thức ấy: quét mã để biết hôm nay nhà có gì."),
        "motto": _("Nông sản từ tay người trồng. Tiền về thẳng người bán."),
        "market": _("Chợ Bản"),
        "qr": _("Mã QR dẫn đến gian hàng"),
    }
