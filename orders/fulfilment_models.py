"""What happens to single lines of an order: their history, questions to the buyer, and numbers of slips."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from common.codes import long_code
from orders.amounts import line_amount
from orders.states import LineState
from sellers.models import Shop


class LineStep(models.Model):
    """One change of a line: who, for whom, when, why, and the quantity that is paid for before and after."""

    line = models.ForeignKey("orders.OrderLine", models.CASCADE, related_name="steps")
    shop_id = models.BigIntegerField()
    before = models.CharField(max_length=8, choices=LineState, blank=True)
    after = models.CharField(max_length=8, choices=LineState)
    quantity_before = models.DecimalField(max_digits=9, decimal_places=3)
    quantity_after = models.DecimalField(max_digits=9, decimal_places=3)
    at = models.DateTimeField(default=timezone.now)
    actor_id = models.BigIntegerField(null=True)
    on_behalf_of = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class Proposal(models.Model):
    """Something the seller asks the buyer about one line. Without an answer in time it counts as a no.

    `quantity` is in the unit of the product proposed (or of the line), `price` đồng for one unit, `day` the new date.
    """

    class Kind(models.TextChoices):
        SUBSTITUTE = "substitute", _("Thay bằng món khác")
        LATER = "later", _("Để ngày khác")
        HEAVIER = "heavier", _("Nặng hơn nhiều")

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ khách trả lời")
        ACCEPTED = "accepted", _("Khách đồng ý")
        DECLINED = "declined", _("Khách không đồng ý")
        LAPSED = "lapsed", _("Khách không trả lời")

    key = models.CharField(max_length=32, unique=True, default=long_code, editable=False)
    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="proposals")
    line = models.ForeignKey("orders.OrderLine", models.CASCADE, related_name="proposals")
    shop_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=80, blank=True)
    quantity = models.DecimalField(max_digits=9, decimal_places=3, null=True)
    price = models.BigIntegerField(null=True)
    day = models.DateField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField(default=timezone.now)
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    actor_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(state="waiting"), name="proposal_one_waiting"
            ),
            models.CheckConstraint(
                condition=~Q(kind="substitute") | Q(product__isnull=False, quantity__gt=0, price__gt=0),
                name="proposal_substitute_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(kind="later") | Q(day__isnull=False), name="proposal_later_has_day"
            ),
            models.CheckConstraint(
                condition=~Q(kind="heavier") | Q(quantity__gt=0), name="proposal_heavier_has_weight"
            ),
        ]
        indexes = [
            models.Index(fields=["answer_by"], condition=Q(state="waiting"), name="proposal_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def amount(self) -> int:
        """đồng that the goods asked about would cost; 0 where only the day is asked about."""
        return line_amount(self.price or self.line.price, self.quantity) if self.quantity else 0


class SlipSeries(models.Model):
    """The last number of a shop's sale slips. Numbers follow one another without a gap; order codes do not."""

    shop = models.OneToOneField(Shop, models.CASCADE, related_name="slip_series")
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.last)


class OneTap(models.Model):
    """A link by which a seller answers one order without signing in. It dies with the answer, and with time.

    Whoever holds it acts for the seller on this one order, so it goes to the seller's own phone alone.
    """

    key = models.CharField(max_length=32, unique=True, default=long_code, editable=False)
    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="taps")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"tap {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("tap", args=[self.key])

    @property
    def is_open(self) -> bool:
        """Whether it may still be used."""
        return self.used_at is None and timezone.now() < self.expires_at
