"""What people noted of days on which an account was compared with the books."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Reconciliation(models.Model):
    """One account on one day in Vietnam: what the bank moved, what the ledger booked, who looks into the difference.

    All sums in đồng, money in less money out. The figures are those of the moment somebody last saved or closed it; pages
    compare them with the figures of now. `bank_balance` is the closing balance read off the bank's own page, if anybody did.
    """

    account = models.ForeignKey("payments.PaymentAccount", models.PROTECT, related_name="reconciliations")
    day = models.DateField(_("ngày"))
    expected = models.BigIntegerField()  # by the bank's lines
    found = models.BigIntegerField()  # by the ledger's
    difference = models.BigIntegerField()
    bank_balance = models.BigIntegerField(_("số dư cuối ngày ở ngân hàng"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)
    saved_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "day"], name="reconciliation_once"),
            models.CheckConstraint(
                condition=Q(difference=F("found") - F("expected")), name="reconciliation_difference"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(difference=0) | ~Q(note=""),
                name="reconciliation_closed_says_why",
            ),
        ]
        indexes = [models.Index(fields=["day", "account"], name="reconciliation_by_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.difference:+d}"
