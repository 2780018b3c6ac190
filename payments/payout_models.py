"""Money of the operator's that goes to sellers, one transfer each, sent to the bank in batches."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sellers.models import Shop


class PayoutBatch(models.Model):
    """Payouts that leave one account of the operator's together, as a file in the layout that its bank reads."""

    account = models.ForeignKey("payments.PaymentAccount", models.PROTECT, related_name="payout_batches")
    layout = models.CharField(_("mẫu tệp"), max_length=12)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    file_made_at = models.DateTimeField(null=True)  # the last time somebody took the file
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("đợt chi trả")

    def __str__(self) -> str:
        return f"{self.layout} {self.created_at:%Y-%m-%d}"


class Payout(models.Model):
    """What the operator owes a seller, on its way to the seller's account. States: `payments.services.payouts`.

    The money has left the seller's balance from `approved` on and comes back with `returned` or `cancelled`. `drafted_by`
    is empty for drafts of the timer. `line` is the bank's line of money that went out, `return_line` of money that came
    back; both carry `code` in the memo.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Chờ duyệt")
        APPROVED = "approved", _("Đã duyệt, chờ gửi")
        SENT = "sent", _("Đã gửi ngân hàng")
        SETTLED = "settled", _("Người bán đã nhận")
        RETURNED = "returned", _("Ngân hàng trả lại")
        CANCELLED = "cancelled", _("Đã hủy")

    UNDER_WAY = (State.APPROVED, State.SENT)  # taken from the seller, still in the operator's bank

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="payouts")
    account = models.ForeignKey("payments.PaymentAccount", models.PROTECT, related_name="payouts")
    amount = models.BigIntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    code = models.CharField(max_length=16, unique=True)
    batch = models.ForeignKey(PayoutBatch, models.PROTECT, null=True, related_name="payouts")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    line = models.OneToOneField("payments.Receipt", models.PROTECT, null=True, related_name="settles_payout")
    return_line = models.OneToOneField(
        "payments.Receipt", models.PROTECT, null=True, related_name="returns_payout"
    )
    fault = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # returned or cancelled

    class Meta:
        verbose_name = _("khoản chi trả")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payout_positive"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | Q(drafted_by__isnull=True) | ~Q(approved_by=F("drafted_by")),
                name="payout_two_people",
            ),
            models.UniqueConstraint(fields=["shop"], condition=Q(state="draft"), name="payout_one_draft"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["state", "created_at"], name="payout_desk"),
            models.Index(fields=["shop", "-created_at"], name="payout_of_shop"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.amount}"
