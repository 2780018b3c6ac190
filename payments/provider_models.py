"""What is between the market and a provider: money it pays out to our bank, and when it was asked for what it told us."""

from django.db import models
from django.db.models import Q
from django.template.defaultfilters import floatformat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.money import show_dong

# currencies whose smallest unit is the whole; source: docs.stripe.com/currencies#zero-decimal
WITHOUT_CENTS = frozenset(
    [
        "bif",
        "clp",
        "djf",
        "gnf",
        "jpy",
        "kmf",
        "krw",
        "mga",
        "pyg",
        "rwf",
        "ugx",
        "vnd",
        "vuv",
        "xaf",
        "xof",
        "xpf",
    ]
)


class ProviderPoll(models.Model):
    """Until when a provider's list of events has been read."""

    provider = models.CharField(max_length=12, primary_key=True)
    polled_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.provider} {self.polled_at}"


class ProviderPayout(models.Model):
    """Money that a provider sent to the operator's bank. `amount` is in `currency`'s smallest unit.

    `value` is what it was worth in our books at the provider, `arrived` what the bank got of it; both đồng. One in another
    currency is booked once a person says what arrived.
    """

    class State(models.TextChoices):
        UNDER_WAY = "pending", _("Đang về ngân hàng")
        PAID = "paid", _("Đã về ngân hàng")
        FAILED = "failed", _("Không về được")

    provider = models.CharField(max_length=12)
    ref = models.CharField(max_length=255)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=7, choices=State, default=State.UNDER_WAY)
    value = models.BigIntegerField(null=True)
    arrived = models.BigIntegerField(null=True)
    arrives_at = models.DateTimeField()
    fault = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "ref"], name="provider_payout_once")]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(state="paid", arrived__isnull=True),
                name="provider_payout_to_book",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.state}"

    @property
    def sent(self) -> str:
        """What the provider sent, in its currency, as people write it: 115.000 ₫, 42,50 USD."""
        if self.currency == "vnd":
            return show_dong(self.amount)
        whole = self.currency in WITHOUT_CENTS
        return f"{floatformat(self.amount if whole else self.amount / 100, '0g' if whole else '2g')} {self.currency.upper()}"
