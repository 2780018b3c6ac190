"""What goes wrong after goods were sent, and how it is settled."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.codes import public_code
from sellers.models import Picture, Shop


class Complaint(models.Model):
    """A buyer's report about one order, the seller's answer within a deadline, and an officer's decision if needed.

    Amounts are đồng that go back to the buyer. Nothing of it is ever deleted or rewritten.
    """

    class Kind(models.TextChoices):
        SPOILT = "spoilt", _("Hàng hỏng, dập, thối")
        WRONG = "wrong", _("Sai món, không như mô tả")
        SHORT = "short", _("Thiếu hàng")
        MISSING = "missing", _("Không nhận được hàng")
        RETURN = "return", _("Muốn trả lại hàng")
        OTHER = "other", _("Chuyện khác")

    class State(models.TextChoices):
        OPEN = "open", _("Chờ người bán trả lời")
        ANSWERED = "answered", _("Người bán đã trả lời")
        ESCALATED = "escalated", _("Chờ cán bộ xem")
        SETTLED = "settled", _("Hai bên đã thống nhất")
        DECIDED = "decided", _("Cán bộ đã quyết định")

    public_code = models.CharField(max_length=10, unique=True, default=public_code, editable=False)
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="complaints")
    line = models.ForeignKey("orders.OrderLine", models.PROTECT, null=True, related_name="+")
    shop = models.ForeignKey(Shop, models.PROTECT, related_name="complaints")
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.CharField(max_length=1000)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answer_by = models.DateTimeField()
    answer = models.CharField(max_length=500, blank=True)
    offered = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=500, blank=True)
    awarded = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("khiếu nại")
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state__in=["open", "answered", "escalated"]),
                name="complaint_one_open",
            ),
            models.CheckConstraint(
                condition=Q(offered__isnull=True) | Q(offered__gte=0), name="complaint_offer_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(awarded__isnull=True) | Q(awarded__gte=0), name="complaint_award_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["answer_by"], condition=Q(state="open"), name="complaint_unanswered"),
            models.Index(fields=["shop", "-created_at"], name="complaint_of_shop"),
            models.Index(
                fields=["created_at"], condition=Q(state="escalated"), name="complaint_for_officers"
            ),
        ]

    def __str__(self) -> str:
        return self.public_code

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in (self.State.OPEN, self.State.ANSWERED, self.State.ESCALATED)


class ComplaintPhoto(models.Model):
    """A photo of what arrived. Private: the buyer, the seller and the officer who decides see it."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="photos")
    picture = models.ForeignKey(Picture, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"photo {self.pk}"
