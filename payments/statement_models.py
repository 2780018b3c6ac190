"""Bank statements that people bring as files: how a bank's columns are read, and what became of every line."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from encrypted_fields.fields import EncryptedCharField, EncryptedTextField


class StatementMapping(models.Model):
    """How the statements of one account are read, as a person put it right the last time: the next file begins with it.

    `columns` are the keywords of `payments.statements.Mapping`, `header` the headings they were found under: other headings
    are another layout, and are guessed anew.
    """

    account = models.OneToOneField(
        "payments.PaymentAccount", models.CASCADE, related_name="statement_mapping"
    )
    bank_bin = models.CharField(max_length=6)
    header = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["bank_bin", "-saved_at"], name="statement_mapping_of_bank")]

    def __str__(self) -> str:
        return self.bank_bin


class StatementImport(models.Model):
    """One file: first looked at, then taken over once. Its lines stay, so that everybody can see what each became."""

    class State(models.TextChoices):
        PREVIEW = "preview", _("Đang xem trước")
        COMMITTED = "committed", _("Đã nhập")

    account = models.ForeignKey("payments.PaymentAccount", models.PROTECT, related_name="statements")
    file_name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)  # SHA-256 of the file
    state = models.CharField(max_length=9, choices=State, default=State.PREVIEW)
    header = models.JSONField(default=list)
    columns = models.JSONField(
        default=dict
    )  # keywords of the Mapping its lines were read by; empty: not known yet
    content = EncryptedTextField(blank=True, null=True)  # the file in base64, until its lines are taken over
    skipped = models.PositiveIntegerField(default=0)  # totals, balances, signatures
    counts = models.JSONField(default=dict)  # how many lines have which result
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    committed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="committed") | Q(committed_at__isnull=False), name="statement_has_time"
            )
        ]
        indexes = [models.Index(fields=["account", "-id"], name="statement_latest")]

    def __str__(self) -> str:
        return self.file_name


class StatementRow(models.Model):
    """A line of a statement and its result: before taking over, what it would become.

    `amount` is đồng above zero; a line that cannot be read has none, and a sentence in `fault`.
    """

    class Result(models.TextChoices):
        MATCHED = "matched", _("Mới, đã khớp đơn")
        UNMATCHED = "unmatched", _("Mới, chưa khớp")
        DOUBTFUL = "doubtful", _("Mới, có thể trùng")
        OUTGOING = "outgoing", _("Tiền ra")
        KNOWN = "known", _("Đã có trong sổ")
        ERROR = "error", _("Không đọc được")

    statement = models.ForeignKey(StatementImport, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()  # as a spreadsheet counts
    result = models.CharField(max_length=9, choices=Result)
    direction = models.CharField(max_length=3, blank=True)
    amount = models.BigIntegerField(null=True)
    balance = models.BigIntegerField(null=True)  # of the account behind this line, where the bank prints one
    booked_at = models.DateTimeField(null=True)
    timed = models.BooleanField(default=False)
    memo = models.TextField(blank=True)
    bank_reference = models.CharField(max_length=100, blank=True)
    counterparty = EncryptedCharField(max_length=255, blank=True, null=True)
    key = models.CharField(max_length=40, blank=True)
    fault = models.CharField(max_length=200, blank=True)
    column = models.PositiveSmallIntegerField(null=True)  # of the cell at fault, from 0
    taken = models.BooleanField(default=False)  # its result is what happened, no longer what would
    receipt = models.ForeignKey("payments.Receipt", models.PROTECT, null=True, related_name="statement_rows")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "number"], name="statement_row_once"),
            models.CheckConstraint(
                condition=Q(result="error") | Q(amount__gt=0, booked_at__isnull=False),
                name="statement_row_read_or_refused",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.result}"
