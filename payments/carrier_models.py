"""Cash that carriers collected at the door and handed over. Money in đồng."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.models import Order


class CarrierSettlement(models.Model):
    """A carrier handed cash over: `collected` at doors, less `fee`. `key` is the form's: pressing twice books once.

    `receipt` is the bank's line of it, known when it was written down or tied to it later.
    """

    key = models.CharField(max_length=32, unique=True)
    carrier = models.CharField(max_length=12)
    account = models.ForeignKey("payments.PaymentAccount", models.PROTECT, related_name="carrier_settlements")
    collected = models.BigIntegerField()
    fee = models.BigIntegerField(default=0)
    fee_to_sellers = models.BooleanField(default=False)
    receipt = models.OneToOneField(
        "payments.Receipt", models.PROTECT, null=True, related_name="carrier_settlement"
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("hãng giao nộp tiền")
        constraints = [
            models.CheckConstraint(
                condition=Q(fee__gte=0, collected__gte=0), name="carrier_settlement_amounts"
            )
        ]
        indexes = [models.Index(fields=["carrier", "-created_at"], name="carrier_settlement_desk")]

    def __str__(self) -> str:
        return f"{self.carrier} {self.collected}"

    @property
    def handed_over(self) -> int:
        """đồng that reached the bank."""
        return self.collected - self.fee


class CarrierSettlementLine(models.Model):
    """What a carrier says it collected for one order; nothing for one that was refused at the door."""

    settlement = models.ForeignKey(CarrierSettlement, models.PROTECT, related_name="lines")
    order = models.ForeignKey(Order, models.PROTECT, related_name="carrier_lines")
    shop_id = models.BigIntegerField()
    amount = models.BigIntegerField()
    fee = models.BigIntegerField(default=0)  # this order's share of the settlement's

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["settlement", "order"], name="carrier_line_once"),
            models.CheckConstraint(condition=Q(amount__gte=0, fee__gte=0), name="carrier_line_amounts"),
        ]
        indexes = [models.Index(fields=["shop_id"], name="carrier_line_of_shop")]

    def __str__(self) -> str:
        return f"{self.amount}"
