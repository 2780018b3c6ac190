"""Editors' pages: the front page and plain pages. Shops and products are rows of their own, never pages."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page

from storefront.queries import front_page

PAGE_BLOCKS = [
    (
        "text",
        blocks.RichTextBlock(
            label=_("Đoạn văn"), features=["h2", "h3", "bold", "italic", "ol", "ul", "link"]
        ),
    ),
    ("picture", ImageChooserBlock(label=_("Ảnh"), template="storefront/blocks/picture.html")),
]


class HomePage(Page):
    """The front page: a greeting, kinds of produce, what is in season, shops nearby."""

    greeting = models.CharField(_("lời chào"), max_length=90, default="Nông sản bản làng, từ tay người trồng")
    introduction = models.CharField(_("giới thiệu"), max_length=240, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("greeting"), FieldPanel("introduction")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["storefront.PlainPage"]
    max_count = 1
    template = "storefront/home.html"

    class Meta:
        verbose_name = _("trang chủ")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | front_page()


class PlainPage(Page):
    """A page of words: about us, how to buy, privacy."""

    body = StreamField(PAGE_BLOCKS, blank=True, verbose_name=_("nội dung"))

    content_panels = [*Page.content_panels, FieldPanel("body")]
    parent_page_types = ["storefront.HomePage", "storefront.PlainPage"]
    template = "storefront/plain_page.html"

    class Meta:
        verbose_name = _("trang thường")
