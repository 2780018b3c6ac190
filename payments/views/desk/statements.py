"""Statements as files: send one, see every line and what it would become, put the columns right, take it over.

The operator and a seller work on the same pages, each on their own accounts (`payments.desk.Side`).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import Refusal
from common.ratelimits import limited
from payments import services
from payments.desk import DeskRequest, Side, operators_side, running_money
from payments.desk_forms import ColumnsForm, StatementForm, account_words, column_name
from payments.models import StatementImport, StatementRow
from payments.statement_balances import breaks_in
from payments.statement_queries import all_lines, lines_of, statement_of, statements_of
from payments.views.desk.files import Table, file_asked_for

LOOK_AND_SEND = require_http_methods(["GET", "HEAD", "POST"])


@LOOK_AND_SEND
@limited("30/minute")
@running_money
def statements(request: DeskRequest) -> HttpResponse:
    """Send a statement; those sent before."""
    return show_all(request, operators_side(request))


@require_safe
@running_money
def statement(request: DeskRequest, statement_id: int) -> HttpResponse:
    """Every line of a statement and what becomes of it."""
    return show_one(request, operators_side(request), statement_id)


@LOOK_AND_SEND
@running_money
def statement_columns(request: DeskRequest, statement_id: int) -> HttpResponse:
    """Say which column is what."""
    return choose_columns(request, operators_side(request), statement_id)


@require_POST
@running_money
def take_over(request: DeskRequest, statement_id: int) -> HttpResponse:
    """Take its lines over."""
    return take(request, operators_side(request), statement_id)


# --- the same for both sides --------------------------------------------------------------------------------------------


def show_all(request: HttpRequest, side: Side) -> HttpResponse:
    """A form for a file, and the statements before. Nothing is booked by sending. 10 queries at most to look."""
    accounts = side.accounts.select_related("shop").order_by("shop_id", "-pk")
    sent = request.method == "POST"
    form = StatementForm(accounts, request.POST if sent else None, request.FILES if sent else None)
    if sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = services.look_at_statement(form.cleaned_data["account"], file, file.name, by=side.user)
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect(side.address("statement" if kept.columns else "statement_columns", kept.pk))
    context = {
        "side": side, "form": form, "tab": "money", "page": statements_of(side.accounts, request.GET.get("sau", "")),
        "has_account": sent or accounts.exists(),
    }  # fmt: skip
    return render(request, "payments/desk/statements.html", context, status=422 if form.errors else 200)


def _statement(side: Side, statement_id: int) -> StatementImport:
    found = statement_of(side.accounts, statement_id)
    if found is None:
        raise Http404
    return found


def show_one(request: HttpRequest, side: Side, statement_id: int) -> HttpResponse:
    """All lines with their results, 100 a page, as a file too. 9 queries at most."""
    kept = _statement(side, statement_id)
    if not kept.columns:
        return redirect(side.address("statement_columns", kept.pk))
    result = request.GET.get("loai", "")
    file = file_asked_for(request, f"sao-ke-{kept.pk}", lambda: _table(kept, result))
    if file:
        return file
    context = {
        "side": side, "statement": kept, "result": result, "tab": "money", "account_words": account_words(kept.account),
        "page": lines_of(kept, result, request.GET.get("sau", "")),
        "counts": [(one.value, one.label, kept.counts.get(one.value, 0)) for one in StatementRow.Result],
        "total": sum(kept.counts.values()), "columns": [column_name(n, text) for n, text in enumerate(kept.header)],
        "breaks": breaks_in(kept), "can_take": kept.state == StatementImport.State.PREVIEW,
    }  # fmt: skip
    return render(request, "payments/desk/statement.html", context)


def _table(kept: StatementImport, result: str) -> Table:
    head = [
        _("Dòng"), _("Kết quả"), _("Ngày giờ"), _("Chiều"), _("Số tiền (đồng)"), _("Nội dung"), _("Mã giao dịch"),
        _("Người chuyển"), _("Lỗi"), _("Số khoản tiền về"),
    ]  # fmt: skip
    return head, _table_rows(all_lines(kept, result))


def _table_rows(rows: Iterable[StatementRow]) -> Iterable[Sequence[Any]]:
    for row in rows:
        yield [
            row.number, row.get_result_display(), _written(row),
            {"in": _("vào"), "out": _("ra")}.get(row.direction, ""), "" if row.amount is None else row.amount, row.memo,
            row.bank_reference, row.counterparty or "", row.fault, row.receipt_id or "",
        ]  # fmt: skip


def _written(row: StatementRow) -> str:
    """When a line was booked, with the time where the bank prints one."""
    if row.booked_at is None:
        return ""
    return f"{timezone.localtime(row.booked_at):{'%Y-%m-%d %H:%M' if row.timed else '%Y-%m-%d'}}"


def choose_columns(request: HttpRequest, side: Side, statement_id: int) -> HttpResponse:
    """Which column says what; the lines are read anew by it."""
    kept = _statement(side, statement_id)
    form = ColumnsForm(kept.header, kept.columns, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_columns(kept.pk, form.mapping, by=side.user)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect(side.address("statement", kept.pk))
    context = {
        "side": side, "statement": kept, "form": form, "tab": "money", "account_words": account_words(kept.account),
    }  # fmt: skip
    return render(request, "payments/desk/columns.html", context, status=422 if form.errors else 200)


def take(request: HttpRequest, side: Side, statement_id: int) -> HttpResponse:
    """Make receipts of its lines; a long one takes several presses."""
    kept = _statement(side, statement_id)
    try:
        kept = services.take_over(kept.pk, by=side.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(side.address("statement", kept.pk))
    if kept.state == StatementImport.State.COMMITTED:
        new = sum(kept.counts.get(result, 0) for result in ("matched", "unmatched", "doubtful"))
        messages.success(request, _("Đã nhập sao kê: %(n)s khoản tiền vào mới.") % {"n": new})
    else:
        messages.warning(request, _("Sao kê dài, chưa nhập hết. Bấm “Nhập vào sổ” lần nữa để nhập tiếp."))
    return redirect(side.address("statement", kept.pk))
