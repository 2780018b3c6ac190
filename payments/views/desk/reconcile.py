"""An account's bank lines beside the ledger's, day by day; who looks into a difference, and when it is closed."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import Refusal
from payments import reconcile_queries as queries
from payments import services
from payments.desk import DeskRequest, running_money
from payments.desk_forms import DayForm, ReconcileFilter, account_words
from payments.desk_queries import Wanted, desk_people, wanted_receipts
from payments.models import PaymentAccount
from payments.views.desk.files import Table, file_asked_for

MOST_LINES = 200  # of one day on its page; the file has all


@require_safe
@running_money
def reconcile(request: DeskRequest) -> HttpResponse:
    """The operator's accounts by day: bank, ledger, difference, owner; as a file too. 12 queries at most."""
    form = ReconcileFilter(request.GET)
    since, until = form.period
    only = (getattr(form, "cleaned_data", {}) or {}).get("chi") or ""
    days = queries.days_of(queries.operators_accounts(), since, until)
    if only == "lech":
        days = [day for day in days if day.difference and (not day.is_closed or day.changed)]
    elif only == "mo":
        days = [day for day in days if not day.is_closed]
    file = file_asked_for(request, "doi-chieu", lambda: _table(days))
    if file:
        return file
    context = {
        "form": form, "since": since, "until": until,
        "days": [(day, account_words(day.account)) for day in days],
        "total": {
            "came": sum(day.came for day in days), "went": sum(day.went for day in days),
            "found": sum(day.found for day in days), "difference": sum(day.difference for day in days),
        },
    }  # fmt: skip
    return render(request, "payments/desk/reconcile.html", context, status=422 if form.errors else 200)


def _table(days: list[queries.Day]) -> Table:
    head = [
        _("Ngày"), _("Tài khoản"), _("Ngân hàng: tiền vào"), _("Ngân hàng: tiền ra"), _("Sổ cái"), _("Lệch"),
        _("Người theo dõi"), _("Ghi chú"), _("Chốt lúc"),
    ]  # fmt: skip
    return head, _table_rows(days)


def _table_rows(days: Iterable[queries.Day]) -> Iterable[Sequence[Any]]:
    for day in days:
        kept = day.kept
        yield [
            day.day, account_words(day.account), day.came, day.went, day.found, day.difference,
            kept.owner.name if kept and kept.owner else "", kept.note if kept else "",
            f"{kept.closed_at:%Y-%m-%d}" if kept and kept.closed_at else "",
        ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@running_money
def day(request: DeskRequest, account_id: int, on: date) -> HttpResponse:
    """One account on one day: its lines, the balance its bank told, and what people note. 15 queries at most."""
    account = PaymentAccount.objects.filter(pk=account_id, shop__isnull=True).first()
    if account is None:
        raise Http404
    shown = queries.day_of(account, on)
    form = DayForm(desk_people(), request.POST if request.method == "POST" else None, initial=_noted(shown))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            services.reconcile(
                account, on, owner=said["owner"], note=said["note"], bank_balance=said["bank_balance"],
                close="chot" in request.POST, by=request.user,
            )  # fmt: skip
        except Refusal as refusal:
            refusal.put_in(form)
        else:
            messages.success(request, _("Đã chốt ngày.") if "chot" in request.POST else _("Đã ghi."))
            return redirect("desk:reconciliation", account_id, on)
    lines = wanted_receipts(Wanted("all", str(account.pk), on, on))
    context = {
        "day": shown, "form": form, "account": account, "account_words": account_words(account),
        "lines": list(lines[:MOST_LINES]),
    }  # fmt: skip
    return render(request, "payments/desk/day.html", context, status=422 if form.errors else 200)


def _noted(shown: queries.Day) -> dict[str, Any]:
    kept = shown.kept
    return {"owner": kept.owner_id, "note": kept.note, "bank_balance": kept.bank_balance} if kept else {}
