"""Accounts that receive, payments that are expected, money that came, and the ledger."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from encrypted_fields.fields import EncryptedCharField

from common.codes import long_code
from orders.models import Order
from sellers.models import Shop


def new_secret() -> str:
    """A secret for signing bank notices, 256 bits."""
    return secrets.token_hex(32)


class PaymentAccount(models.Model):
    """A bank account that buyers transfer to. Set by the shop's owner alone; the number is encrypted at rest."""

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="payment_accounts")
    bank_bin = models.CharField(_("ngân hàng"), max_length=6)
    number = EncryptedCharField(_("số tài khoản"), max_length=255)
    number_end = models.CharField(max_length=4, editable=False)
    holder = models.CharField(_("tên chủ tài khoản"), max_length=80)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("tài khoản nhận tiền")
        constraints = [
            models.UniqueConstraint(
                fields=["shop"], condition=Q(closed_at__isnull=True), name="payment_account_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.bank_bin} …{self.number_end}"


class BankFeed(models.Model):
    """Where a provider tells us of money on one account: an unguessable address and its secrets, two at once."""

    account = models.ForeignKey(PaymentAccount, models.CASCADE, related_name="feeds")
    provider = models.CharField(max_length=12, default="sepay")
    token = models.CharField(max_length=32, unique=True, default=long_code)
    secret = EncryptedCharField(max_length=255, default=new_secret)
    previous_secret = EncryptedCharField(max_length=255, null=True)
    active = models.BooleanField(default=True)
    refused = models.PositiveIntegerField(
        default=0
    )  # deliveries with a wrong signature; nothing else is kept of them

    def __str__(self) -> str:
        return f"{self.provider} {self.account}"

    @property
    def secrets(self) -> list[str]:
        """The secrets valid now, the current one first."""
        return [secret for secret in (self.secret, self.previous_secret) if secret]


class Method(models.TextChoices):
    """Ways to pay."""

    VIETQR = "vietqr", _("Chuyển khoản VietQR")
    COD = "cod", _("Trả tiền khi nhận hàng")


class Payment(models.Model):
    """Money we expect for one order: how much, to which account, under which code, until when."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ tiền")
        CONFIRMED = "confirmed", _("Đã nhận tiền")
        EXPIRED = "expired", _("Hết hạn")
        CANCELLED = "cancelled", _("Đã hủy")

    key = models.CharField(max_length=32, unique=True, default=long_code, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="payments")
    shop_id = models.BigIntegerField()
    account = models.ForeignKey(PaymentAccount, models.PROTECT, null=True, related_name="payments")
    method = models.CharField(max_length=8, choices=Method)
    amount = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    code = models.CharField(max_length=16, unique=True, null=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    expires_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    by_machine = models.BooleanField(default=False)  # a bank's notice said so, not a person
    provider = models.CharField(max_length=12, blank=True)
    provider_ref = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("khoản thanh toán")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, received__gte=0), name="payment_amounts"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False),
                name="payment_confirmed_has_time",
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_ref"],
                condition=~Q(provider_ref=""),
                name="payment_provider_ref_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code or self.method} {self.amount}"

    @property
    def rest(self) -> int:
        """đồng still missing."""
        return max(self.amount - self.received, 0)


class WebhookEvent(models.Model):
    """What a provider sent, raw, once. A second delivery of the same event ends here."""

    feed = models.ForeignKey(BankFeed, models.PROTECT, related_name="events")
    provider = models.CharField(max_length=12)
    event_id = models.CharField(max_length=80)
    body = models.BinaryField()
    at = models.DateTimeField(default=timezone.now)
    processed_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=40, blank=True)  # why a genuine delivery could not be read

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feed", "event_id"], name="webhook_event_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"


class Receipt(models.Model):
    """Money that really came. Never edited except for what it was matched to, never deleted."""

    class State(models.TextChoices):
        MATCHED = "matched", _("Đã khớp")
        UNMATCHED = "unmatched", _("Chưa khớp")
        AMBIGUOUS = "ambiguous", _("Chưa rõ")
        IGNORED = "ignored", _("Bỏ qua")

    class Source(models.TextChoices):
        BANK = "bank", _("Ngân hàng báo")
        SELLER = "seller", _("Người bán báo")
        CASH = "cash", _("Tiền mặt")
        CARRIER = "carrier", _("Hãng giao hàng thu hộ")

    account = models.ForeignKey(PaymentAccount, models.PROTECT, null=True, related_name="receipts")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="receipts")
    source = models.CharField(max_length=8, choices=Source)
    state = models.CharField(max_length=10, choices=State)
    provider = models.CharField(max_length=12, blank=True)
    provider_id = models.CharField(max_length=80, blank=True)
    direction = models.CharField(max_length=3, default="in")
    amount = models.BigIntegerField()
    bank_reference = models.CharField(max_length=100, blank=True)
    memo = models.TextField(blank=True)  # the whole of it: the code may stand anywhere
    booked_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    event = models.ForeignKey(WebhookEvent, models.PROTECT, null=True, related_name="receipts")
    confirms = models.OneToOneField("self", models.PROTECT, null=True, related_name="confirmed_by")

    class Meta:
        verbose_name = _("khoản tiền về")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "account", "provider_id"],
                condition=~Q(provider_id=""),
                name="receipt_once",
            ),
            # ties the webhook and a statement line of the same transfer together, where the bank gives a reference
            models.UniqueConstraint(
                fields=["account", "direction", "booked_at", "amount", "bank_reference"],
                condition=~Q(bank_reference=""),
                name="receipt_fingerprint",
            ),
        ]
        indexes = [models.Index(fields=["account", "state", "-id"], name="receipt_desk")]

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"


class Refund(models.Model):
    """Money that should go back, and how far it got."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Đề nghị hoàn")
        SENT = "sent", _("Đã hoàn")
        WITHDRAWN = "withdrawn", _("Không phải hoàn nữa")  # the buyer owes the money after all

    order = models.ForeignKey(Order, models.PROTECT, related_name="refunds")
    receipt = models.ForeignKey(Receipt, models.PROTECT, null=True, related_name="refunds")
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_positive"),
            models.UniqueConstraint(fields=["receipt", "reason"], name="refund_once_per_receipt"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.reason}"


class Account(models.TextChoices):
    """The ledger's accounts. Debit is plus, credit is minus; a seller's credit is what we owe them."""

    BUYER_FUNDS = "buyer_funds"
    SELLER = "seller"
    COMMISSION = "commission"
    BANK = "bank"
    UNMATCHED = "unmatched"
    CASH_IN_TRANSIT = "cash_in_transit"  # collected by carriers, not yet handed over


class LedgerEntry(models.Model):
    """One booking. Written unposted with its lines, then posted once; the database refuses any change afterwards.

    Triggers (migration 0002) refuse to post fewer than two lines or lines that do not sum to zero.
    A mistake is corrected by a reversing entry. Source: payments reference, section 7.
    """

    key = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=20)
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="ledger_entries")
    actor_id = models.BigIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)
    posted = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.key


class LedgerLine(models.Model):
    """One side of a booking: whole đồng, plus is debit, minus is credit, never zero."""

    entry = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="lines")
    account = models.CharField(max_length=20, choices=Account)
    shop = models.ForeignKey(Shop, models.PROTECT, null=True, related_name="ledger_lines")
    amount = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="ledger_line_not_zero")]
        indexes = [models.Index(fields=["account", "shop"], name="ledger_balance")]

    def __str__(self) -> str:
        return f"{self.account} {self.amount:+d}"
