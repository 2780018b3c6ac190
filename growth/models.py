"""Roll-ups of sales by place and time, and what a shop sold before it came here."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sellers.models import Shop

COUNTRY = 0
SHOP = 4  # the level below the village


class PlaceDay(models.Model):
    """Sales of one day at one place: the country (level 0, place 0), a province or a commune. Goods in đồng."""

    level = models.PositiveSmallIntegerField()
    place_id = models.BigIntegerField()
    day = models.DateField()
    orders = models.IntegerField(default=0)
    amount = models.BigIntegerField(default=0)
    cashless = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "place_id", "day"], name="place_day_once")]

    def __str__(self) -> str:
        return f"{self.level}/{self.place_id} {self.day}"


class PlaceMonth(models.Model):
    """Sales of one month at one place, villages (level 3) too. `month` is its first day."""

    level = models.PositiveSmallIntegerField()
    place_id = models.BigIntegerField()
    month = models.DateField()
    orders = models.IntegerField(default=0)
    amount = models.BigIntegerField(default=0)
    cashless = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "place_id", "month"], name="place_month_once")
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.place_id} {self.month:%Y-%m}"


class PaidDay(models.Model):
    """How sales of one day were paid, at one place and through one channel: from the country (level 0) to the shop (4).

    Sales and đồng of goods, machine-confirmed, declared by the seller, and cash apart. Folded from `payments.SaleEvent`.
    """

    level = models.PositiveSmallIntegerField()
    place_id = models.BigIntegerField()
    channel = models.CharField(max_length=10)
    day = models.DateField()
    machine = models.BigIntegerField(default=0)
    declared = models.BigIntegerField(default=0)
    cash = models.BigIntegerField(default=0)
    machine_sales = models.IntegerField(default=0)
    declared_sales = models.IntegerField(default=0)
    cash_sales = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "place_id", "day", "channel"], name="paid_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.place_id} {self.day} {self.channel}"


class Baseline(models.Model):
    """What a shop sold online in a period before, to measure growth against. Goods in đồng.

    `measured` comes from the platform, `declared` from the household with a witness and a date.
    Source: domain facts, section 9.
    """

    class Origin(models.TextChoices):
        MEASURED = "measured", _("đo trên nền tảng")
        DECLARED = "declared", _("hộ tự khai")

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="baselines")
    origin = models.CharField(max_length=10, choices=Origin)
    start = models.DateField()
    end = models.DateField()
    amount = models.BigIntegerField()
    orders = models.PositiveIntegerField()
    declared_on = models.DateField(null=True)
    witness = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("mức ban đầu")
        constraints = [
            models.UniqueConstraint(fields=["shop", "start"], name="baseline_once"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="baseline_period"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="baseline_amount"),
            models.CheckConstraint(
                condition=~Q(origin="declared") | Q(declared_on__isnull=False, witness__isnull=False),
                name="baseline_declared_has_witness",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shop} {self.start}"
