"""The blocks a shop page is built of. Each has an icon, a good default text, limits and a template.

The phone's editor derives its questions from the same blocks (see parts.py): a new block is one class here, one
template and one line of SHOP_BLOCKS.
"""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock
from wagtail.rich_text import RichText

PLAIN_TEXT = ["bold", "italic", "ol", "ul"]
_month_words = lazy(lambda number: str(MONTHS[number]), str)
MONTH_CHOICES = [(str(number), _month_words(number)) for number in range(1, 13)]


class Part(blocks.StructBlock):
    """A block of a shop page. `description` is what the person who picks it reads.

    `lead` blocks stand above the goods; all others below. `once` blocks make sense one time on a page. A template
    knows what the page knows: `shop`, `products` and `certificates`.
    """

    lead = False
    once = True


class Photo(ImageChooserBlock):
    """A photo of the shop. On the phone it is taken or chosen, never picked from everybody's."""


class CoverBlock(Part):
    """A big picture with a few words, such as the season's first fruit."""

    lead = True
    picture = Photo(label=_("Ảnh lớn"))
    title = blocks.CharBlock(label=_("Dòng chữ lớn"), max_length=60, default="Mùa này nhà có gì")
    text = blocks.CharBlock(label=_("Thêm một câu"), max_length=160, required=False)

    class Meta:
        icon = "image"
        label = _("Ảnh lớn")
        description = _("Một tấm ảnh rộng và một câu, cho mùa đang thu hoạch.")
        template = "sellers/blocks/cover.html"
        preview_value = {
            "title": "Hồng giòn đầu mùa",
            "text": "Hái sáng sớm, gửi ngay trong ngày.",
            "picture": None,
        }


class StoryBlock(Part):
    """Who we are and how we grow it."""

    once = False
    heading = blocks.CharBlock(label=_("Tiêu đề"), max_length=60, default="Chuyện nhà mình")
    text = blocks.RichTextBlock(
        label=_("Lời kể"), features=PLAIN_TEXT, max_length=1500,
        default="<p>Nhà mình trồng ở bản từ đời ông bà. Cây nào quả nấy, tưới bằng nước suối, chín tới đâu hái tới đó.</p>",
        help_text=_("Nhà mình ở đâu, trồng thế nào. Nói như kể cho khách nghe."),
    )  # fmt: skip
    picture = Photo(label=_("Ảnh"), required=False)

    class Meta:
        icon = "openquote"
        label = _("Chuyện nhà mình")
        description = _("Nhà ở đâu, trồng thế nào, ai làm.")
        template = "sellers/blocks/story.html"


class PersonBlock(blocks.StructBlock):
    """Somebody who grows it."""

    name = blocks.CharBlock(label=_("Tên"), max_length=60)
    words = blocks.CharBlock(label=_("Làm việc gì"), max_length=120, required=False)
    picture = Photo(label=_("Ảnh"), required=False)

    class Meta:
        icon = "user"
        label = _("Người")


class PeopleBlock(Part):
    """Who grows it."""

    heading = blocks.CharBlock(label=_("Tiêu đề"), max_length=60, default="Người trồng")
    people = blocks.ListBlock(
        PersonBlock(),
        min_num=1,
        max_num=6,
        label=_("Từng người"),
        default=[{"name": "Bà Sen", "words": "Chọn giống, hái và phân loại", "picture": None}],
    )

    class Meta:
        icon = "group"
        label = _("Người trồng")
        description = _("Tên và ảnh những người làm ra món hàng.")
        template = "sellers/blocks/people.html"


class GalleryBlock(Part):
    """Up to eight photos of the farm."""

    once = False
    heading = blocks.CharBlock(label=_("Tiêu đề"), max_length=60, default="Ảnh vườn nhà", required=False)
    pictures = blocks.ListBlock(Photo(label=_("Ảnh")), min_num=1, max_num=8, label=_("Ảnh"))

    class Meta:
        icon = "image"
        label = _("Ảnh vườn nhà")
        description = _("Từ một đến tám tấm ảnh vườn, chuồng, xưởng.")
        template = "sellers/blocks/gallery.html"
        preview_value = {"heading": "Ảnh vườn nhà", "pictures": []}


class FeaturedBlock(Part):
    """Goods the farmer wants seen first. Holds public codes; what is no longer on sale is left out."""

    lead = True
    heading = blocks.CharBlock(label=_("Tiêu đề"), max_length=60, default="Nhà mời dùng thử")
    codes = blocks.ListBlock(
        blocks.RegexBlock(
            regex=r"^[0-9A-Z]{10}$",
            label=_("Mã món hàng"),
            error_messages={"invalid": _("Mã món hàng có 10 chữ và số.")},
        ),
        min_num=1, max_num=4, label=_("Món hàng"), default=[],
    )  # fmt: skip

    class Meta:
        icon = "tag"
        label = _("Món hàng nổi bật")
        description = _("Đưa lên trước những món nhà muốn bán nhất.")
        template = "sellers/blocks/featured.html"
        preview_value = {"heading": "Nhà mời dùng thử", "codes": []}

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """`chosen`: the products named, in that order, out of those the page shows anyway. No query."""
        shown = {product.public_code: product for product in (parent_context or {}).get("products", ())}
        chosen = [shown[code] for code in value["codes"] if code in shown]
        return super().get_context(value, parent_context) | {"chosen": chosen}


class SeasonBlock(blocks.StructBlock):
    """One crop and its months."""

    what = blocks.CharBlock(label=_("Cây gì, con gì"), max_length=40)
    months = blocks.MultipleChoiceBlock(label=_("Tháng nào có"), choices=MONTH_CHOICES)

    class Meta:
        icon = "date"
        label = _("Mùa")


class HarvestBlock(Part):
    """The months of the farm's crops. Without rows of its own it shows the seasons of the goods on the shelf."""

    heading = blocks.CharBlock(label=_("Tiêu đề"), max_length=60, default="Lịch thu hoạch")
    crops = blocks.ListBlock(
        SeasonBlock(),
        max_num=10,
        min_num=0,
        required=False,
        label=_("Từng loại"),
        default=[],
        help_text=_("Để trống thì lấy theo tháng bán của từng món hàng."),
    )

    class Meta:
        icon = "calendar"
        label = _("Lịch thu hoạch")
        description = _("Mười hai tháng, tháng nào có gì.")
        template = "sellers/blocks/harvest.html"
        preview_value = {
            "heading": "Lịch thu hoạch",
            "crops": [
                {"what": "Hồng", "months": ["9", "10", "11"]},
                {"what": "Mật ong", "months": ["3", "4", "5"]},
            ],
        }

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """`rows`: what grows, with its months (1 to 12): as written, else the seasons of the goods shown. No query."""
        rows = [(crop["what"], [int(month) for month in crop["months"]]) for crop in value["crops"]]
        if not rows:
            goods = (parent_context or {}).get("products", ())
            rows = [(product.title, product.season_months) for product in goods if not product.all_year][:10]
        return super().get_context(value, parent_context) | {"rows": rows, "year": range(1, 13)}


class PapersBlock(Part):
    """The shop's certificates, those verified and in date: nobody can type a badge."""

    heading = blocks.CharBlock(label=_("Tiêu đề"), max_length=60, default="Giấy chứng nhận của nhà")
    text = blocks.TextBlock(
        label=_("Nói thêm"), max_length=300, rows=2, required=False,
        default="Giấy nào cũng đã được cán bộ xã xem bản gốc.",
    )  # fmt: skip

    class Meta:
        icon = "check"
        label = _("Giấy chứng nhận")
        description = _("Giấy đã được cán bộ xã xác minh tự hiện ở đây.")
        template = "sellers/blocks/papers.html"


class MarketDayBlock(blocks.StructBlock):
    """Where and when buyers meet the household."""

    place = blocks.CharBlock(label=_("Ở đâu"), max_length=80)
    days = blocks.CharBlock(label=_("Ngày nào, giờ nào"), max_length=80)

    class Meta:
        icon = "site"
        label = _("Chợ phiên, điểm nhận")


class MarketDaysBlock(Part):
    """Market days and pick-up points."""

    heading = blocks.CharBlock(label=_("Tiêu đề"), max_length=60, default="Gặp nhà ở chợ")
    places = blocks.ListBlock(
        MarketDayBlock(),
        min_num=1,
        max_num=8,
        label=_("Từng nơi"),
        default=[{"place": "Chợ phiên xã", "days": "Ngày 2 và 7 âm lịch, từ 6 đến 10 giờ sáng"}],
    )

    class Meta:
        icon = "site"
        label = _("Chợ phiên và điểm nhận hàng")
        description = _("Nơi và ngày khách gặp được nhà.")
        template = "sellers/blocks/market_days.html"


class DeliveryBlock(Part):
    """When and how the goods travel."""

    days = blocks.CharBlock(label=_("Ngày gửi hàng"), max_length=80, default="Thứ Ba và thứ Sáu hằng tuần")
    text = blocks.TextBlock(
        label=_("Cách gửi"), max_length=400, rows=3,
        default="Gói lót lá, gửi xe khách trong ngày. Hàng dập hỏng, nhà gửi bù hoặc trả lại tiền.",
        help_text=_("Ví dụ: gửi xe khách về Hà Nội, khách ra bến nhận."),
    )  # fmt: skip

    class Meta:
        icon = "mail"
        label = _("Giao hàng")
        description = _("Ngày gửi, cách gửi, hàng hỏng thì sao.")
        template = "sellers/blocks/delivery.html"


class NoticeBlock(Part):
    """A short notice that stands out, such as a closing for the harvest."""

    lead = True
    text = blocks.TextBlock(
        label=_("Nhắn khách"),
        max_length=200,
        rows=2,
        default="Nhà đang vào vụ gặt, đơn đặt hôm nay gửi vào thứ Sáu.",
        help_text=_("Chuyện khách cần biết ngay."),
    )

    class Meta:
        icon = "warning"
        label = _("Nhắn khách")
        description = _("Một câu nổi bật trên đầu trang.")
        template = "sellers/blocks/notice.html"


class QuestionBlock(Part):
    """A question buyers ask, and the answer."""

    once = False
    question = blocks.CharBlock(label=_("Câu hỏi"), max_length=120, default="Hàng để được bao lâu?")
    answer = blocks.TextBlock(
        label=_("Trả lời"),
        max_length=500,
        rows=3,
        default="Để nơi thoáng mát được ba đến năm ngày, trong tủ lạnh được hơn một tuần.",
    )

    class Meta:
        icon = "help"
        label = _("Hỏi và đáp")
        description = _("Một câu khách hay hỏi và câu trả lời của nhà.")
        template = "sellers/blocks/question.html"


_YOUTUBE_ID = re.compile(r"^[\w-]{11}$")


def youtube_id(url: str) -> str:
    """The id in an address of a YouTube film; empty for any other address."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    found = ""
    if host == "youtu.be":
        found = parts.path.strip("/")
    elif host == "youtube.com":
        steps = parts.path.strip("/").split("/")
        short = steps[1] if len(steps) > 1 and steps[0] in ("shorts", "live", "embed") else ""
        found = short or parse_qs(parts.query).get("v", [""])[0]
    return found if _YOUTUBE_ID.match(found) else ""


class FilmAddressBlock(blocks.URLBlock):
    """The address of a film on YouTube. Others would need their scripts on our pages."""

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if value and not youtube_id(value):
            raise ValidationError(_("Hãy dán đường dẫn của một phim trên YouTube."), code="not_youtube")
        return value


class VideoBlock(Part):
    """A film, by its address. Nothing is asked of its host until somebody taps."""

    heading = blocks.CharBlock(label=_("Tiêu đề"), max_length=60, default="Xem nhà làm")
    address = FilmAddressBlock(
        label=_("Đường dẫn phim"),
        max_length=200,
        help_text=_("Mở phim trên YouTube, bấm Chia sẻ, chép đường dẫn rồi dán vào đây."),
    )
    picture = Photo(label=_("Ảnh thay cho phim"), required=False)

    class Meta:
        icon = "media"
        label = _("Phim")
        description = _("Phim trên YouTube; chỉ mở khi khách bấm.")
        template = "sellers/blocks/video.html"
        preview_value = {
            "heading": "Xem nhà làm",
            "address": "https://youtu.be/aaaaaaaaaaa",
            "picture": None,
        }

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        return super().get_context(value, parent_context) | {"film": youtube_id(value["address"] or "")}


SHOP_BLOCKS = [
    ("notice", NoticeBlock()),
    ("cover", CoverBlock()),
    ("featured", FeaturedBlock()),
    ("story", StoryBlock()),
    ("people", PeopleBlock()),
    ("gallery", GalleryBlock()),
    ("harvest", HarvestBlock()),
    ("papers", PapersBlock()),
    ("market_days", MarketDaysBlock()),
    ("delivery", DeliveryBlock()),
    ("question", QuestionBlock()),
    ("video", VideoBlock()),
]
LEAD = frozenset(name for name, block in SHOP_BLOCKS if block.lead)
COUNTS = {name: {"max_num": 1 if block.once else 6} for name, block in SHOP_BLOCKS}
MOST_BLOCKS = 20


def plain(value: RichText | str) -> str:
    """Rich text as it stands in the database."""
    return value.source if isinstance(value, RichText) else value
