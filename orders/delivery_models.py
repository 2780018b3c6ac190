"""How goods travel: the ways a shop or a village offers, and what each costs to where. Rules are rows, not code."""

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from places.models import Place
from sellers.models import Shop

EVERY_DAY = 0b1111111  # Monday is the lowest bit


class DeliveryMethodQuerySet(models.QuerySet["DeliveryMethod"]):
    """Sentences about ways to deliver."""

    def offered_by(self, shop: Shop) -> Self:
        """A shop's own ways and those of its village, as a buyer may choose them."""
        return self.filter(Q(shop=shop) | Q(village=shop.village_id), active=True)


class DeliveryMethod(models.Model):
    """One way goods reach a buyer: of one shop, or of a whole village that packs together."""

    class Kind(models.TextChoices):
        FARM = "farm", _("Đến tận nhà lấy")
        POINT = "point", _("Hẹn lấy ở một chỗ")
        OWN = "own", _("Nhà tự đi giao")
        VILLAGE = "village", _("Gửi chung chuyến với cả bản")
        BUS = "bus", _("Gửi xe khách")
        CARRIER = "carrier", _("Gửi hãng giao hàng")

    PICKED_UP = (Kind.FARM, Kind.POINT)  # the buyer comes: no address, no fee
    PAID_AT_THE_DOOR = (Kind.FARM, Kind.POINT, Kind.OWN, Kind.CARRIER)  # where somebody can take cash

    shop = models.ForeignKey(Shop, models.CASCADE, null=True, blank=True, related_name="delivery_methods")
    village = models.ForeignKey(Place, models.CASCADE, null=True, blank=True, related_name="delivery_methods")
    kind = models.CharField(_("cách giao"), max_length=8, choices=Kind)
    hint = models.CharField(_("chỉ dẫn"), max_length=160, blank=True)
    weekdays = models.PositiveSmallIntegerField(_("những ngày nào"), default=EVERY_DAY)
    days_from = models.PositiveSmallIntegerField(_("sớm nhất sau mấy ngày"), default=1)
    days_to = models.PositiveSmallIntegerField(_("muộn nhất sau mấy ngày"), default=3)
    most_grams = models.PositiveIntegerField(_("nặng nhất"), null=True, blank=True)
    # Of CARRIERS: it can be booked with, and asked for its price where there are no rates
    carrier = models.CharField(_("hãng"), max_length=12, blank=True)
    active = models.BooleanField(_("đang dùng"), default=True)
    position = models.PositiveSmallIntegerField(default=0)
    objects = DeliveryMethodQuerySet.as_manager()

    class Meta:
        verbose_name = _("cách giao hàng")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(shop__isnull=False, village__isnull=True) | Q(shop__isnull=True, village__isnull=False),
                name="delivery_method_has_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(village__isnull=True, kind__in=["farm", "point", "own", "bus", "carrier"])
                | Q(village__isnull=False, kind="village"),
                name="delivery_method_village_kind",
            ),
            models.CheckConstraint(
                condition=Q(weekdays__gte=1, weekdays__lte=EVERY_DAY), name="delivery_method_some_day"
            ),
            models.CheckConstraint(condition=Q(days_from__lte=models.F("days_to")), name="delivery_method_days"),
            models.CheckConstraint(
                condition=Q(carrier="") | Q(kind="carrier"), name="delivery_method_carrier_carries"
            ),
            models.UniqueConstraint(fields=["shop", "kind"], name="delivery_method_once_a_kind"),
            models.UniqueConstraint(fields=["village", "kind"], name="delivery_method_once_a_village"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def at_carriers_price(self) -> bool:
        """Whether the buyer pays what the carrier asks. Uses prefetched rates."""
        return bool(self.carrier) and not self.rates.all()

    @property
    def is_picked_up(self) -> bool:
        """Whether the buyer comes for the goods."""
        return self.kind in self.PICKED_UP


class DeliveryRate(models.Model):
    """What one method costs to one zone: a fee for the first grams, and more for each further kilo begun.

    A zone is a named province or commune, or how near the buyer lives to the shop. The narrowest zone that holds
    the buyer counts; where none does, the method does not go there.
    """

    class Reach(models.IntegerChoices):
        COMMUNE = 2, _("trong xã")
        PROVINCE = 1, _("trong tỉnh")
        COUNTRY = 0, _("cả nước")

    method = models.ForeignKey(DeliveryMethod, models.CASCADE, related_name="rates")
    reach = models.PositiveSmallIntegerField(choices=Reach, null=True, blank=True)
    place = models.ForeignKey(Place, models.CASCADE, null=True, blank=True, related_name="+")
    fee = models.BigIntegerField(_("phí"))
    first_grams = models.PositiveIntegerField(_("cho"), default=2000)
    per_kilo = models.BigIntegerField(_("mỗi kg sau đó"), default=0)
    free_from = models.BigIntegerField(_("miễn phí từ"), null=True, blank=True)

    class Meta:
        verbose_name = _("phí giao hàng")
        constraints = [
            models.CheckConstraint(
                condition=Q(reach__isnull=False, place__isnull=True) | Q(reach__isnull=True, place__isnull=False),
                name="delivery_rate_has_one_zone",
            ),
            models.CheckConstraint(
                condition=Q(fee__gte=0, per_kilo__gte=0, first_grams__gt=0)
                & (Q(free_from__isnull=True) | Q(free_from__gt=0)),
                name="delivery_rate_money",
            ),
            models.UniqueConstraint(fields=["method", "reach"], name="delivery_rate_once_a_reach"),
            models.UniqueConstraint(fields=["method", "place"], name="delivery_rate_once_a_place"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.fee}"

    @property
    def first_kilos(self) -> Decimal:
        """The kilos that the fee alone pays for."""
        return Decimal(self.first_grams) / 1000
