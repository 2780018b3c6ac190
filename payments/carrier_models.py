"""Cash that carriers collected at the door, handed over, or will never hand over. Money in đồng."""

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


class CarrierWriteOff(models.Model):
    """Cash that a carrier collected and will not hand over: the market bears it. `amount` is the sum of its lines.

    Above REFUND_TWO_PEOPLE it waits until somebody else than `made_by` agrees. One that was wrong, because the carrier pays
    after all, is taken back. `key` is the form's: pressing twice makes one.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ người khác duyệt")
        DONE = "done", _("Đã xóa nợ")
        DROPPED = "dropped", _("Không xóa nữa")
        TAKEN_BACK = "taken_back", _("Hãng lại nợ")

    key = models.CharField(max_length=32, unique=True)
    carrier = models.CharField(max_length=12)
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("xóa nợ hãng giao")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="carrier_write_off_amount_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="carrier_write_off_says_why"),
        ]
        indexes = [models.Index(fields=["carrier", "-created_at"], name="carrier_write_off_desk")]

    def __str__(self) -> str:
        return f"{self.carrier} {self.amount} {self.state}"


class CarrierWriteOffLine(models.Model):
    """What of one order's cash is given up."""

    write_off = models.ForeignKey(CarrierWriteOff, models.PROTECT, related_name="lines")
    order = models.ForeignKey(Order, models.PROTECT, related_name="carrier_losses")
    shop_id = models.BigIntegerField()
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["write_off", "order"], name="carrier_write_off_line_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="carrier_write_off_line_positive"),
        ]
        indexes = [models.Index(fields=["shop_id"], name="carrier_loss_of_shop")]

    def __str__(self) -> str:
        return f"{self.amount}"
