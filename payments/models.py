"""Accounts that receive, payments that are expected, money that came, and the ledger."""

import secrets
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from encrypted_fields.fields import EncryptedCharField

from catalog.models import Category
from common.codes import long_code
from orders.models import Order, OrderLine, Purchase
from sellers.models import Shop


def new_secret() -> str:
    """A secret for signing bank notices, 256 bits."""
    return secrets.token_hex(32)


class PaymentAccountQuerySet(models.QuerySet["PaymentAccount"]):
    """Sentences about accounts."""

    def in_use(self, at: datetime | None = None) -> Self:
        """Accounts that buyers are sent to at that time: no longer cooling off, not closed yet."""
        at = at or timezone.now()
        return self.filter(Q(closed_at__isnull=True) | Q(closed_at__gt=at), usable_from__lte=at)


class PaymentAccount(models.Model):
    """A bank account that buyers transfer to; without a shop it is the operator's own, for money that is pooled.

    A shop's is set by its owner alone; the number is encrypted at rest. A changed account counts from `usable_from` on,
    when the one before it closes; until then it can be called off.
    """

    shop = models.ForeignKey(Shop, models.PROTECT, null=True, blank=True, related_name="payment_accounts")
    bank_bin = models.CharField(_("ngân hàng"), max_length=6)
    number = EncryptedCharField(_("số tài khoản"), max_length=255)
    number_end = models.CharField(max_length=4, editable=False)
    holder = models.CharField(_("tên chủ tài khoản"), max_length=80)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    usable_from = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)  # a small test transfer arrived
    test_code = models.CharField(
        max_length=16, unique=True, null=True, editable=False
    )  # the memo of that transfer
    objects = PaymentAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("tài khoản nhận tiền")
        constraints = [
            models.UniqueConstraint(
                fields=["shop"], condition=Q(closed_at__isnull=True), name="payment_account_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.bank_bin} …{self.number_end}"

    @property
    def is_operators(self) -> bool:
        """Whether its money is pooled: whoever runs the market owes it to the sellers."""
        return self.shop_id is None

    @property
    def party(self) -> str:
        """Its name in the ledger."""
        return f"account:{self.pk}"


class BankFeed(models.Model):
    """Where a provider tells us of money on one account: an unguessable address and its secrets, two at once."""

    account = models.ForeignKey(PaymentAccount, models.CASCADE, related_name="feeds")
    provider = models.CharField(max_length=12, default="sepay")
    token = models.CharField(max_length=32, unique=True, default=long_code)
    secret = EncryptedCharField(max_length=255, default=new_secret)
    previous_secret = EncryptedCharField(max_length=255, null=True)
    active = models.BooleanField(default=True)
    api_key = EncryptedCharField(max_length=255, null=True)  # where the provider lists what came
    polled_at = models.DateTimeField(null=True)
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
    """Ways to pay that are our own; providers bring theirs (`payments.methods`)."""

    VIETQR = "vietqr", _("Chuyển khoản VietQR")
    POOLED = "pooled", _("Chuyển khoản VietQR cho sàn")
    COD = "cod", _("Trả tiền khi nhận hàng")
    CASH = "cash", _("Tiền mặt tại chợ")
    STALL = "stall", _("Mã VietQR từng lần bán tại chợ")
    PLATE = "plate", _("Mã VietQR dán ở quầy chợ")


class MethodRule(models.Model):
    """What the operator (no shop) or a shop says of a way to pay: not here, or only between these amounts (đồng)."""

    shop = models.ForeignKey(Shop, models.CASCADE, null=True, blank=True, related_name="method_rules")
    method = models.CharField(_("cách trả tiền"), max_length=12)
    refused = models.BooleanField(_("không nhận"), default=False)
    least = models.BigIntegerField(_("từ"), null=True, blank=True)
    most = models.BigIntegerField(_("đến"), null=True, blank=True)

    class Meta:
        verbose_name = _("quy định cách trả tiền")
        constraints = [
            models.UniqueConstraint(fields=["shop", "method"], name="method_rule_once"),
            models.UniqueConstraint(
                fields=["method"], condition=Q(shop__isnull=True), name="method_rule_of_all_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {'–' if self.refused else '+'}"


NOT_CASHLESS = frozenset({Method.COD, Method.CASH})


class Payment(models.Model):
    """Money we expect: how much, to which account, under which code, until when.

    A payment of several orders at once (pooled, by card) is SHARED and has a part for each order, which carries no code
    of its own; what comes to it is divided among its parts. `provider_ref` is the provider's name for it.
    """

    class State(models.TextChoices):
        CREATED = "created", _("Chưa bắt đầu")
        WAITING = "waiting", _("Chờ tiền")
        PROCESSING = "processing", _("Đang xử lý")
        CONFIRMED = "confirmed", _("Đã nhận tiền")
        EXPIRED = "expired", _("Hết hạn")
        CANCELLED = "cancelled", _("Đã hủy")
        FAILED = "failed", _("Không thành")

    class Purpose(models.TextChoices):
        ORDER = "order", _("Đơn hàng")
        SHARED = "shared", _("Nhiều đơn")
        STALL = "stall", _("Bán tại chợ")
        DEBT = "debt", _("Phí nợ sàn")

    OPEN = (State.CREATED, State.WAITING, State.PROCESSING)

    key = models.CharField(max_length=32, unique=True, default=long_code, editable=False)
    purpose = models.CharField(max_length=8, choices=Purpose, default=Purpose.ORDER)
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="payments")
    purchase = models.ForeignKey(Purchase, models.PROTECT, null=True, related_name="payments")
    shared = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")
    shop_id = models.BigIntegerField(null=True)
    account = models.ForeignKey(PaymentAccount, models.PROTECT, null=True, related_name="payments")
    method = models.CharField(max_length=12)
    amount = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    code = models.CharField(max_length=16, unique=True, null=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    expires_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    by_machine = models.BooleanField(default=False)  # a bank's notice said so, not a person
    provider = models.CharField(max_length=12, blank=True)
    provider_ref = models.CharField(max_length=255, blank=True)
    redirect_url = models.URLField(max_length=2048, blank=True)  # where the buyer pays at the provider's
    fault = models.CharField(max_length=60, blank=True)  # the provider's word for what went wrong
    checked_at = models.DateTimeField(null=True)  # when the provider was asked last
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("khoản thanh toán")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, received__gte=0), name="payment_amounts"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False),
                name="payment_confirmed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(purpose="order", order__isnull=False, shop_id__isnull=False)
                | Q(purpose="shared", order__isnull=True, purchase__isnull=False)
                | Q(purpose__in=("stall", "debt"), order__isnull=True, shop_id__isnull=False),
                name="payment_is_for_something",
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_ref"],
                condition=~Q(provider_ref=""),
                name="payment_provider_ref_once",
            ),
            models.UniqueConstraint(
                fields=["shop_id"],
                condition=Q(purpose="debt", state__in=("created", "waiting", "processing")),
                name="payment_one_open_debt",
            ),
        ]
        indexes = [
            models.Index(
                fields=["provider", "checked_at"], condition=Q(state__in=("waiting", "processing")) & ~Q(provider=""),
                name="payment_to_ask_about",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.code or self.method} {self.amount}"

    @property
    def rest(self) -> int:
        """đồng still missing."""
        return max(self.amount - self.received, 0)

    @property
    def is_open(self) -> bool:
        """Whether we still wait for it."""
        return self.state in self.OPEN

    @property
    def is_cashless(self) -> bool:
        return self.method not in NOT_CASHLESS


class WebhookEvent(models.Model):
    """What a provider sent, raw, once. A second delivery of the same event ends here."""

    feed = models.ForeignKey(BankFeed, models.PROTECT, null=True, related_name="events")
    provider = models.CharField(max_length=12)
    event_id = models.CharField(max_length=255)
    body = models.BinaryField()
    at = models.DateTimeField(default=timezone.now)
    processed_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=40, blank=True)  # why a genuine delivery could not be read

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feed", "event_id"], name="webhook_event_once"),
            models.UniqueConstraint(
                fields=["provider", "event_id"],
                condition=Q(feed__isnull=True),
                name="webhook_event_of_provider_once",
            ),
        ]
        indexes = [
            models.Index(fields=["at"], condition=Q(processed_at__isnull=True), name="webhook_event_left")
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"


class Receipt(models.Model):
    """Money that really came. Never deleted, never edited but for its state; what it pays stands in its allocations.

    For a provider's money `provider_id` names the charge, `fee` is what the provider keeps (đồng), and `settled_*` say in
    what it is paid out: the currency's smallest unit, and the rate. A provider may tell these once, later.
    """

    class State(models.TextChoices):
        MATCHED = "matched", _("Đã khớp")
        UNMATCHED = "unmatched", _("Chưa khớp")
        AMBIGUOUS = "ambiguous", _("Chưa rõ")
        IGNORED = "ignored", _("Bỏ qua")
        RETURNING = "returning", _("Trả lại người gửi")

    class Source(models.TextChoices):
        BANK = "bank", _("Ngân hàng báo")
        STATEMENT = "statement", _("Sao kê ngân hàng")
        SELLER = "seller", _("Người bán báo")
        CASH = "cash", _("Tiền mặt")
        CARRIER = "carrier", _("Hãng giao hàng thu hộ")
        PROVIDER = "provider", _("Cổng thanh toán báo")

    BY_MACHINE = (Source.BANK, Source.STATEMENT, Source.PROVIDER)

    account = models.ForeignKey(PaymentAccount, models.PROTECT, null=True, related_name="receipts")
    source = models.CharField(max_length=9, choices=Source)
    state = models.CharField(max_length=10, choices=State)
    provider = models.CharField(max_length=12, blank=True)
    provider_id = models.CharField(max_length=255, blank=True)
    direction = models.CharField(max_length=3, default="in")
    amount = models.BigIntegerField()
    fee = models.BigIntegerField(default=0)
    settled_amount = models.BigIntegerField(null=True)
    settled_currency = models.CharField(max_length=3, blank=True)
    settled_rate = models.DecimalField(max_digits=20, decimal_places=10, null=True)
    bank_reference = models.CharField(max_length=100, blank=True)
    memo = models.TextField(blank=True)  # the whole of it: the code may stand anywhere
    counterparty = EncryptedCharField(max_length=255, blank=True, null=True)  # who sent it, as the bank says
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
            models.UniqueConstraint(
                fields=["provider", "provider_id"],
                condition=Q(account__isnull=True) & ~Q(provider_id=""),
                name="receipt_of_provider_once",
            ),
            # ties the webhook and a statement line of the same transfer together, where the bank gives a reference
            models.UniqueConstraint(
                fields=["account", "direction", "booked_at", "amount", "bank_reference"],
                condition=~Q(bank_reference=""),
                name="receipt_fingerprint",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "state", "-id"], name="receipt_desk"),
            models.Index(fields=["account", "booked_at"], name="receipt_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"

    @property
    def by_machine(self) -> bool:
        """Whether a bank or a provider said so, not a person."""
        return self.source in self.BY_MACHINE

    @property
    def allocated(self) -> int:
        """đồng of it that pay something already. 1 query."""
        return self.allocations.aggregate(sum=Sum("amount", default=0))["sum"]

    @property
    def rest(self) -> int:
        """đồng of it that pay nothing yet; nothing where it only confirms what a seller had said. 1 query."""
        return 0 if self.confirms_id else self.amount - self.allocated


class Allocation(models.Model):
    """How much of some money that came counts for one payment. Append-only; a receipt may pay several."""

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="allocations")
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="allocations")
    amount = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)
    actor_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="allocation_positive"),
            models.UniqueConstraint(fields=["receipt", "payment"], name="allocation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"


class Refund(models.Model):
    """Money that should go back, and how far it got.

    How it goes: by the seller's own hand, from the operator's bank account (`to_*` scanned from the buyer's VietQR, `code`
    in the memo), or by the provider that took it (to the charge `back_to`, under a `key` kept before it is asked; without
    one somebody did it in the provider's own pages). States and who may take which step: `payments.services.refunds`.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Đề nghị hoàn")
        APPROVED = "approved", _("Đã duyệt")
        SENDING = "sending", _("Đang gửi")
        SENT = "sent", _("Đã hoàn")
        CONFIRMED = "confirmed", _("Khách đã nhận")
        FAILED = "failed", _("Gửi không được")
        WITHDRAWN = "withdrawn", _("Không phải hoàn nữa")  # the buyer owes the money after all

    class Way(models.TextChoices):
        SELLER = "seller", _("Người bán tự trả")
        BANK = "bank", _("Chuyển khoản từ sàn")
        PROVIDER = "provider", _("Qua cổng thanh toán")

    COUNTS = (State.PROPOSED, State.APPROVED, State.SENDING, State.SENT, State.CONFIRMED, State.FAILED)
    PROMISED = (
        State.APPROVED,
        State.SENDING,
        State.SENT,
        State.CONFIRMED,
        State.FAILED,
    )  # booked in the ledger

    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="refunds")
    receipt = models.ForeignKey(Receipt, models.PROTECT, null=True, related_name="refunds")
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    way = models.CharField(max_length=8, choices=Way, default=Way.SELLER)
    code = models.CharField(max_length=16, unique=True, null=True)
    account = models.ForeignKey(
        PaymentAccount, models.PROTECT, null=True, related_name="refunds"
    )  # it leaves from
    to_bank_bin = models.CharField(max_length=6, blank=True)
    to_number = EncryptedCharField(max_length=255, blank=True, null=True)
    to_end = models.CharField(max_length=4, blank=True)
    to_holder = models.CharField(max_length=80, blank=True)
    back_to = models.ForeignKey(Receipt, models.PROTECT, null=True, related_name="sent_back")
    provider = models.CharField(max_length=12, blank=True)
    provider_ref = models.CharField(max_length=255, blank=True)
    key = models.CharField(max_length=60, blank=True)
    checked_at = models.DateTimeField(null=True)  # when the provider was asked last
    tries = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=60, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_positive"),
            models.CheckConstraint(
                condition=Q(order__isnull=False) | Q(receipt__isnull=False), name="refund_of_something"
            ),
            models.UniqueConstraint(fields=["receipt", "reason", "order"], name="refund_once_per_receipt"),
            # one refund at the provider may be parts of several orders that were paid together
            models.UniqueConstraint(
                fields=["provider", "provider_ref", "order"],
                condition=~Q(provider_ref=""),
                name="refund_provider_ref_once",
            ),
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="refund_key_once"),
        ]
        indexes = [models.Index(fields=["state", "created_at"], name="refund_desk")]

    def __str__(self) -> str:
        return f"{self.amount} {self.reason}"


class SellerTaxQuerySet(models.QuerySet["SellerTax"]):
    """Sentences about what sellers are taxed."""

    def untaxed(self) -> Self:
        """Sellers of whom nothing is withheld."""
        return self.filter(Q(withheld=False) | Q(self_produced_unprocessed=True))


class SellerTax(models.Model):
    """What is known of a seller's taxes; sellers without a row are withheld from, where withholding is on.

    Own unprocessed produce is normally outside VAT. Source: domain facts, section 7.4.
    """

    shop = models.OneToOneField(Shop, models.PROTECT, primary_key=True, related_name="tax")
    withheld = models.BooleanField(_("khấu trừ thuế"), default=True)
    self_produced_unprocessed = models.BooleanField(_("tự trồng, chưa chế biến"), default=False)
    note = models.CharField(_("ghi chú"), max_length=200, blank=True)
    objects = SellerTaxQuerySet.as_manager()

    def __str__(self) -> str:
        return f"tax of {self.shop_id}"


class LineRates(models.Model):
    """What a market keeps of one line, frozen when it was sold, in hundredths of a per cent of the goods.

    Only lines that something is kept of have a row. Source: payments reference, section 7.
    """

    line = models.OneToOneField(OrderLine, models.PROTECT, related_name="rates", primary_key=True)
    commission = models.PositiveSmallIntegerField(default=0)
    vat = models.PositiveSmallIntegerField(default=0)
    pit = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.commission}/{self.vat}/{self.pit}"


class Rate(models.Model):
    """A commission or a tax, from a day on: hundredths of a per cent of goods, by kind of seller and category.

    An empty seller kind or category stands for all; the closest row counts. Without rows nothing is kept.
    """

    class Kind(models.TextChoices):
        COMMISSION = "commission", _("Phí sàn")
        VAT = "vat", _("Thuế GTGT")
        PIT = "pit", _("Thuế TNCN")

    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    seller_kind = models.CharField(_("loại người bán"), max_length=20, blank=True)
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+")
    valid_from = models.DateField(_("từ ngày"))
    valid_until = models.DateField(_("đến hết ngày"), null=True, blank=True)
    rate = models.PositiveSmallIntegerField(_("phần vạn"), help_text=_("100 là 1 %"))
    source = models.CharField(_("căn cứ"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("mức phí và thuế")
        constraints = [
            models.CheckConstraint(condition=Q(rate__gt=0, rate__lte=5000), name="rate_in_bounds"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")), name="rate_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.rate / 100:g} %"

    @property
    def seller_kind_words(self) -> str:
        """The kind of seller it is for, as people say it; empty for all."""
        return str(Shop.Kind(self.seller_kind).label) if self.seller_kind in Shop.Kind.values else ""


class Account(models.TextChoices):
    """The ledger's accounts. Debit is plus, credit is minus; a seller's credit is what we owe them."""

    BANK = "bank", _("Ngân hàng")  # party: which account
    STRIPE = "stripe", _("Stripe")
    GATEWAY = "gateway", _("Cổng thanh toán")  # party: which provider
    CASH_IN_TRANSIT = "cash_in_transit", _("Hãng giao hàng giữ")  # party: which carrier
    DISPUTES_HELD = "disputes_held", _("Đang tranh chấp")
    BUYER_FUNDS = "buyer_funds", _("Tiền của khách")
    UNMATCHED = "unmatched", _("Chưa rõ của ai")
    SELLER = "seller", _("Người bán")
    VAT_WITHHELD = "vat_withheld", _("Thuế GTGT đã giữ")
    PIT_WITHHELD = "pit_withheld", _("Thuế TNCN đã giữ")
    REFUNDS_OUT = "refunds_out", _("Đang hoàn cho khách")
    PAYOUTS_OUT = "payouts_out", _("Đang chi trả người bán")
    COMMISSION = "commission", _("Phí sàn")
    FEES = "fees", _("Phí ngân hàng, cổng, hãng")
    FX = "fx", _("Chênh lệch tỷ giá")
    GOODWILL = "goodwill", _("Sàn chịu")
    BAD_DEBT = "bad_debt", _("Nợ không đòi được")


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

    class Meta:
        indexes = [models.Index(fields=["at"], name="ledger_entry_by_day")]
        permissions = [("run_money", "Runs the market's money: desk, refunds, payouts, reconciliation")]

    def __str__(self) -> str:
        return self.key


class SellerBalance(models.Model):
    """What a seller's ledger lines sum to, kept beside them: minus, we owe the seller; plus, the seller owes us.

    Changed by database triggers together with the lines that change it, rebuilt and compared by `ledger_check`.
    """

    shop = models.OneToOneField(Shop, models.PROTECT, primary_key=True, related_name="balance")
    amount = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.amount:+d}"

    @property
    def owed(self) -> int:
        """đồng that we owe the seller; minus: the seller owes us."""
        return -self.amount


class LedgerLine(models.Model):
    """One side of a booking: whole đồng, plus is debit, minus is credit, never zero."""

    entry = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="lines")
    account = models.CharField(max_length=20, choices=Account)
    shop = models.ForeignKey(Shop, models.PROTECT, null=True, related_name="ledger_lines")
    party = models.CharField(max_length=20, blank=True)  # which bank account, provider or carrier
    amount = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="ledger_line_not_zero")]
        indexes = [
            models.Index(fields=["account", "shop"], name="ledger_balance"),
            models.Index(fields=["account", "party"], name="ledger_party"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount:+d}"


# --- each in a file of its own -----------------------------------------------------------------------------------------

from payments.account_models import AccountChange  # noqa: E402
from payments.carrier_models import (  # noqa: E402
    CarrierSettlement,
    CarrierSettlementLine,
    CarrierWriteOff,
    CarrierWriteOffLine,
)
from payments.connect_models import ConnectedAccount, Reversal, Transfer  # noqa: E402
from payments.dispute_models import Dispute  # noqa: E402
from payments.invoice_models import Invoice  # noqa: E402
from payments.payout_models import Payout, PayoutBatch  # noqa: E402
from payments.provider_models import ProviderPayout, ProviderPoll  # noqa: E402
from payments.reconcile_models import Reconciliation  # noqa: E402
from payments.sale_models import PaidBy, SaleEvent, SellerYear  # noqa: E402
from payments.stall_models import MarketSession, StallPlate, StallSale  # noqa: E402
from payments.statement_models import StatementImport, StatementMapping, StatementRow  # noqa: E402

__all__ = [
    "AccountChange",
    "CarrierSettlement",
    "CarrierSettlementLine",
    "CarrierWriteOff",
    "CarrierWriteOffLine",
    "ConnectedAccount",
    "Dispute",
    "Invoice",
    "MarketSession",
    "PaidBy",
    "Payout",
    "PayoutBatch",
    "ProviderPayout",
    "ProviderPoll",
    "Reconciliation",
    "Reversal",
    "SaleEvent",
    "SellerYear",
    "StallPlate",
    "StallSale",
    "StatementImport",
    "StatementMapping",
    "StatementRow",
    "Transfer",
]
