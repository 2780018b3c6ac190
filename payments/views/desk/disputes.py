"""Charges that buyers' banks take back, and money between us and providers that waits for a person."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import Refusal
from payments import dispute_queries as queries
from payments import services
from payments.carrier_queries import unplaced
from payments.desk import DeskRequest, running_money
from payments.desk_forms import ArrivedForm, DisputeFilter, DisputeForm
from payments.desk_queries import desk_people
from payments.dispute_words import entry_words, reason_of
from payments.models import Dispute
from payments.providers import disputes_page
from payments.settling import operators_account
from payments.views.desk.files import MOST_ROWS, Table, file_asked_for

State = Dispute.State
AT_ONCE = 500  # rows of a file that are read together


@require_safe
@running_money
def disputes(request: DeskRequest) -> HttpResponse:
    """Open disputes, those to answer first on top; decided ones 24 a page; as a file too. Without days asked for, open ones
    of any age are shown. 13 queries at most."""
    form = DisputeFilter(request.GET)
    since, until = form.period
    state = (getattr(form, "cleaned_data", {}) or {}).get("loai") or ""
    open_days = (since, until) if form.says_days else (None, None)
    waiting = queries.disputes(State.OPEN, *open_days)[: queries.MOST_OPEN]
    decided = queries.disputes("" if state in ("", State.OPEN) else state, since, until)
    shown = {"waiting": state in ("", State.OPEN), "decided": state != State.OPEN}
    wanted = [
        rows for rows, is_shown in ((waiting, shown["waiting"]), (decided, shown["decided"])) if is_shown
    ]
    file = file_asked_for(request, "tranh-chap", lambda: _table(wanted))
    if file:
        return file
    after = request.GET.get("sau", "")
    page = queries.decided_page(decided, after) if shown["decided"] else None
    counts = queries.disputes_by_state()
    context = {
        "form": form, "state": state, "counts": [(each.value, each.label, *counts.get(each, (0, 0))) for each in State],
        "waiting": _worded(queries.cases(waiting)) if shown["waiting"] and not after else [],
        "page": page, "decided": _worded(page) if page else [],
        "payouts": queries.payouts_to_book(), "reversals": queries.reversals_open(),
    }  # fmt: skip
    return render(request, "payments/desk/disputes.html", context, status=422 if form.errors else 200)


def _worded(cases: Iterable[queries.Case]) -> list[tuple[queries.Case, Any]]:
    return [(case, reason_of(case.dispute.reason).words) for case in cases]


def _table(lists: Iterable[QuerySet[Dispute]]) -> Table:
    head = [
        _("Số"), _("Mở lúc"), _("Số tiền (đồng)"), _("Lý do"), _("Đơn"), _("Gian hàng"), _("Hạn trả lời"), _("Kết quả"),
        _("Xong lúc"), _("Phí của cổng (đồng)"), _("Người theo dõi"), _("Ghi chú"), _("Cổng"), _("Mã ở cổng"),
    ]  # fmt: skip
    return head, (row for rows in lists for row in _table_rows(rows[:MOST_ROWS]))


def _table_rows(rows: QuerySet[Dispute]) -> Iterable[Sequence[Any]]:
    found = list(rows)
    for start in range(0, len(found), AT_ONCE):
        for case in queries.cases(found[start : start + AT_ONCE]):
            row = case.dispute
            yield [
                row.pk, _written(row.opened_at), row.amount, str(reason_of(row.reason).words),
                ", ".join(order.public_code for order in case.orders),
                ", ".join(dict.fromkeys(order.shop.name for order in case.orders)), _written(row.respond_by),
                row.get_state_display(), _written(row.closed_at), row.fee, row.owner.name if row.owner else "", row.note,
                row.provider, row.ref,
            ]  # fmt: skip


def _written(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


@require_http_methods(["GET", "HEAD", "POST"])
@running_money
def dispute(request: DeskRequest, dispute_id: int) -> HttpResponse:
    """One dispute: its orders, what the ledger booked, what staff note. Only the provider decides it. 14 queries at most."""
    case = queries.dispute_by_id(dispute_id)
    if case is None:
        raise Http404
    found = case.dispute
    initial = {"owner": found.owner_id, "note": found.note}
    form = DisputeForm(desk_people(), request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        services.note_dispute(found.pk, owner=said["owner"], note=said["note"], by=request.user)
        messages.success(request, _("Đã ghi."))
        return redirect("desk:dispute", found.pk)
    context = {
        "case": case, "dispute": found, "reason": reason_of(found.reason), "form": form,
        "entries": [(entry, entry_words(entry.kind)) for entry in queries.entries_of(found)],
        "provider_page": disputes_page(found.provider),
    }  # fmt: skip
    return render(request, "payments/desk/dispute.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@running_money
def arrived(request: DeskRequest, payout_id: int) -> HttpResponse:
    """What the bank got of money that a provider paid out in another currency. 9 queries at most."""
    payout = queries.payout_to_book(payout_id)
    if payout is None:
        raise Http404
    form = ArrivedForm(unplaced(operators_account()), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        line = form.cleaned_data["receipt"]
        try:
            services.payout_arrived(
                payout.pk, form.cleaned_data["arrived"], by=request.user, receipt_id=line.pk if line else None
            )
        except Refusal as refusal:
            refusal.put_in(form)
        else:
            messages.success(request, _("Đã ghi tiền cổng chuyển về."))
            return redirect("desk:disputes")
    context = {"payout": payout, "form": form}
    return render(request, "payments/desk/payout_arrived.html", context, status=422 if form.errors else 200)
