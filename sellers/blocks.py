"""The blocks a shop page is built of. Each has an icon, limits with clear messages and a template."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

PLAIN_TEXT = ["bold", "italic", "ol", "ul"]


class StoryBlock(blocks.StructBlock):
    """Who we are and how we grow it."""

    heading = blocks.CharBlock(label=_("Tiêu đề"), max_length=60, default="Chuyện nhà mình")
    text = blocks.RichTextBlock(label=_("Lời kể"), features=PLAIN_TEXT, max_length=1500)
    picture = ImageChooserBlock(label=_("Ảnh"), required=False)

    class Meta:
        icon = "openquote"
        label = _("Chuyện nhà mình")
        template = "sellers/blocks/story.html"


class GalleryBlock(blocks.StructBlock):
    """Up to eight photos of the farm."""

    heading = blocks.CharBlock(label=_("Tiêu đề"), max_length=60, default="Ảnh vườn nhà", required=False)
    pictures = blocks.ListBlock(ImageChooserBlock(label=_("Ảnh")), min_num=1, max_num=8, label=_("Ảnh"))

    class Meta:
        icon = "image"
        label = _("Ảnh vườn nhà")
        template = "sellers/blocks/gallery.html"


class DeliveryBlock(blocks.StructBlock):
    """When and how the goods travel."""

    days = blocks.CharBlock(label=_("Ngày gửi hàng"), max_length=80, default="Thứ Ba và thứ Sáu hằng tuần")
    text = blocks.TextBlock(label=_("Cách gửi"), max_length=400, rows=3)

    class Meta:
        icon = "site"
        label = _("Giao hàng")
        template = "sellers/blocks/delivery.html"


class NoticeBlock(blocks.StructBlock):
    """A short notice that stands out, such as a closing for the harvest."""

    text = blocks.TextBlock(label=_("Thông báo"), max_length=200, rows=2)

    class Meta:
        icon = "warning"
        label = _("Thông báo")
        template = "sellers/blocks/notice.html"


class QuestionBlock(blocks.StructBlock):
    """A question buyers ask, and the answer."""

    question = blocks.CharBlock(label=_("Câu hỏi"), max_length=120)
    answer = blocks.TextBlock(label=_("Trả lời"), max_length=500, rows=3)

    class Meta:
        icon = "help"
        label = _("Hỏi và đáp")
        template = "sellers/blocks/question.html"


SHOP_BLOCKS = [
    ("story", StoryBlock()),
    ("gallery", GalleryBlock()),
    ("delivery", DeliveryBlock()),
    ("notice", NoticeBlock()),
    ("question", QuestionBlock()),
]
