"""What editors set beside pages: introductions of places, who runs the market by law, menus."""

from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import StreamField
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin

from places.models import Level, Place
from sellers.models import Picture
from storefront.blocks import FEW_WORDS, ColumnBlock, LinkBlock
from storefront.choosers import PlaceChooser, where


class PlaceIntro(PreviewableMixin, DraftStateMixin, RevisionMixin, models.Model):
    """What stands above the goods of a province or commune: a picture and a few words."""

    place = models.OneToOneField(Place, models.CASCADE, related_name="intro", verbose_name=_("tỉnh, xã"))
    picture = models.ForeignKey(
        Picture, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ảnh")
    )
    body = StreamField(
        [("text", blocks.RichTextBlock(label=_("Đoạn văn"), icon="pilcrow", features=FEW_WORDS, max_length=1200))],
        max_num=3, verbose_name=_("lời giới thiệu"), help_text=_("Tối đa 3 đoạn ngắn: đất, người, đặc sản."),
    )  # fmt: skip
    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="place_intro")

    panels = [FieldPanel("place", widget=PlaceChooser), FieldPanel("picture"), FieldPanel("body")]

    class Meta:
        verbose_name = _("giới thiệu nơi bán")
        verbose_name_plural = _("giới thiệu nơi bán")

    def __str__(self) -> str:
        return where(self.place)

    def clean(self) -> None:
        super().clean()
        if self.place_id and self.place.level > Level.COMMUNE:
            raise ValidationError({"place": _("Chỉ tỉnh và xã có lời giới thiệu.")})

    @property
    def revisions(self) -> models.QuerySet:
        return self._revisions

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "storefront/place.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        return {"place": self.place, "intro": self, "is_preview": True}


@register_setting(icon="clipboard-list")
class Operator(BaseSiteSetting):
    """Who runs the market. Source: E-commerce Law 122/2025, consumer law 19/2023 art. 37: shown on every page."""

    name = models.CharField(_("tên người vận hành"), max_length=160, blank=True)
    tax_number = models.CharField(
        _("mã số thuế hoặc số đăng ký kinh doanh"), max_length=40, blank=True,
        validators=[RegexValidator(r"^[0-9A-Za-z./ -]+$", _("Chỉ chữ, số, dấu gạch và dấu chấm."))],
    )  # fmt: skip
    address = models.CharField(_("địa chỉ"), max_length=200, blank=True)
    phone = models.CharField(
        _("điện thoại"), max_length=20, blank=True,
        validators=[RegexValidator(r"^\+?[0-9 .]{8,18}$", _("Chỉ ghi chữ số, ví dụ 0205 381 2345."))],
    )  # fmt: skip
    email = models.EmailField(_("thư điện tử"), blank=True)
    responsible = models.CharField(_("người chịu trách nhiệm"), max_length=80, blank=True)
    registration = models.CharField(_("số đăng ký sàn thương mại điện tử"), max_length=60, blank=True)
    registered_on = models.DateField(_("ngày đăng ký sàn"), null=True, blank=True)

    panels = [
        MultiFieldPanel(
            [FieldPanel("name"), FieldPanel("tax_number"), FieldPanel("address"), FieldPanel("responsible")],
            heading=_("Người vận hành"),
            help_text=_("Hiện ở chân mọi trang. Bỏ trống tên: dùng tên khi cài đặt."),
        ),
        FieldRowPanel([FieldPanel("phone"), FieldPanel("email")], heading=_("Liên hệ")),
        FieldRowPanel([FieldPanel("registration"), FieldPanel("registered_on")], heading=_("Đăng ký sàn")),
    ]

    class Meta:
        verbose_name = _("thông tin pháp lý")


@register_setting(icon="list-ul")
class SiteMenus(BaseSiteSetting):
    """Links at the top and at the foot of every page."""

    main = StreamField(
        [("link", LinkBlock())], blank=True, max_num=4, verbose_name=_("đầu trang"),
        help_text=_("Tối đa 4 liên kết, hiện trên máy tính. Trên điện thoại đã có thanh dưới cùng."),
    )  # fmt: skip
    foot = StreamField(
        [("column", ColumnBlock())], blank=True, max_num=3, verbose_name=_("chân trang"),
        help_text=_("Tối đa 3 cột. Bỏ trống: không có cột nào."),
    )  # fmt: skip

    panels = [FieldPanel("main"), FieldPanel("foot")]

    class Meta:
        verbose_name = _("menu")
