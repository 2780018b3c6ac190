"""Sellers' own accounts at a provider, and the parts of charges that are given to them and taken back.

Source: payments reference, section 4 (Sellers).
"""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sellers.models import Shop


class ConnectedAccount(models.Model):
    """A seller's account at a provider. `can_be_paid` is the provider's word of `checked_at`: what arrives can leave again.

    `ref` is empty until the provider has opened it; `key` makes sure that it opens one only.
    """

    shop = models.OneToOneField(Shop, models.PROTECT, related_name="connected_account")
    provider = models.CharField(max_length=12)
    key = models.CharField(max_length=60)
    ref = models.CharField(max_length=255, blank=True)
    can_be_paid = models.BooleanField(default=False)
    submitted = models.BooleanField(default=False)  # the seller has filled everything in once
    due = models.JSONField(default=list)  # what the provider still wants, in its words
    reason = models.CharField(max_length=100, blank=True)  # why it is closed, in the provider's word
    created_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "ref"], condition=~Q(ref=""), name="connected_account_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} of {self.shop_id}"


class Transfer(models.Model):
    """A seller's part of a charge, given to their account at the provider. `amount` and `reversed` are đồng.

    `key` is kept before the provider is asked: after silence the same one asks again, after a refusal another one does.
    It is booked when it starts, so that a payout cannot take the same money, and booked back if it is refused.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Sắp chuyển")
        SENDING = "sending", _("Đang chuyển")
        SENT = "sent", _("Đã chuyển")
        FAILED = "failed", _("Chuyển không được")
        REVERSED = "reversed", _("Đã lấy lại")

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="transfers")
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="transfers")
    receipt = models.ForeignKey("payments.Receipt", models.PROTECT, related_name="transfers")
    account = models.ForeignKey(ConnectedAccount, models.PROTECT, related_name="transfers")
    amount = models.BigIntegerField()
    reversed = models.BigIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    ref = models.CharField(max_length=255, blank=True)
    key = models.CharField(max_length=60, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    tried_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, reversed__gte=0, reversed__lte=F("amount")), name="transfer_amounts"
            ),
            models.UniqueConstraint(fields=["order", "receipt"], name="transfer_once"),
        ]
        indexes = [
            models.Index(
                fields=["tried_at"],
                condition=Q(state__in=("planned", "sending", "failed")),
                name="transfer_to_send",
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"


class Reversal(models.Model):
    """A part of a transfer that is taken back because the buyer's money goes back. `amount` is đồng.

    Until it succeeds the seller owes it, as the ledger says.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Sắp lấy lại")
        SENT = "sent", _("Đã lấy lại")
        FAILED = "failed", _("Chưa lấy lại được")

    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="reversals")
    amount = models.BigIntegerField()
    state = models.CharField(max_length=7, choices=State, default=State.PLANNED)
    ref = models.CharField(max_length=255, blank=True)
    key = models.CharField(max_length=60, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    tried_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="reversal_amount_positive")]
        indexes = [
            models.Index(
                fields=["tried_at"], condition=Q(state__in=("planned", "failed")), name="reversal_to_send"
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"
