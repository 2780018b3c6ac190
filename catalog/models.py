"""What is sold: kinds of produce, products, and the papers that vouch for them."""

from datetime import timedelta
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalog.seasons import ALL_YEAR, in_season, months_of
from catalog.units import NetUnit, Unit, price_for_base, unit_grams
from common.codes import public_code
from common.days import local_day
from common.quantity import show_quantity
from common.words import word_of
from sellers.models import Picture, Shop


class Category(models.Model):
    """A kind of produce, in a tree of few levels."""

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("tên"), max_length=60)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=60)
    folded = models.CharField(max_length=130, editable=False)
    path = models.CharField(max_length=40, unique=True, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    picture = models.ForeignKey(Picture, models.SET_NULL, null=True, blank=True, related_name="+")
    asks = models.JSONField(
        _("hỏi thêm"), default=list, blank=True
    )  # which of Product.ASKED matter for this kind

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("loại hàng")
        verbose_name_plural = _("loại hàng")

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name

    def get_absolute_url(self) -> str:
        return reverse("market:category", args=[self.slug])


class ProductQuerySet(models.QuerySet["Product"]):
    """Sentences about products."""

    def on_sale(self) -> Self:
        """What a buyer may see. Says `live`, because the catalogue's indexes cover live rows only."""
        return self.filter(live=True)

    def harvested_in(self, month: int) -> Self:
        """In season in a month (1 to 12), those of all year included."""
        return self.annotate(season_bit=F("season_mask").bitand(1 << (month - 1))).filter(season_bit__gt=0)

    def for_cards(self) -> Self:
        """With all that a card shows, in 3 queries whatever the number of rows."""
        return self.select_related("shop__village__parent", "picture").prefetch_related("picture__renditions")


class Product(models.Model):
    """Something a shop sells now, in one unit at one price.

    `live` is what buyers may see: published by the farmer, of a shop that is open. The place ids are copies of the
    shop's, written by services alone.
    """

    class Grade(models.TextChoices):
        SPECIAL = "special", _("Loại đặc biệt")
        FIRST = "first", _("Loại 1")
        SECOND = "second", _("Loại 2")
        MIXED = "mixed", _("Hàng xô")

    class Making(models.TextChoices):
        FRESH = "fresh", _("Tươi")
        DRIED = "dried", _("Phơi, sấy khô")
        PROCESSED = "processed", _("Đã chế biến")

    class Keeps(models.TextChoices):
        """How long goods stay good, which limits how they may travel. Source: domain facts, section 6."""

        SAME_DAY = "same_day", _("Ăn trong ngày")
        TWO_DAYS = "two_days", _("Tươi được 2 ngày")
        FIVE_DAYS = "five_days", _("Tươi được 3–5 ngày")
        WEEKS = "weeks", _("Để được vài tuần")
        DRY = "dry", _("Đồ khô, để lâu")

    ASKED = ("variety", "grade", "making", "net")  # what a kind of goods may ask besides name and price

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="products")
    public_code = models.CharField(max_length=10, unique=True, default=public_code, editable=False)
    title = models.CharField(_("tên hàng"), max_length=80)
    folded = models.CharField(max_length=400, editable=False)
    description = models.TextField(_("mô tả"), max_length=2000, blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="products", verbose_name=_("loại hàng")
    )
    unit = models.CharField(_("đơn vị"), max_length=6, choices=Unit, default=Unit.KG)
    price = models.BigIntegerField(_("giá"), help_text=_("đồng cho một đơn vị"))
    step = models.DecimalField(_("bước mua"), max_digits=9, decimal_places=3, default=Decimal(1))
    minimum = models.DecimalField(_("mua ít nhất"), max_digits=9, decimal_places=3, default=Decimal(1))
    counted = models.BooleanField(_("đếm số lượng"), default=True)
    stock = models.DecimalField(_("còn"), max_digits=12, decimal_places=3, default=0)
    variety = models.CharField(_("giống"), max_length=60, blank=True)
    grade = models.CharField(_("phân loại"), max_length=8, choices=Grade, blank=True)
    making = models.CharField(_("tươi hay chế biến"), max_length=10, choices=Making, blank=True)
    net_quantity = models.DecimalField(
        _("mỗi đơn vị nặng"), max_digits=9, decimal_places=3, null=True, blank=True
    )
    net_unit = models.CharField(max_length=4, choices=NetUnit, blank=True)
    keeps = models.CharField(_("để được bao lâu"), max_length=10, choices=Keeps, default=Keeps.WEEKS)
    grams = models.PositiveIntegerField(_("một đơn vị nặng khi gói"), null=True, blank=True)  # None: reckoned
    tolerance = models.PositiveSmallIntegerField(
        _("cân lúc gói, chênh nhiều nhất"), null=True, blank=True
    )  # percent
    gtin = models.CharField(_("mã vạch GTIN"), max_length=14, blank=True)  # 14 digits, zeros in front
    harvest_on = models.DateField(_("ngày thu hoạch hứa"), null=True, blank=True)  # sold before it is picked
    preorder_cap = models.DecimalField(
        _("nhận đặt nhiều nhất"), max_digits=12, decimal_places=3, null=True, blank=True
    )
    season_mask = models.PositiveSmallIntegerField(default=ALL_YEAR)
    cert_mask = models.PositiveIntegerField(default=0, editable=False)
    picture = models.ForeignKey(Picture, models.SET_NULL, null=True, blank=True, related_name="+")
    hidden = models.BooleanField(_("ẩn"), default=False)
    archived_at = models.DateTimeField(null=True, editable=False)
    live = models.BooleanField(default=False, editable=False)
    popularity = models.IntegerField(default=0, editable=False)
    rating_sum = models.PositiveIntegerField(default=0, editable=False)  # stars of all reviews shown
    rating_count = models.PositiveIntegerField(default=0, editable=False)
    province_id = models.BigIntegerField(editable=False)
    commune_id = models.BigIntegerField(editable=False)
    village_id = models.BigIntegerField(editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    objects = ProductQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("hàng")
        verbose_name_plural = _("hàng")
        constraints = [
            models.CheckConstraint(condition=Q(price__gt=0), name="product_price_positive"),
            models.CheckConstraint(condition=Q(stock__gte=0), name="product_stock_not_negative"),
            models.CheckConstraint(condition=Q(step__gt=0, minimum__gt=0), name="product_step_positive"),
            models.CheckConstraint(
                condition=Q(season_mask__gte=0, season_mask__lte=4095), name="product_season_12_bits"
            ),
            models.CheckConstraint(
                condition=Q(live=False) | Q(hidden=False, archived_at__isnull=True),
                name="product_live_is_not_hidden",
            ),
            models.CheckConstraint(
                condition=Q(net_quantity__isnull=True, net_unit="")
                | (Q(net_quantity__gt=0) & ~Q(net_unit="")),
                name="product_net_has_unit",
            ),
            models.CheckConstraint(
                condition=Q(harvest_on__isnull=True)
                | Q(counted=True, preorder_cap__gt=0, preorder_cap__gte=F("stock")),
                name="product_preorder_has_cap",
            ),
        ]
        indexes = [
            models.Index(F("created_at").desc(), F("id").desc(), condition=Q(live=True), name="product_newest"),
            models.Index(F("price"), F("id"), condition=Q(live=True), name="product_cheapest"),
            models.Index(F("popularity").desc(), F("id").desc(), condition=Q(live=True), name="product_popular"),
            models.Index(
                F("category"), F("created_at").desc(), F("id").desc(), condition=Q(live=True), name="product_cat_newest"
            ),
            models.Index(F("category"), F("price"), F("id"), condition=Q(live=True), name="product_cat_cheapest"),
            models.Index(
                F("category"), F("popularity").desc(), F("id").desc(), condition=Q(live=True), name="product_cat_popular"
            ),
            models.Index(
                F("province_id"), F("category"), F("created_at").desc(), F("id").desc(),
                condition=Q(live=True), name="product_prov_cat_newest",
            ),
            models.Index(
                F("province_id"), F("created_at").desc(), F("id").desc(), condition=Q(live=True), name="product_prov_newest"
            ),
            models.Index(
                F("commune_id"), F("created_at").desc(), F("id").desc(), condition=Q(live=True), name="product_comm_newest"
            ),
            models.Index(
                F("category"), F("created_at").desc(), F("id").desc(),
                condition=Q(live=True, cert_mask__gt=0), name="product_cat_with_paper",
            ),
            models.Index(F("shop"), F("created_at").desc(), name="product_of_shop"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("market:product", args=[self.shop.slug, self.public_code])

    @property
    def in_stock(self) -> bool:
        """Whether the smallest order can still be filled."""
        return not self.counted or self.stock >= self.minimum

    @property
    def version(self) -> str:
        """Changes whenever a farmer changes something, never by a sale."""
        return self.updated_at.isoformat()

    @property
    def in_season_now(self) -> bool:
        """Whether this month is one of its season."""
        return in_season(self.season_mask, local_day())

    @property
    def season_months(self) -> list[int]:
        """The months of its season, 1 to 12; all twelve when it is there all year."""
        return months_of(self.season_mask)

    @property
    def all_year(self) -> bool:
        return self.season_mask == ALL_YEAR

    @property
    def is_preorder(self) -> bool:
        """Whether it is sold before its harvest: `stock` is then what is left of `preorder_cap`."""
        return self.harvest_on is not None and self.harvest_on > local_day()

    @property
    def preorders_closed(self) -> bool:
        """Whether it is too near the harvest to order ahead: the farmer plans by what was ordered until then."""
        closes = timedelta(days=settings.PREORDER_CLOSES_DAYS)
        return self.is_preorder and self.harvest_on is not None and self.harvest_on <= local_day() + closes

    @property
    def net_content(self) -> str:
        """What one unit holds, as its label says: "500 ml"; empty where nothing is declared."""
        if self.net_quantity is None:
            return ""
        return f"{show_quantity(self.net_quantity)} {self.get_net_unit_display()}"

    @property
    def base_price(self) -> tuple[int, str] | None:
        """đồng for one kg or one litre, with the unit's word; None where the unit says nothing about the content."""
        return price_for_base(self.price, self.unit, self.net_quantity, self.net_unit)

    def get_unit_display(self) -> str:  # type: ignore[no-redef]  # the plug-in has put Django's own there
        """ "kg", "chai"."""
        return word_of(Unit, self.unit)

    @property
    def unit_grams(self) -> int:
        """What one unit weighs in a parcel, as the farmer says or as is usual."""
        return self.grams or unit_grams(self.unit, self.net_quantity, self.net_unit)

    @property
    def stars(self) -> Decimal | None:
        """The mean of its reviews to one place; None while nobody has reviewed it."""
        if not self.rating_count:
            return None
        return (Decimal(self.rating_sum) / self.rating_count).quantize(Decimal("0.1"))


class Certificate(models.Model):
    """A paper that vouches for a shop or one of its products. Shown only while verified and in date."""

    class Kind(models.TextChoices):
        OCOP_3 = "ocop_3", _("OCOP 3 sao")
        OCOP_4 = "ocop_4", _("OCOP 4 sao")
        OCOP_5 = "ocop_5", _("OCOP 5 sao")
        VIETGAP = "vietgap", _("VietGAP")
        ORGANIC = "organic", _("Hữu cơ")
        GI = "gi", _("Chỉ dẫn địa lý")
        VIETGAHP = "vietgahp", _("VietGAHP")
        GLOBALGAP = "globalgap", _("GLOBALG.A.P.")
        HACCP = "haccp", _("HACCP / ISO 22000")
        FOOD_SAFETY = "food_safe", _("An toàn thực phẩm")
        COLLECTIVE = "collective", _("Nhãn hiệu tập thể")
        GROWING_AREA = "area_code", _("Mã số vùng trồng")

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="certificates")
    product = models.ForeignKey(Product, models.CASCADE, null=True, blank=True, related_name="certificates")
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    number = models.CharField(_("số"), max_length=40)
    issuer = models.CharField(_("nơi cấp"), max_length=120)
    issued_on = models.DateField(_("cấp ngày"), null=True, blank=True)
    valid_until = models.DateField(_("có giá trị đến"))
    evidence = models.ForeignKey(Picture, models.PROTECT, null=True, blank=True, related_name="+")
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True)
    rejected_at = models.DateTimeField(null=True)
    reject_reason = models.CharField(_("lý do không nhận"), max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("giấy chứng nhận")
        constraints = [
            models.UniqueConstraint(fields=["shop", "kind", "number"], name="certificate_once"),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True) | Q(rejected_at__isnull=True),
                name="certificate_decided_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(verified_at__isnull=True, rejected_at__isnull=True),
                name="certificate_waiting",
            ),
            models.Index(fields=["valid_until"], name="certificate_runs_out"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    @property
    def counts(self) -> bool:
        """Whether its badge may be shown today."""
        return self.verified_at is not None and self.valid_until >= local_day()


# The bit of a kind is its place in the list: new kinds go to the end
CERT_BITS = {kind: 1 << position for position, kind in enumerate(Certificate.Kind)}


class Lot(models.Model):
    """One harvest: where it grew, when it was picked. Its code stands on the pack and opens a public page.

    Source: circular 02/2024 on tracing, one step back and one forward (domain facts, section 6).
    """

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="lots")
    product = models.ForeignKey(Product, models.PROTECT, related_name="lots")
    public_code = models.CharField(max_length=10, unique=True, default=public_code, editable=False)
    plot = models.CharField(_("mảnh vườn, thửa ruộng"), max_length=80)
    area_code = models.CharField(_("mã số vùng trồng"), max_length=20, blank=True)
    harvested_on = models.DateField(_("ngày thu hoạch"))
    best_before = models.DateField(_("dùng ngon đến"), null=True, blank=True)
    quantity = models.DecimalField(
        _("được bao nhiêu"), max_digits=12, decimal_places=3, null=True, blank=True
    )
    note = models.CharField(_("ghi thêm"), max_length=300, blank=True)
    picture = models.ForeignKey(Picture, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("lô hàng")
        verbose_name_plural = _("lô hàng")
        constraints = [
            models.CheckConstraint(
                condition=Q(best_before__isnull=True) | Q(best_before__gte=F("harvested_on")),
                name="lot_keeps_after_harvest",
            ),
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | Q(quantity__gt=0), name="lot_quantity_positive"
            ),
        ]
        indexes = [
            models.Index(F("product"), F("harvested_on").desc(), name="lot_of_product"),
            models.Index(F("shop"), F("id").desc(), name="lot_of_shop"),
        ]

    def __str__(self) -> str:
        return self.public_code

    def get_absolute_url(self) -> str:
        return reverse("market:lot", args=[self.public_code])


class Term(models.Model):
    """A word or name that products are found by, for suggestions. Rebuilt by `manage.py catalog_nightly`."""

    class Kind(models.TextChoices):
        TITLE = "title"
        CATEGORY = "category"
        PLACE = "place"

    text = models.CharField(max_length=80)
    folded = models.CharField(max_length=80, unique=True)  # with its LIKE index
    kind = models.CharField(max_length=8, choices=Kind)
    weight = models.IntegerField(default=0)  # how many live products carry it

    def __str__(self) -> str:
        return self.text
