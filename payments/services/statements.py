"""Statements that people bring as files: looked at first, then taken over line by line through the same core as notices.

Source: payments reference, section 3.
"""

import base64
import hashlib
import logging
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from io import BytesIO
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import audit
from common.actors import Actor
from payments.errors import StaffOnly, WrongStep
from payments.models import (
    Payment,
    PaymentAccount,
    Receipt,
    StatementImport,
    StatementMapping,
    StatementRow,
)
from payments.order_codes import find_codes
from payments.providers.base import Direction, Notice
from payments.services.notices import keep_and_match, known_transfer, looks_alike
from payments.statements import Mapping as Columns
from payments.statements import RowError, Sheet, StatementLine, read_lines, read_sheet
from sellers.access import Do, can

log = logging.getLogger("cho_ban.payments")
PROVIDER = "statement"  # stands in a receipt where other sources have their provider's name
SECONDS = 20  # of one press; what is left then is taken over with the next
BATCH = 200
Result = StatementRow.Result


def may_bring(account: PaymentAccount, by: User) -> bool:
    """Whether the person brings statements of this account: its seller, or whoever runs the market's money."""
    if by.has_perm("payments.run_money"):
        return True
    return account.shop is not None and can(by, Do.SEE_MONEY, account.shop)


def look_at_statement(account: PaymentAccount, file: BinaryIO, name: str, *, by: User) -> StatementImport:
    """Keep a file and read its lines, by the columns a person settled for such headings before, else by our guess.

    No receipt is made yet. Where the columns cannot be told, `columns` is empty and a person says them.
    Raises StaffOnly, BadSheet.
    """
    if not may_bring(account, by):
        raise StaffOnly
    content = file.read()
    sheet = read_sheet(BytesIO(content), name)
    columns = _settled_before(account, sheet) or (asdict(sheet.mapping) if sheet.mapping else {})
    with transaction.atomic():
        statement = StatementImport.objects.create(
            account=account, file_name=name[-120:], digest=hashlib.sha256(content).hexdigest(), header=sheet.header,
            content=base64.b64encode(content).decode(), columns=columns, by=by,
        )  # fmt: skip
        if columns:
            _read(statement, sheet)
    return statement


def _settled_before(account: PaymentAccount, sheet: Sheet) -> dict[str, object] | None:
    """The columns that were settled for the same headings: of this account, else of its bank."""
    if not sheet.header_ends:
        return None
    rows = StatementMapping.objects.filter(bank_bin=account.bank_bin).order_by("-saved_at")[:50]
    fitting = [row for row in rows if row.header == sheet.header]
    own = [row for row in fitting if row.account_id == account.pk]
    return next((row.columns for row in [*own, *fitting]), None)


def set_columns(statement_id: int, columns: Columns, *, by: User) -> StatementImport:
    """Read a statement's lines anew by other columns. Raises StaffOnly, WrongStep once lines have been taken over."""
    with transaction.atomic():
        statement = _lock(statement_id, by)
        if not statement.content or statement.rows.filter(taken=True).exists():
            raise WrongStep
        statement.columns = asdict(columns)
        sheet = read_sheet(BytesIO(base64.b64decode(statement.content)), statement.file_name)
        statement.rows.all().delete()
        _read(statement, sheet)
    return statement


def _lock(statement_id: int, by: User) -> StatementImport:
    rows = StatementImport.objects.select_for_update(of=("self",)).select_related("account__shop")
    statement = rows.get(pk=statement_id)
    if not may_bring(statement.account, by):
        raise StaffOnly
    return statement


def _read(statement: StatementImport, sheet: Sheet) -> None:
    """Fill in the lines of a statement and what each would become."""
    read = read_lines(sheet, Columns(**statement.columns))
    rows = [_row(statement, line) for line in read.lines] + [_refused(statement, bad) for bad in read.errors]
    _foresee(statement.account, [row for row in rows if row.result != Result.ERROR])
    StatementRow.objects.bulk_create(sorted(rows, key=lambda row: row.number), batch_size=BATCH)
    statement.skipped = len(read.skipped)
    statement.counts = Counter(str(row.result) for row in rows)
    statement.save(update_fields=["columns", "skipped", "counts"])


def _row(statement: StatementImport, line: StatementLine) -> StatementRow:
    return StatementRow(
        statement=statement, number=line.number, direction=line.direction, amount=line.amount, booked_at=line.booked_at,
        timed=line.timed, memo=line.memo, bank_reference=line.bank_reference, counterparty=line.counterparty[:80] or None,
        key=line.key, balance=line.balance,
    )  # fmt: skip


def _refused(statement: StatementImport, bad: RowError) -> StatementRow:
    fault = str(bad.said)[:200]
    return StatementRow(
        statement=statement, number=bad.number, result=Result.ERROR, fault=fault, column=bad.column
    )


def _foresee(account: PaymentAccount, rows: list[StatementRow]) -> None:
    """What each line would become, without asking for each: 2 queries and one more for every few hundred lines."""
    if not rows:
        return
    known = _Known(account, rows)
    codes = {row.number: find_codes(row.memo, settings.PAYMENT_CODE_PREFIX) for row in rows}
    ours = _codes_of(account, [code for found in codes.values() for code in found])
    for row in rows:
        hits = [code for code in codes[row.number] if code in ours]
        if known.has(row):
            row.result = Result.KNOWN
        elif row.direction == Direction.OUT:
            row.result = Result.OUTGOING
        elif known.may_have(row):
            row.result = Result.DOUBTFUL
        else:
            row.result = Result.MATCHED if len(hits) == 1 else Result.UNMATCHED


def _codes_of(account: PaymentAccount, codes: list[str]) -> set[str]:
    found: set[str] = set()
    for at in range(0, len(codes), 500):
        rows = Payment.objects.filter(account=account, code__in=codes[at : at + 500])
        found.update(code for code in rows.values_list("code", flat=True) if code)
    return found


class _Known:
    """What stands in the books of an account for the days of a statement."""

    def __init__(self, account: PaymentAccount, rows: list[StatementRow]) -> None:
        booked = [row.booked_at for row in rows if row.booked_at]
        told = Receipt.objects.filter(
            account=account, booked_at__gte=min(booked) - timedelta(days=1),
            booked_at__lt=max(booked) + timedelta(days=1), source__in=Receipt.BY_MACHINE,
        ).values_list("provider", "provider_id", "direction", "amount", "booked_at", "bank_reference", "memo")  # fmt: skip
        self.keys: set[str] = set()
        self.references: set[tuple[str, int, object, str]] = set()
        self.sums: dict[tuple[str, int, object], list[tuple[str, str]]] = {}
        for provider, provider_id, direction, amount, at, reference, memo in told:
            if provider == PROVIDER:
                self.keys.add(provider_id)
            day = timezone.localtime(at).date()
            if reference:
                self.references.add((direction, amount, day, reference))
            if provider != PROVIDER:
                self.sums.setdefault((direction, amount, day), []).append((reference, memo))

    def has(self, row: StatementRow) -> bool:
        return row.key in self.keys or (*self._day(row), row.bank_reference) in self.references

    def may_have(self, row: StatementRow) -> bool:
        """Whether a line of that day and sum is there which nothing tells apart."""
        told = self.sums.get(self._day(row), [])
        return any(looks_alike(row.bank_reference, row.memo, *other) for other in told)

    @staticmethod
    def _day(row: StatementRow) -> tuple[str, int, object]:
        assert row.booked_at is not None  # only lines that were read come here
        assert row.amount is not None
        return row.direction, row.amount, timezone.localtime(row.booked_at).date()


def take_over(statement_id: int, *, by: User, seconds: float = SECONDS) -> StatementImport:
    """Make receipts of a statement's lines and match them, each line in a transaction of its own. Never inside one.

    What the books know already is left alone, so that any file may come again. Stops after `seconds`; whoever presses again
    goes on from there. A second call on a finished statement changes nothing. Raises StaffOnly, WrongStep without columns.
    """
    with transaction.atomic():
        statement = _lock(statement_id, by)
        if statement.state == StatementImport.State.COMMITTED:
            return statement
        if not statement.columns:
            raise WrongStep
    until = time.monotonic() + seconds
    for pk in (
        statement.rows.filter(taken=False)
        .exclude(amount=None)
        .order_by("number")
        .values_list("pk", flat=True)
    ):
        _take(statement.account, pk)
        if time.monotonic() > until:
            break
    return _finish(statement_id, by)


def _take(account: PaymentAccount, row_id: int) -> None:
    """One line. A fault of ours leaves it as an error to be seen; the lines around it are kept."""
    try:
        with transaction.atomic():
            row = StatementRow.objects.select_for_update().get(pk=row_id)
            if not row.taken:
                _keep(account, row)
    except Exception:
        log.exception("statement line not kept", extra={"row": row_id})
        fault = _("Máy chưa ghi được dòng này. Hãy gửi lại tệp.")
        StatementRow.objects.filter(pk=row_id, taken=False).update(
            result=Result.ERROR, fault=fault, taken=True
        )


def _keep(account: PaymentAccount, row: StatementRow) -> None:
    notice = _notice(account, row)
    receipt = keep_and_match(account, notice, source=Receipt.Source.STATEMENT)
    if receipt is None:
        row.receipt, row.result = known_transfer(account, notice, Receipt.Source.STATEMENT), Result.KNOWN
    else:
        row.receipt, row.result = receipt, _became(receipt)
    row.taken = True
    row.save(update_fields=["receipt", "result", "taken"])


def _notice(account: PaymentAccount, row: StatementRow) -> Notice:
    assert row.booked_at is not None
    assert row.amount is not None
    return Notice(
        provider=PROVIDER, provider_id=row.key, account_number=account.number, direction=Direction(row.direction),
        amount=row.amount, booked_at=row.booked_at, bank_reference=row.bank_reference, memo=row.memo,
        counterparty=row.counterparty or "",
    )  # fmt: skip


def _became(receipt: Receipt) -> Result:
    if receipt.direction == Direction.OUT:
        return Result.OUTGOING
    receipt.refresh_from_db(fields=["state"])
    if receipt.state == Receipt.State.MATCHED:
        return Result.MATCHED
    several = len(find_codes(receipt.memo, settings.PAYMENT_CODE_PREFIX)) > 1
    doubtful = receipt.state == Receipt.State.AMBIGUOUS and not several
    return Result.DOUBTFUL if doubtful else Result.UNMATCHED


@transaction.atomic
def _finish(statement_id: int, by: User) -> StatementImport:
    statement = _lock(statement_id, by)
    statement.counts = count_results(statement.rows.values_list("result", flat=True))
    left = statement.rows.filter(taken=False).exclude(amount=None).exists()
    if not left and statement.state != StatementImport.State.COMMITTED:
        statement.state, statement.committed_at = StatementImport.State.COMMITTED, timezone.now()
        statement.content = None
        _remember_columns(statement, statement.committed_at)
        audit.record(
            "statement.taken",
            statement,
            by=Actor.of(by),
            shop_id=statement.account.shop_id,
            counts=statement.counts,
        )
    statement.save(update_fields=["counts", "state", "committed_at", "content"])
    return statement


def count_results(results: Iterable[str]) -> Mapping[str, int]:
    """How many lines have which result."""
    return Counter(str(result) for result in results)


def _remember_columns(statement: StatementImport, at: datetime) -> None:
    facts = {
        "bank_bin": statement.account.bank_bin, "header": statement.header, "columns": statement.columns, "saved_at": at,
    }  # fmt: skip
    StatementMapping.objects.update_or_create(account=statement.account, defaults=facts)
