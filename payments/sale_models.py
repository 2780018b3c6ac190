"""Sales whose money is confirmed, as they are told to roll-ups: how they were paid, where, on which day."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.models import Order
from sellers.models import Shop

STALL = "stall"  # the channel of sales at a market stall; orders bring their own


class PaidBy(models.TextChoices):
    """Who says that a sale was paid, and whether by cash. Source: payments reference, section 5."""

    MACHINE = "machine", _("Không tiền mặt, máy xác nhận")
    DECLARED = "declared", _("Không tiền mặt, người bán xác nhận")
    CASH = "cash", _("Tiền mặt")


class SaleEvent(models.Model):
    """What a sale adds to (or, later, takes from) the figures of a day: append-only, the outbox of the roll-ups.

    A sale is an order or a sale at a stall whose price is paid in full; `amount` is goods in đồng, without delivery.
    The events of one sale sum to what it is now: nothing once it was refunded. `day` is the day in Vietnam on which the
    money was complete; places are those of the sale. `folded_at` stays empty until the roll-up has taken the row.
    """

    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="sale_events")
    payment = models.ForeignKey("payments.Payment", models.PROTECT, null=True, related_name="sale_events")
    shop_id = models.BigIntegerField()
    channel = models.CharField(max_length=10)
    paid_by = models.CharField(max_length=8, choices=PaidBy)
    sales = models.SmallIntegerField()
    amount = models.BigIntegerField()
    day = models.DateField()
    province_id = models.BigIntegerField()
    commune_id = models.BigIntegerField()
    village_id = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)
    folded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(order__isnull=False, payment__isnull=True)
                | Q(order__isnull=True, payment__isnull=False),
                name="sale_event_of_one_sale",
            )
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(folded_at__isnull=True), name="sale_event_waiting"),
            models.Index(fields=["shop_id", "day"], name="sale_event_of_shop"),
        ]

    def __str__(self) -> str:
        return f"{self.paid_by} {self.amount:+d}"


class SellerYear(models.Model):
    """What a seller has sold in a calendar year, paid and not refunded, in đồng of goods: kept beside the sale events.

    For the warning before yearly sales reach what is free of tax; compared with the events by a self-check.
    """

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField()
    amount = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "year"], name="seller_year_once")]
        indexes = [models.Index(F("year"), F("amount").desc(), name="seller_year_most")]

    def __str__(self) -> str:
        return f"{self.shop_id} {self.year}: {self.amount}"
