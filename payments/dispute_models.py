"""Money that a buyer's bank takes back, and what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Dispute(models.Model):
    """A charge that a buyer's bank disputes: its money is away from us until the bank decides.

    `amount` and `fee` (what the provider has taken for it so far) are đồng, `held` says whether the money was taken at all:
    a mere question of the bank takes none. `respond_by` (UTC) is when proof must be at the provider. The state is the
    provider's word alone; `owner` and `note` are what the market's people keep of it for themselves.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Đang tranh chấp")
        WON = "won", _("Sàn thắng")
        LOST = "lost", _("Sàn thua")

    receipt = models.ForeignKey("payments.Receipt", models.PROTECT, related_name="disputes")
    provider = models.CharField(max_length=12)
    ref = models.CharField(max_length=255)
    amount = models.BigIntegerField()
    fee = models.BigIntegerField(default=0)
    state = models.CharField(max_length=4, choices=State, default=State.OPEN)
    held = models.BooleanField(default=False)
    reason = models.CharField(max_length=60, blank=True)
    respond_by = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "ref"], name="dispute_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="dispute_amount_positive"),
        ]
        indexes = [
            models.Index(fields=["opened_at"], condition=Q(state="open"), name="dispute_open"),
            models.Index(fields=["-opened_at", "-id"], name="dispute_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.state}"
