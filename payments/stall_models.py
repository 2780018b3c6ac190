"""Selling at a market stall: market days, the plate with the static code, and single sales."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.codes import long_code
from sellers.models import Shop


class MarketSession(models.Model):
    """A day that a shop sells at a market. Sales are tagged with the one that is open; a shop may do without.

    `name` is what the trader calls the market ("Chợ phiên Đồng Mỏ"), `place` where the stall stands in it.
    """

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="market_sessions")
    name = models.CharField(_("tên chợ"), max_length=60)
    place = models.CharField(_("chỗ ngồi"), max_length=60, blank=True)
    day = models.DateField()  # in Vietnam
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("phiên chợ")
        constraints = [
            models.UniqueConstraint(
                fields=["shop"], condition=Q(closed_at__isnull=True), name="market_session_one_open"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="market_session_closes_after",
            ),
        ]
        indexes = [models.Index(fields=["shop", "-opened_at", "-id"], name="market_session_of_shop")]

    def __str__(self) -> str:
        return f"{self.name} {self.day}"


class StallPlate(models.Model):
    """A plate on the stall with a VietQR that never changes: the shop's account, no amount, `code` as the memo.

    The code is built and found like an order's (`payments.order_codes`). A plate of an account that was closed keeps
    receiving, as the account does.
    """

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="plates")
    account = models.ForeignKey("payments.PaymentAccount", models.PROTECT, related_name="plates")
    code = models.CharField(max_length=16, unique=True)
    label = models.CharField(_("tên mã"), max_length=40, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("mã dán quầy chợ")
        constraints = [models.UniqueConstraint(fields=["account", "label"], name="stall_plate_once")]

    def __str__(self) -> str:
        return self.code


class StallSaleQuerySet(models.QuerySet["StallSale"]):
    """Sentences about sales."""

    def with_money(self) -> Self:
        """With what says how far they are paid."""
        return self.select_related("payment__account", "session")


class StallSale(models.Model):
    """One sale at a stall. What became of its money stands in its payment; it is over when that is confirmed.

    `client_uuid` is the till's name for it: the same one again is the same sale. A sale that only the bank has told us
    of, by a plate's code, has none until the trader enters it. `sold_at` is the trader's time, also when sent later.
    `returned` is what went back to the buyer (đồng): the sum of the sale's refunds that were sent.
    """

    class Method(models.TextChoices):
        QR = "stall", _("Mã QR từng lần")
        PLATE = "plate", _("Mã dán")
        CASH = "cash", _("Tiền mặt")

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ tiền")
        EXPIRED = "expired", _("Mã hết hạn")
        CANCELLED = "cancelled", _("Đã hủy")
        CASH = "cash", _("Tiền mặt")
        SAID = "said", _("Bạn báo đã nhận")
        CAME = "came", _("Tiền đã về")
        RETURNED = "returned", _("Đã trả lại khách")

    key = models.CharField(max_length=32, unique=True, default=long_code, editable=False)
    shop = models.ForeignKey(Shop, models.PROTECT, related_name="stall_sales")
    session = models.ForeignKey(MarketSession, models.SET_NULL, null=True, related_name="sales")
    payment = models.OneToOneField("payments.Payment", models.PROTECT, related_name="stall_sale")
    method = models.CharField(max_length=5, choices=Method)
    amount = models.BigIntegerField(_("số tiền"))
    note = models.CharField(_("ghi chú"), max_length=80, blank=True)
    client_uuid = models.UUIDField(null=True)
    sold_at = models.DateTimeField(default=timezone.now)
    entered_at = models.DateTimeField(default=timezone.now)  # when we heard of it
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    returned = models.BigIntegerField(default=0)
    objects = StallSaleQuerySet.as_manager()

    class Meta:
        verbose_name = _("lần bán tại chợ")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="stall_sale_amount_positive"),
            models.CheckConstraint(condition=Q(returned__gte=0), name="stall_sale_returned_not_negative"),
            models.UniqueConstraint(fields=["shop", "client_uuid"], name="stall_sale_once"),
        ]
        indexes = [
            models.Index(fields=["shop", "-sold_at", "-id"], name="stall_sale_of_shop"),
            models.Index(fields=["session", "-sold_at"], name="stall_sale_of_session"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.method}"

    def get_absolute_url(self) -> str:
        return reverse("stall:sale", args=[self.key])

    @property
    def state(self) -> str:
        """How far it is, from its payment; a code that nobody paid in time has expired but can still be paid."""
        payment = self.payment
        if payment.state == payment.State.CONFIRMED:
            if self.kept <= 0:
                return self.State.RETURNED
            if self.method == self.Method.CASH:
                return self.State.CASH
            return self.State.CAME if payment.by_machine else self.State.SAID
        if self.cancelled_at:
            return self.State.CANCELLED
        late = payment.expires_at is not None and payment.expires_at <= timezone.now()
        if late or payment.state == payment.State.EXPIRED:
            return self.State.EXPIRED
        return self.State.WAITING

    @property
    def kept(self) -> int:
        """đồng that came and did not go back."""
        return self.payment.received - self.returned

    @property
    def worth(self) -> int:
        """đồng that it adds to the day: all that is left of it once money came, else what it was to bring."""
        return self.kept if self.payment.received else self.amount

    @property
    def can_be_returned(self) -> bool:
        """Whether goods of it may still come back: it was paid, and not too long ago."""
        oldest = timezone.now() - timedelta(days=settings.STALL_RETURN_DAYS)
        return self.payment.state == self.payment.State.CONFIRMED and self.kept > 0 and self.sold_at >= oldest

    @property
    def is_waiting(self) -> bool:
        """Whether its code is on the screen for somebody to pay."""
        return self.state == self.State.WAITING

    @property
    def state_words(self) -> str:
        return str(self.State(self.state).label)
