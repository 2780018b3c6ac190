"""Editors' pages: the front page, stories, guides, campaigns and plain pages. Shops and products are never pages."""

from datetime import date, timedelta
from typing import Any, ClassVar, Self, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Value, When, prefetch_related_objects
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from common.days import local_day
from common.paging import PAGE_SIZE, cut, read_key
from common.paging import Page as Screen
from sellers.models import Picture
from storefront.blocks import ARTICLE_BLOCKS, GUIDE_BLOCKS, PLAIN_BLOCKS, TrustBlock
from storefront.cards import open_shop
from storefront.choosers import ShopChooser
from storefront.queries import front_page
from storefront.site_models import Operator, PlaceIntro, SiteMenus  # noqa: F401  (Django looks for models here)

Context = dict[str, Any]
Row = TypeVar("Row", bound="EditorsPage")


class EditorsPage(Page):
    """What all our pages share: the same for everybody, so that any proxy may keep them."""

    private_page_options: ClassVar[list[str]] = []

    class Meta:
        abstract = True

    def list_url(self, request: HttpRequest | None = None) -> str:
        """The address of the page above, made from this page's own: no query."""
        return f"{(self.get_url(request) or '/').rstrip('/').rpartition('/')[0]}/"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Context:
        """With the page's own picture and its sizes, if it has one: 2 queries."""
        if getattr(self, "picture_id", None):
            prefetch_related_objects([self], "picture__renditions")
        return super().get_context(request, *args, **kwargs) | {"list_url": self.list_url(request)}

    @property
    def share_file(self) -> str:
        """The address of the largest JPEG of the picture: what messengers show. Reads sizes already fetched."""
        picture = getattr(self, "picture", None)
        sizes = (
            [row for row in picture.renditions.all() if "format-jpeg" in row.filter_spec] if picture else []
        )
        return max(sizes, key=lambda row: row.width).url if sizes else ""


class CardQuerySet(PageQuerySet):
    """Sentences about pages that are shown as cards."""

    def for_cards(self) -> Self:
        """What buyers may see, with picture and sizes and without the body. 2 queries."""
        return (
            self.live().defer_streamfields().select_related("picture").prefetch_related("picture__renditions")
        )

    def latest_first(self, column: str, after: str) -> Screen:
        """24 pages, the latest day in `column` first, from behind the last one seen. 2 queries."""
        rows, key = self.for_cards().order_by(f"-{column}", "-pk"), read_key(after, 2)
        if key:
            rows = rows.filter(**{f"{column}__lte": key[0]}).exclude(**{column: key[0], "pk__gte": key[1]})
        return cut(list(rows[: PAGE_SIZE + 1]), lambda page: (getattr(page, column), page.pk))

    def as_sorted(self, after: str) -> Screen:
        """24 pages in the order that editors gave them, from behind the last one seen. 2 queries."""
        rows, key = self.for_cards().order_by("path"), read_key(after, 1)
        if key:
            rows = rows.filter(path__gt=key[0])
        return cut(list(rows[: PAGE_SIZE + 1]), lambda page: (page.path,))


def picture_field(name: Any) -> models.ForeignKey:
    """The picture of a page; the page stays when the picture goes."""
    return models.ForeignKey(
        Picture, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=name
    )


# --- stories -------------------------------------------------------------------------------------------------------------


class StoriesPage(EditorsPage):
    """All stories, newest first."""

    introduction = models.CharField(_("giới thiệu"), max_length=240, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction", widget=AdminAutoHeightTextInput)]
    parent_page_types = ["storefront.HomePage"]
    subpage_types = ["storefront.StoryPage"]
    max_count = 1
    page_description = _("Danh sách tin, tin mới ở trên.")
    template = "storefront/pages/stories.html"

    class Meta:
        verbose_name = _("trang tin")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Context:
        after = request.GET.get("sau", "")
        stories = StoryPage.objects.child_of(self).latest_first("date", after)
        return super().get_context(request, *args, **kwargs) | {"stories": stories}


class StoryQuerySet(CardQuerySet):
    """Sentences about stories."""

    def latest(self, limit: int) -> list["StoryPage"]:
        """The newest stories, their pictures still without sizes. 1 query."""
        rows = self.live().defer_streamfields().select_related("picture")
        return list(rows.order_by("-date", "-pk")[:limit])


class StoryPage(EditorsPage):
    """News from a village: who grows it, how the season goes."""

    date = models.DateField(_("ngày"), default=local_day)
    summary = models.CharField(
        _("tóm tắt"), max_length=240, help_text=_("Một, hai câu; hiện ở thẻ và khi chia sẻ.")
    )
    picture = picture_field(_("ảnh"))
    author_line = models.CharField(
        _("người viết"), max_length=80, blank=True, help_text=_("Ví dụ: Đoàn xã Chi Lăng")
    )
    body = StreamField(ARTICLE_BLOCKS, blank=True, verbose_name=_("nội dung"))
    shop = models.ForeignKey(
        "sellers.Shop", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("gian hàng trong tin"),
        help_text=_("Hiện ở cuối tin. Nhà nghỉ bán thì tự ẩn."),
    )  # fmt: skip
    objects = PageManager.from_queryset(StoryQuerySet)()

    content_panels = [
        *Page.content_panels,
        FieldRowPanel([FieldPanel("date"), FieldPanel("author_line")]),
        FieldPanel("summary", widget=AdminAutoHeightTextInput),
        FieldPanel("picture"),
        FieldPanel("body"),
        FieldPanel("shop", widget=ShopChooser),
    ]
    parent_page_types = ["storefront.StoriesPage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = _("Một câu chuyện từ bản, có ngày, ảnh và gian hàng.")
    template = "storefront/pages/story.html"

    class Meta:
        verbose_name = _("tin")
        indexes = [models.Index(fields=["-date"], name="story_newest")]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Context:
        others = StoryPage.objects.sibling_of(self, inclusive=False).for_cards().order_by("-date", "-pk")
        return super().get_context(request, *args, **kwargs) | {
            "shop": open_shop(self.shop_id),
            "others": list(others[:3]),
        }


# --- guides --------------------------------------------------------------------------------------------------------------


class Audience(models.TextChoices):
    """Whom a guide speaks to."""

    FARMER = "farmer", _("Người bán")
    VOLUNTEER = "volunteer", _("Đoàn viên")
    BUYER = "buyer", _("Người mua")


AUDIENCE_BY_WORD = {
    "nguoi-ban": Audience.FARMER,
    "doan-vien": Audience.VOLUNTEER,
    "nguoi-mua": Audience.BUYER,
}
WORD_OF_AUDIENCE = {audience: word for word, audience in AUDIENCE_BY_WORD.items()}


class GuidesPage(EditorsPage):
    """Guides by whom they speak to."""

    introduction = models.CharField(_("giới thiệu"), max_length=240, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction", widget=AdminAutoHeightTextInput)]
    parent_page_types = ["storefront.HomePage"]
    subpage_types = ["storefront.GuidePage"]
    max_count = 1
    page_description = _("Danh sách bài hướng dẫn, theo thứ tự bạn xếp.")
    template = "storefront/pages/guides.html"

    class Meta:
        verbose_name = _("trang hướng dẫn")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Context:
        chosen = AUDIENCE_BY_WORD.get(request.GET.get("cho", ""))
        rows = GuidePage.objects.child_of(self)
        if chosen:
            rows = rows.filter(audience=chosen)
        return super().get_context(request, *args, **kwargs) | {
            "guides": rows.as_sorted(request.GET.get("sau", "")),
            "chosen": chosen,
            "audiences": list(AUDIENCE_BY_WORD.items()),
        }


class GuidePage(EditorsPage):
    """How to do one thing, step by step; printed and hung on the wall of the house of culture."""

    audience = models.CharField(_("dành cho"), max_length=10, choices=Audience, default=Audience.FARMER)
    minutes = models.PositiveSmallIntegerField(
        _("mất mấy phút"), default=5, validators=[MinValueValidator(1), MaxValueValidator(180)]
    )
    summary = models.CharField(_("tóm tắt"), max_length=240, help_text=_("Làm xong thì được gì."))
    picture = picture_field(_("ảnh"))
    body = StreamField(GUIDE_BLOCKS, verbose_name=_("các bước"), max_num=30)
    checklist = StreamField(
        [("item", blocks.CharBlock(label=_("Việc"), max_length=120, icon="success"))],
        blank=True, max_num=12, verbose_name=_("kiểm lại trước khi xong"), help_text=_("Tối đa 12 việc, mỗi việc một dòng."),
    )  # fmt: skip
    objects = PageManager.from_queryset(CardQuerySet)()

    content_panels = [
        *Page.content_panels,
        FieldRowPanel([FieldPanel("audience"), FieldPanel("minutes")]),
        FieldPanel("summary", widget=AdminAutoHeightTextInput),
        FieldPanel("picture"),
        FieldPanel("body"),
        FieldPanel("checklist"),
    ]
    parent_page_types = ["storefront.GuidesPage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = _("Một bài hướng dẫn từng bước, in ra được.")
    template = "storefront/pages/guide.html"

    class Meta:
        verbose_name = _("bài hướng dẫn")

    @property
    def audience_word(self) -> str:
        """The audience as it stands in addresses."""
        return WORD_OF_AUDIENCE[Audience(self.audience)]

    def numbered(self) -> list[tuple[int, Any]]:
        """The blocks of the body, steps with their number and everything else with 0."""
        numbers = iter(range(1, len(self.body) + 1))
        return [(next(numbers) if block.block_type == "step" else 0, block) for block in self.body]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Context:
        same = GuidePage.objects.sibling_of(self, inclusive=False).filter(audience=self.audience)
        others = list(same.for_cards().order_by("path")[:3])
        return super().get_context(request, *args, **kwargs) | {"others": others, "numbered": self.numbered()}


# --- campaigns -----------------------------------------------------------------------------------------------------------


class CampaignsPage(EditorsPage):
    """All campaigns, those that end last on top."""

    introduction = models.CharField(_("giới thiệu"), max_length=240, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction", widget=AdminAutoHeightTextInput)]
    parent_page_types = ["storefront.HomePage"]
    subpage_types = ["storefront.CampaignPage"]
    max_count = 1
    page_description = _("Danh sách các đợt bán hàng.")
    template = "storefront/pages/campaigns.html"

    class Meta:
        verbose_name = _("trang chiến dịch")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Context:
        after = request.GET.get("sau", "")
        campaigns = CampaignPage.objects.child_of(self).latest_first("until", after)
        return super().get_context(request, *args, **kwargs) | {"campaigns": campaigns}


class CampaignQuerySet(CardQuerySet):
    """Sentences about campaigns."""

    def running(self, first: int | None = None, limit: int = 2) -> list["CampaignPage"]:
        """Those of today, the chosen one first, then those that end soonest; pictures without sizes. 1 query."""
        day = local_day()
        rows = (
            self.live().filter(since__lte=day, until__gte=day).defer_streamfields().select_related("picture")
        )
        chosen = Case(When(pk=first, then=Value(0)), default=Value(1))
        return list(rows.order_by(chosen, "until", "pk")[:limit])


def in_a_month() -> date:
    """Campaigns last a month unless told otherwise."""
    return local_day() + timedelta(days=30)


class CampaignPage(EditorsPage):
    """Some weeks of selling: Tết, the custard apple season. Its last day (`until`) belongs to it."""

    since = models.DateField(_("từ ngày"), default=local_day)
    until = models.DateField(_("đến hết ngày"), default=in_a_month)
    picture = picture_field(_("ảnh bìa"))
    lead = models.CharField(
        _("lời dẫn"), max_length=280, help_text=_("Hai, ba câu; hiện ở trang chủ và khi chia sẻ.")
    )
    body = StreamField(ARTICLE_BLOCKS, blank=True, verbose_name=_("nội dung"))
    objects = PageManager.from_queryset(CampaignQuerySet)()

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel([FieldRowPanel([FieldPanel("since"), FieldPanel("until")])], heading=_("Thời gian")),
        FieldPanel("lead", widget=AdminAutoHeightTextInput),
        FieldPanel("picture"),
        FieldPanel("body"),
    ]
    parent_page_types = ["storefront.CampaignsPage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = _("Một đợt bán hàng có ngày bắt đầu và ngày kết thúc.")
    template = "storefront/pages/campaign.html"

    class Meta:
        verbose_name = _("chiến dịch")
        indexes = [models.Index(fields=["-until"], name="campaign_latest")]

    def clean(self) -> None:
        super().clean()
        if self.since and self.until and self.until < self.since:
            raise ValidationError({"until": _("Ngày kết thúc phải từ ngày bắt đầu trở đi.")})

    @property
    def summary(self) -> str:
        return self.lead

    @property
    def is_coming(self) -> bool:
        return local_day() < self.since

    @property
    def is_over(self) -> bool:
        return local_day() > self.until


# --- the front page and plain pages --------------------------------------------------------------------------------------


class HomePage(EditorsPage):
    """The front page: a greeting, a campaign, kinds of produce, what is in season, shops, stories, reasons to trust."""

    greeting = models.CharField(_("lời chào"), max_length=90, default="Nông sản bản làng, từ tay người trồng")
    introduction = models.CharField(_("giới thiệu"), max_length=240, blank=True)
    campaign = models.ForeignKey(
        CampaignPage, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("chiến dịch đứng đầu"),
        help_text=_("Chỉ hiện trong thời gian của nó. Bỏ trống: chiến dịch sắp hết hạn đứng đầu."),
    )  # fmt: skip
    trust = StreamField(
        [("card", TrustBlock())], blank=True, max_num=6, verbose_name=_("vì sao tin được"),
        help_text=_("Tối đa 6 thẻ. Bỏ trống: ba thẻ có sẵn, có cả tiếng Anh."),
    )  # fmt: skip

    content_panels = [
        *Page.content_panels,
        FieldPanel("greeting"),
        FieldPanel("introduction", widget=AdminAutoHeightTextInput),
        FieldPanel("campaign"),
        FieldPanel("trust"),
    ]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "storefront.StoriesPage",
        "storefront.GuidesPage",
        "storefront.CampaignsPage",
        "storefront.PlainPage",
    ]
    max_count = 1
    template = "storefront/home.html"

    class Meta:
        verbose_name = _("trang chủ")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Context:
        """What buyers see first. 3 queries besides those of shops and goods."""
        campaigns = CampaignPage.objects.running(self.campaign_id)
        stories = StoryPage.objects.latest(3)
        pictures = [page.picture for page in (*campaigns, *stories) if page.picture]
        prefetch_related_objects(pictures, "renditions")
        all_stories = stories[0].list_url(request) if stories else ""
        shown = {"campaigns": campaigns, "stories": stories, "stories_url": all_stories}
        return super().get_context(request, *args, **kwargs) | front_page() | shown


class PlainPage(EditorsPage):
    """A page of words: about us, how to buy, privacy."""

    body = StreamField(PLAIN_BLOCKS, blank=True, verbose_name=_("nội dung"))

    content_panels = [*Page.content_panels, FieldPanel("body")]
    parent_page_types = ["storefront.HomePage", "storefront.PlainPage"]
    page_description = _("Một trang chữ: giới thiệu, quy định, quyền riêng tư.")
    template = "storefront/plain_page.html"

    class Meta:
        verbose_name = _("trang thường")
