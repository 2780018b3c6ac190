"""Shops, what stands on their page, who may work in them, and the pictures they show."""

import secrets
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    Task,
    TaskState,
    WorkflowMixin,
)

from common.codes import long_code, public_code
from common.days import local_day
from places.access import holders, holds
from places.models import Place, Role
from sellers import themes
from sellers.blocks import COUNTS, MOST_BLOCKS, SHOP_BLOCKS


class Picture(AbstractImage):
    """A cleaned photo: no metadata, at most 1280 px, its sizes made at upload (see photos.py)."""

    class Purpose(models.TextChoices):
        EDITORS = "editors", _("Biên tập")
        SHOP = "shop", _("Gian hàng")
        PRODUCT = "product", _("Hàng hóa")
        EVIDENCE = "evidence", _("Giấy tờ riêng")
        REVIEW = "review", _("Ảnh của khách")

    shop = models.ForeignKey("sellers.Shop", models.CASCADE, null=True, blank=True, related_name="pictures")
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.EDITORS)
    ready = models.BooleanField(default=False, editable=False)  # every size has been made

    admin_form_fields = ("title", "file", "description", "collection", "tags")
    search_auto_update = False  # Wagtail's database search walks its whole index at every save
    wagtail_reference_index_ignore = True

    class Meta(AbstractImage.Meta):
        verbose_name = _("ảnh")
        verbose_name_plural = _("ảnh")

    def get_upload_to(self, filename: str) -> str:
        """A random name: a person's file name may tell more than they meant to."""
        return f"anh/{timezone.now():%Y/%m}/{secrets.token_urlsafe(12)}.jpg"


class PictureRendition(AbstractRendition):
    """One size of a picture. Made by a task at upload, never by a page."""

    image = models.ForeignKey(Picture, models.CASCADE, related_name="renditions")
    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="rendition_once")
        ]

    def get_upload_to(self, filename: str) -> str:
        """Beside its original, under a name that differs whenever the picture does."""
        extension = filename.rpartition(".")[2]
        return f"anh/nho/{self.image_id}-{secrets.token_urlsafe(8)}.{extension}"


class ShopQuerySet(models.QuerySet["Shop"]):
    """Sentences about shops."""

    def live(self) -> Self:
        """What buyers may see."""
        return self.filter(status=Shop.Status.LIVE)

    def within(self, place: Place) -> Self:
        """Shops of a place and everything below it."""
        return self.filter(place_path__startswith=place.path)

    def of_path(self, path: str) -> Self:
        """Shops at or below a path."""
        return self.filter(place_path__startswith=path)


class Shop(models.Model):
    """A household, household business or co-operative that sells. Business facts only; its page is `ShopFront`.

    `province_id`, `commune_id` and `place_path` are copies of the village's, written by services alone.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Đang soạn")
        REVIEW = "review", _("Chờ duyệt")
        LIVE = "live", _("Đang bán")
        PAUSED = "paused", _("Tạm dừng")
        CLOSED = "closed", _("Đã đóng")

    class Opening(models.TextChoices):
        OPEN = "open", _("Đang mở cửa")
        HOLIDAY = "holiday", _("Nghỉ mấy ngày")
        PAUSED = "paused", _("Tạm nghỉ bán")

    class Kind(models.TextChoices):
        HOUSEHOLD = "household", _("Hộ gia đình")
        HOUSEHOLD_BUSINESS = "household_business", _("Hộ kinh doanh")
        COOPERATIVE = "cooperative", _("Hợp tác xã")

    public_code = models.CharField(max_length=10, unique=True, default=public_code, editable=False)
    slug = models.SlugField(_("địa chỉ"), max_length=80, unique=True)
    name = models.CharField(_("tên gian hàng"), max_length=80)
    folded = models.CharField(max_length=80, editable=False)
    kind = models.CharField(_("loại hình"), max_length=20, choices=Kind, default=Kind.HOUSEHOLD)
    tax_number = models.CharField(_("mã số thuế"), max_length=16, blank=True)
    village = models.ForeignKey(Place, models.PROTECT, related_name="shops")
    province_id = models.BigIntegerField(editable=False)
    commune_id = models.BigIntegerField(editable=False)
    place_path = models.CharField(max_length=40, editable=False, db_index=True)  # with its LIKE index
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="owned_shops"
    )
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    status = models.CharField(_("trạng thái"), max_length=10, choices=Status, default=Status.DRAFT)
    pause_reason = models.CharField(_("lý do tạm dừng"), max_length=200, blank=True)
    opening = models.CharField(_("mở cửa"), max_length=8, choices=Opening, default=Opening.OPEN)
    away_from = models.DateField(_("nghỉ từ ngày"), null=True, blank=True)
    away_until = models.DateField(_("nghỉ đến hết ngày"), null=True, blank=True)
    away_note = models.CharField(_("nhắn khách"), max_length=120, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True, editable=False)
    popularity = models.IntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    objects = ShopQuerySet.as_manager()

    class Meta:
        verbose_name = _("gian hàng")
        verbose_name_plural = _("gian hàng")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="live") | Q(verified_at__isnull=False, owner__isnull=False),
                name="shop_live_is_verified_and_owned",
            ),
            models.CheckConstraint(
                condition=~Q(opening="holiday")
                | Q(away_from__isnull=False, away_until__isnull=False, away_until__gte=F("away_from")),
                name="shop_holiday_has_its_days",
            ),
        ]
        indexes = [
            models.Index(fields=["village", "status"], name="shop_queue"),
            models.Index(fields=["province_id", "-created_at"], name="shop_of_province"),
            models.Index(
                F("popularity").desc(), F("id").desc(), condition=Q(status="live"), name="shop_popular"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("market:shop", args=[self.slug])

    @property
    def is_live(self) -> bool:
        return self.status == self.Status.LIVE

    @property
    def page_tag(self) -> str:
        """What every public page that shows this shop's own words is known by in caches."""
        return f"shop-{self.public_code}"

    @property
    def is_away(self) -> bool:
        """Whether the household rests today: paused by itself, or within the days of a holiday."""
        if self.opening == self.Opening.HOLIDAY and self.away_from and self.away_until:
            return self.away_from <= local_day() <= self.away_until
        return self.opening == self.Opening.PAUSED

    @property
    def takes_orders(self) -> bool:
        """Whether buyers may order now. A resting shop stays on the market to be looked at."""
        return self.is_live and not self.is_away


class ShopSlug(models.Model):
    """Every address a shop ever had. Old ones redirect for ever: they stand on printed posters."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="slugs")
    slug = models.SlugField(max_length=80, unique=True)
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.slug


class ShopFront(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, models.Model):
    """What a shop's page says. The row holds what is published; drafts are revisions."""

    shop = models.OneToOneField(Shop, models.CASCADE, related_name="front")
    tagline = models.CharField(_("một câu giới thiệu"), max_length=120, blank=True)
    cover = models.ForeignKey(
        Picture, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ảnh bìa")
    )
    logo = models.ForeignKey(
        Picture, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("biểu trưng")
    )
    theme = models.CharField(_("kiểu trang"), max_length=10, choices=themes.CHOICES, default=themes.DEFAULT)
    body = StreamField(
        SHOP_BLOCKS, blank=True, max_num=MOST_BLOCKS, block_counts=COUNTS, verbose_name=_("nội dung")
    )
    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="shop_front")
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="shop_front",
        for_concrete_model=False,
    )

    panels = [
        FieldPanel("tagline"),
        FieldPanel("theme"),
        FieldPanel("cover"),
        FieldPanel("logo"),
        FieldPanel("body"),
    ]
    search_auto_update = False
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("trang gian hàng")
        verbose_name_plural = _("trang gian hàng")

    def __str__(self) -> str:
        return self.shop.name

    @property
    def revisions(self) -> models.QuerySet:
        return self._revisions

    def publish(self, revision: Any, user: Any = None, **options: Any) -> Any:
        """Put a revision online. Asked by the review workflow, whose task has decided who may; the admin's own
        button checks Wagtail's permission before it comes here."""
        return super().publish(revision, user=user, **options | {"skip_permission_checks": True})

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        return "storefront/shop.html"

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        goods = self.shop.products.filter(archived_at=None, hidden=False).order_by("-created_at")
        products = list(goods.select_related("picture").prefetch_related("picture__renditions")[:60])
        for product in products:
            product.shop = self.shop
        certificates = self.shop.certificates.filter(
            verified_at__isnull=False, valid_until__gte=local_day(), product=None
        )
        return {
            "shop": self.shop,
            "front": self,
            "products": products,
            "certificates": certificates,
            "is_preview": True,
        }


class ShopMember(models.Model):
    """Somebody who works in a shop in their own right."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Chủ")
        HELPER = "helper", _("Người giúp")

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.OWNER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "user"], name="shop_member_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.shop}"


class Scope(models.TextChoices):
    """What a farmer may let somebody else do. Never bank details, payouts, the phone or consent itself."""

    PAGE = "page", _("Trang gian hàng")
    PRODUCTS = "products", _("Đăng và sửa hàng")
    ORDERS = "orders", _("Xác nhận đơn")


def a_year_from_now() -> Any:
    """Consent lasts 12 months at most. Source: personal data law 91/2025: specific, provable, withdrawable."""
    return timezone.now() + timedelta(days=365)


class ConsentQuerySet(models.QuerySet["Consent"]):
    """Sentences about consent."""

    def in_force(self) -> Self:
        """Given, not run out, not withdrawn."""
        return self.filter(granted_at__isnull=False, revoked_at__isnull=True, expires_at__gt=timezone.now())


class Consent(models.Model):
    """A farmer's leave for one agent to work in one shop.

    Asked for first (`granted_at` empty), then given by a code on the farmer's phone, or on paper countersigned by
    another official. The code itself is kept as a keyed hash only.
    """

    class Method(models.TextChoices):
        CODE = "code", _("Mã gửi đến điện thoại")
        PAPER = "paper", _("Giấy có chữ ký")

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="consents")
    farmer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="consents_given")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="consents_held")
    scopes = models.JSONField(default=list)
    method = models.CharField(max_length=10, choices=Method, default=Method.CODE)
    text_version = models.CharField(max_length=20, default="2026-11")
    evidence = models.ForeignKey(Picture, models.PROTECT, null=True, blank=True, related_name="+")
    countersigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    code_hash = models.CharField(max_length=64, blank=True)
    code_sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(default=timezone.now)
    granted_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(default=a_year_from_now)
    revoked_at = models.DateTimeField(null=True)
    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "agent"], condition=Q(revoked_at__isnull=True), name="consent_open_once"
            ),
            models.CheckConstraint(
                condition=~Q(method="paper") | Q(granted_at__isnull=True) | Q(countersigned_by__isnull=False),
                name="consent_paper_is_countersigned",
            ),
            models.CheckConstraint(condition=~Q(farmer=F("agent")), name="consent_is_for_another"),
        ]

    def __str__(self) -> str:
        return f"{self.farmer} → {self.agent}"

    @property
    def is_in_force(self) -> bool:
        return bool(self.granted_at and not self.revoked_at and self.expires_at > timezone.now())


class Visit(models.Model):
    """One door-to-door visit and what came of it. Kept two years."""

    class Outcome(models.TextChoices):
        OPENED = "opened", _("Đã mở gian hàng")
        LATER = "later", _("Hẹn lần sau")
        NO = "no", _("Không tham gia")
        ABSENT = "absent", _("Vắng nhà")
        HELPED = "helped", _("Giúp bán hàng")

    public_code = models.CharField(max_length=32, unique=True, default=long_code, editable=False)
    village = models.ForeignKey(Place, models.PROTECT, related_name="visits")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="visits")
    shop = models.ForeignKey(Shop, models.SET_NULL, null=True, blank=True, related_name="visits")
    household = models.CharField(_("tên chủ hộ"), max_length=80)
    outcome = models.CharField(_("kết quả"), max_length=10, choices=Outcome)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("lượt đến nhà")
        indexes = [models.Index(fields=["village", "-at"], name="visit_of_village")]

    def __str__(self) -> str:
        return f"{self.household} {self.at:%d/%m/%Y}"


class VillageHeadTask(Task):
    """The village head looks at a shop page before buyers do; the commune officer where the village has no head."""

    class Meta:
        verbose_name = _("duyệt của trưởng thôn")

    def may_decide(self, front: ShopFront, user: Any) -> bool:
        """The head of the shop's village, or the commune officer if nobody holds that role.

        Author and approver differ, unless the farmer wrote it.
        """
        path = front.shop.place_path
        revision = front.latest_revision
        wrote_it = revision is not None and revision.user_id == user.pk and front.shop.owner_id != user.pk
        if wrote_it:
            return False
        if holds_exactly(user, path, Role.HEAD):
            return True
        return not holders(path, Role.HEAD).exists() and holds(user, path, Role.COMMUNE_OFFICER)

    def user_can_access_editor(self, obj: ShopFront, user: Any) -> bool:
        return self.may_decide(obj, user)

    def locked_for_user(self, obj: ShopFront, user: Any) -> bool:
        return not self.may_decide(obj, user)

    def get_actions(self, obj: ShopFront, user: Any) -> list[tuple[str, Any, bool]]:
        if not self.may_decide(obj, user):
            return []
        return [("reject", _("Trả lại để sửa"), True), ("approve", _("Duyệt"), False)]

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> models.QuerySet[TaskState]:
        """None in the admin: the queue of a million shops is listed from `Shop.status` on the head's own page."""
        return TaskState.objects.none()

    @classmethod
    def get_description(cls) -> Any:
        return _("Trưởng thôn của gian hàng duyệt; thôn chưa có trưởng thì cán bộ xã duyệt.")


def holds_exactly(user: Any, path: str, role: str) -> bool:
    """Whether the person holds the role at this very place."""
    return holders(path, role).filter(pk=user.pk).exists()
