"""The blocks that editors build pages of. Each says what it is for, how much fits, and shows itself before it is chosen."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.images.blocks import ImageChooserBlock

from catalog.models import Product
from sellers.models import Picture, Shop
from storefront.cards import goods_by_id, shops_by_id
from storefront.choosers import ProductChooser, ShopChooser

WORDS = ["h2", "h3", "bold", "italic", "ol", "ul", "link"]
FEW_WORDS = ["bold", "italic", "ol", "ul", "link"]


class Together(blocks.ChooserBlock):
    """A chooser whose rows, all of a page's, are read at once with what their cards show."""

    def read(self, ids: Iterable[int]) -> dict[int, Any]:
        """The rows by id."""
        raise NotImplementedError

    def bulk_to_python(self, values: list[int | None]) -> list[Any]:
        rows = self.read(value for value in values if value is not None)
        return [rows.get(value) if value is not None else None for value in values]


class PictureChooserBlock(Together, ImageChooserBlock):
    """A picture with its sizes: a page never makes one and never asks for them one by one."""

    def read(self, ids: Iterable[int]) -> dict[int, Picture]:
        return Picture.objects.prefetch_related("renditions").in_bulk(set(ids))

    def get_preview_value(self) -> Picture | None:
        """The editors' newest picture that has all its sizes. 2 queries."""
        newest = Picture.objects.filter(shop=None, purpose=Picture.Purpose.EDITORS, ready=True).order_by(
            "-pk"
        )
        return newest.prefetch_related("renditions").first()


class ShopChooserBlock(Together):
    """A shop. One that has closed since stays chosen and is not shown."""

    target_model = Shop
    widget = ShopChooser()

    def read(self, ids: Iterable[int]) -> dict[int, Shop]:
        return shops_by_id(ids)

    class Meta:
        icon = "home"
        label = _("Gian hàng")


class ProductChooserBlock(Together):
    """Something on sale. What is not on sale any more stays chosen and is not shown."""

    target_model = Product
    widget = ProductChooser()

    def read(self, ids: Iterable[int]) -> dict[int, Product]:
        return goods_by_id(ids)

    class Meta:
        icon = "tag"
        label = _("Món hàng")


# --- words and pictures --------------------------------------------------------------------------------------------------


class TextBlock(blocks.RichTextBlock):
    """Paragraphs, headings and lists."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"features": WORDS, "max_length": 8000} | options)

    class Meta:
        icon = "pilcrow"
        label = _("Đoạn văn")
        description = _("Chữ, tiêu đề nhỏ, gạch đầu dòng, liên kết.")
        template = "storefront/blocks/text.html"
        preview_value = (
            "<h2>Hái sáng, gói trưa</h2><p>Na hái lúc sương chưa tan, gói từng quả bằng lá chuối khô.</p>"
        )


class PhotoBlock(blocks.StructBlock):
    """One picture with a line under it."""

    picture = PictureChooserBlock(label=_("Ảnh"))
    caption = blocks.CharBlock(
        label=_("Chú thích"), max_length=140, required=False, help_text=_("Ai, ở đâu, đang làm gì.")
    )

    def get_preview_value(self) -> Any:
        picture = self.child_blocks["picture"].get_preview_value()
        return self.normalize({"picture": picture, "caption": "Chị Sen hái hồng trên đồi sau nhà."})

    class Meta:
        icon = "image"
        label = _("Ảnh có chú thích")
        description = _("Một ảnh ngang và một dòng chữ nhỏ bên dưới.")
        template = "storefront/blocks/photo.html"


class QuoteBlock(blocks.StructBlock):
    """What somebody said, and who."""

    text = blocks.TextBlock(label=_("Lời nói"), max_length=280, rows=3)
    who = blocks.CharBlock(label=_("Ai nói"), max_length=80, required=False)

    class Meta:
        icon = "openquote"
        label = _("Lời kể")
        description = _("Một câu nói đáng nhớ của bà con, đứng riêng cho nổi.")
        template = "storefront/blocks/quote.html"
        preview_value: ClassVar[dict[str, Any]] = {
            "text": "Lần đầu khách Hà Nội đặt ba cân, tôi chọn quả đẹp nhất vườn.",
            "who": "Một chủ vườn ở Chi Lăng",
        }


class NoteBlock(blocks.StructBlock):
    """A few words that stand out."""

    kind = blocks.ChoiceBlock(
        label=_("Kiểu"), choices=[("info", _("Cần biết")), ("good", _("Mẹo hay")), ("warn", _("Cẩn thận"))],
        default="info",
    )  # fmt: skip
    text = blocks.TextBlock(label=_("Nội dung"), max_length=320, rows=3)

    class Meta:
        icon = "info-circle"
        label = _("Ghi chú nổi")
        description = _("Một mẹo hay hoặc một điều phải cẩn thận, có nền màu.")
        template = "storefront/blocks/note.html"
        preview_value: ClassVar[dict[str, Any]] = {
            "kind": "warn",
            "text": "Không bóc tem trên thùng trước khi đếm đủ quả.",
        }


class QuestionBlock(blocks.StructBlock):
    """A question people ask, and the answer."""

    question = blocks.CharBlock(label=_("Câu hỏi"), max_length=140)
    answer = blocks.RichTextBlock(label=_("Trả lời"), features=FEW_WORDS, max_length=1200)

    class Meta:
        icon = "help"
        label = _("Hỏi và đáp")
        description = _("Câu hỏi gập lại được, bấm vào thì hiện câu trả lời.")
        template = "storefront/blocks/question.html"
        preview_value: ClassVar[dict[str, Any]] = {
            "question": "Mua ít có gửi không?",
            "answer": "<p>Có. Từ một cân cũng gửi, tiền xe tính riêng và báo trước.</p>",
        }


class LinkBlock(blocks.StructBlock):
    """A link to one of our pages, or to an address."""

    label = blocks.CharBlock(
        label=_("Chữ"), max_length=40, required=False, help_text=_("Bỏ trống: tên trang.")
    )
    page = blocks.PageChooserBlock(label=_("Trang"), required=False)
    address = blocks.CharBlock(
        label=_("Hoặc địa chỉ"),
        max_length=200,
        required=False,
        help_text=_("Bắt đầu bằng / cho trang của chợ (ví dụ /cho/?mua=on), hoặc https://."),
    )

    def clean(self, value: Any) -> Any:
        said = super().clean(value)
        page, address = said.get("page"), (said.get("address") or "").strip()
        if bool(page) == bool(address):
            message = _("Chọn một trang, hoặc ghi một địa chỉ; không để trống cả hai và không ghi cả hai.")
            raise StructBlockValidationError({"address": ValidationError(message)})
        if address and (not address.startswith(("/", "https://")) or address.startswith("//")):
            message = _("Địa chỉ phải bắt đầu bằng / hoặc https://.")
            raise StructBlockValidationError({"address": ValidationError(message)})
        if address and not said.get("label"):
            raise StructBlockValidationError({"label": ValidationError(_("Ghi chữ cho liên kết này."))})
        return said

    class Meta:
        icon = "link"
        label = _("Liên kết")
        description = _("Một nút dẫn tới trang khác.")
        template = "storefront/blocks/link.html"
        preview_value: ClassVar[dict[str, Any]] = {
            "label": "Xem hàng đang vào mùa",
            "address": "/cho/?mua=on",
        }


# --- shops and goods -----------------------------------------------------------------------------------------------------


class FeaturedShopsBlock(blocks.StructBlock):
    """Shops that editors point at."""

    heading = blocks.CharBlock(label=_("Tiêu đề"), max_length=60, default=_("Những nhà nên ghé"))
    shops = blocks.ListBlock(ShopChooserBlock(), label=_("Gian hàng"), min_num=1, max_num=6)

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        shown = [shop for shop in value["shops"] if shop is not None and shop.is_live]
        return super().get_context(value, parent_context) | {"shops": shown}

    def get_preview_value(self) -> Any:
        """Shops that really sell. 3 queries."""
        ids = Shop.objects.live().order_by("-popularity", "-id").values_list("pk", flat=True)[:3]
        return self.normalize({"heading": _("Những nhà nên ghé"), "shops": list(shops_by_id(ids).values())})

    class Meta:
        icon = "home"
        label = _("Gian hàng chọn lọc")
        description = _("Từ 1 đến 6 gian hàng. Nhà nào nghỉ bán thì tự ẩn.")
        template = "storefront/blocks/shops.html"


class FeaturedProductsBlock(blocks.StructBlock):
    """Goods that editors point at."""

    heading = blocks.CharBlock(label=_("Tiêu đề"), max_length=60, default=_("Hàng nên mua đợt này"))
    products = blocks.ListBlock(ProductChooserBlock(), label=_("Món hàng"), min_num=1, max_num=12)

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        shown = [product for product in value["products"] if product is not None and product.live]
        return super().get_context(value, parent_context) | {"products": shown}

    def get_preview_value(self) -> Any:
        """Goods that are really on sale. 3 queries."""
        ids = Product.objects.on_sale().order_by("-popularity", "-id").values_list("pk", flat=True)[:4]
        shown = list(goods_by_id(ids).values())
        return self.normalize({"heading": _("Hàng nên mua đợt này"), "products": shown})

    class Meta:
        icon = "tag"
        label = _("Món hàng chọn lọc")
        description = _("Từ 1 đến 12 món. Món nào hết bán thì tự ẩn.")
        template = "storefront/blocks/products.html"


# --- guides --------------------------------------------------------------------------------------------------------------


class StepBlock(blocks.StructBlock):
    """One thing to do."""

    heading = blocks.CharBlock(label=_("Việc phải làm"), max_length=80)
    text = blocks.RichTextBlock(label=_("Làm thế nào"), features=FEW_WORDS, max_length=1500)
    picture = PictureChooserBlock(label=_("Ảnh"), required=False)

    class Meta:
        icon = "list-ol"
        label = _("Một bước")
        description = _("Một việc, nói ngắn, kèm ảnh nếu có. Số thứ tự tự ghi.")
        template = "storefront/blocks/step.html"
        preview_value: ClassVar[dict[str, Any]] = {
            "heading": "Ra chỗ sáng, tránh nắng gắt",
            "text": "<p>Đặt hàng dưới hiên hoặc cạnh cửa sổ. Lau ống kính bằng vạt áo sạch.</p>",
        }


class SafetyBlock(blocks.StructBlock):
    """What never to do, and what to do instead, when money is near."""

    heading = blocks.CharBlock(label=_("Tiêu đề"), max_length=80, default=_("Giữ tiền cho chắc"))
    never = blocks.ListBlock(
        blocks.CharBlock(label=_("Không bao giờ"), max_length=160),
        label=_("Không bao giờ"),
        min_num=1,
        max_num=6,
    )
    always = blocks.ListBlock(
        blocks.CharBlock(label=_("Luôn luôn"), max_length=160), label=_("Luôn luôn"), min_num=1, max_num=6
    )

    class Meta:
        icon = "lock"
        label = _("Bài học giữ tiền")
        description = _("Hai danh sách: không bao giờ làm, và luôn luôn làm.")
        template = "storefront/blocks/safety.html"
        preview_value: ClassVar[dict[str, Any]] = {
            "heading": "Giữ tiền cho chắc",
            "never": ["Đọc mã OTP cho bất kỳ ai."],
            "always": ["Mở ứng dụng ngân hàng, thấy tiền rồi mới giao hàng."],
        }


# --- the front page and the frame around every page ----------------------------------------------------------------------


class TrustIcon(models.TextChoices):
    """Drawings that a reason to trust may carry."""

    SHIELD = "shield", _("Khiên")
    BANK = "bank", _("Ngân hàng")
    PHONE = "phone", _("Điện thoại")
    LEAF = "leaf", _("Lá")
    TRUCK = "truck", _("Xe")
    STAR = "star", _("Sao")
    USERS = "users", _("Người")
    HANDSHAKE = "handshake", _("Bắt tay")


class TrustBlock(blocks.StructBlock):
    """One reason to trust the market."""

    icon = blocks.ChoiceBlock(label=_("Hình"), choices=TrustIcon.choices, default=TrustIcon.SHIELD)
    heading = blocks.CharBlock(label=_("Tiêu đề"), max_length=50)
    text = blocks.TextBlock(label=_("Nội dung"), max_length=160, rows=2)

    class Meta:
        icon = "success"
        label = _("Vì sao tin được")
        description = _("Một thẻ ở cuối trang chủ: hình, tiêu đề, một câu.")
        template = "storefront/blocks/trust.html"
        preview_value: ClassVar[dict[str, Any]] = {
            "icon": "shield",
            "heading": "Trưởng thôn đã xem",
            "text": "Gian hàng nào cũng được trưởng thôn xem tận nơi rồi mới lên chợ.",
        }


class ColumnBlock(blocks.StructBlock):
    """A column of links at the foot."""

    heading = blocks.CharBlock(label=_("Tiêu đề"), max_length=30)
    links = blocks.ListBlock(LinkBlock(), label=_("Liên kết"), min_num=1, max_num=6)

    class Meta:
        icon = "list-ul"
        label = _("Cột liên kết")
        description = _("Một cột ở chân trang: tiêu đề và từ 1 đến 6 liên kết.")


ARTICLE_BLOCKS = [
    ("text", TextBlock()),
    ("photo", PhotoBlock()),
    ("quote", QuoteBlock()),
    ("note", NoteBlock()),
    ("question", QuestionBlock()),
    ("shops", FeaturedShopsBlock()),
    ("products", FeaturedProductsBlock()),
    ("link", LinkBlock()),
]
GUIDE_BLOCKS = [
    ("step", StepBlock()),
    ("safety", SafetyBlock()),
    ("text", TextBlock()),
    ("note", NoteBlock()),
    ("photo", PhotoBlock()),
]
PLAIN_BLOCKS = [
    ("text", TextBlock()),
    ("picture", PictureChooserBlock(
        label=_("Ảnh"), icon="image", template="storefront/blocks/picture.html",
        description=_("Một ảnh, không chú thích. Có chú thích: dùng “Ảnh có chú thích”."),
    )),
    ("photo", PhotoBlock()),
    ("note", NoteBlock()),
    ("question", QuestionBlock()),
    ("link", LinkBlock()),
]  # fmt: skip
