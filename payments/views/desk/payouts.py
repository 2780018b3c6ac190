"""Money to sellers: drafts, leave for them, files for the bank, what became of them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.days import local_day
from common.errors import Refusal
from common.spreadsheets import XLSX
from payments import balances, services
from payments import payout_queries as queries
from payments.banks import bank
from payments.desk import DeskRequest, running_money
from payments.desk_forms import FaultForm, PayoutFilter
from payments.models import Payout
from payments.payout_files import LAYOUTS, as_csv, as_xlsx
from payments.payout_forms import BatchForm
from payments.views.desk.files import MOST_ROWS, Table, file_asked_for
from sellers.models import Shop

State = Payout.State


@require_safe
@running_money
def payouts(request: DeskRequest) -> HttpResponse:
    """The queue, what can go to the bank, the last files, and sellers with money here. 10 queries at most."""
    return _queue(request, BatchForm(queries.to_batch()))


def _queue(request: DeskRequest, form: BatchForm) -> HttpResponse:
    asked = PayoutFilter(request.GET)
    since, until = asked.period
    state = getattr(asked, "cleaned_data", {}).get("loai") or ""
    rows = queries.payouts(state, since, until)
    file = file_asked_for(request, "chi-tra", lambda: _table(rows))
    if file:
        return file
    context = {
        "page": queries.payout_page(rows, request.GET.get("sau", "")), "state": state, "filter": asked,
        "counts": queries.payouts_by_state(), "batches": queries.last_batches(), "owed": queries.sellers_owed(),
        "form": form if form.fields["payouts"].choices else None,  # type: ignore[attr-defined]
    }  # fmt: skip
    wrong = form.errors or asked.errors
    return render(request, "payments/desk/payouts.html", context, status=422 if wrong else 200)


def _table(rows: Any) -> Table:
    head = [
        _("Mã"), _("Ngày"), _("Gian hàng"), _("Ngân hàng"), _("Số tài khoản"), _("Số tiền (đồng)"), _("Bước"),
        _("Người lập"), _("Người duyệt"), _("Gửi lúc"), _("Lỗi"),
    ]  # fmt: skip
    return head, (_row(payout) for payout in rows[:MOST_ROWS])


def _row(payout: Payout) -> list[Any]:
    at, theirs = payout.sent_at, bank(payout.account.bank_bin)
    return [
        payout.code, f"{timezone.localtime(payout.created_at):%Y-%m-%d}", payout.shop.name,
        theirs.short_name if theirs else payout.account.bank_bin, f"…{payout.account.number_end}", payout.amount,
        payout.get_state_display(),
        payout.drafted_by.name if payout.drafted_by else "", payout.approved_by.name if payout.approved_by else "",
        f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "", payout.fault,
    ]  # fmt: skip


@require_POST
@running_money
def draft_all(request: DeskRequest) -> HttpResponse:
    """A draft for everybody to whom enough is owed."""
    done = services.draft_payouts(by=request.user)
    messages.success(request, _("Đã lập %(drafted)s khoản, giữ lại %(held)s.") % done)
    return redirect("desk:payouts")


@require_http_methods(["GET", "HEAD", "POST"])
@running_money
def seller(request: DeskRequest, code: str) -> HttpResponse:
    """What is owed to one seller, what of it is held and why; the button drafts all that is free."""
    shop = get_object_or_404(Shop, public_code=code)
    if request.method == "POST":
        try:
            drafted = services.draft_payout(shop.pk, by=request.user)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            return redirect("desk:payout", drafted.pk)
    context = {
        "shop": shop, "available": balances.available(shop.pk), "account": balances.payable_account(shop.pk),
    }  # fmt: skip
    return render(request, "payments/desk/payout_seller.html", context)


# --- one payout -------------------------------------------------------------------------------------------------------


@require_safe
@running_money
def payout(request: DeskRequest, payout_id: int) -> HttpResponse:
    """One payout and its next step."""
    return _show(request, _payout(payout_id), FaultForm())


def _payout(payout_id: int) -> Payout:
    found = queries.payout_by_id(payout_id)
    if found is None:
        raise Http404
    return found


def _show(request: DeskRequest, found: Payout, form: FaultForm) -> HttpResponse:
    context = {
        "payout": found, "fault_form": form,
        "not_myself": found.state == State.DRAFT and request.user.pk in (found.drafted_by_id, found.shop.owner_id),
        "may_cancel": found.state in (State.DRAFT, State.APPROVED) and not (found.batch and found.batch.file_made_at),
        "may_settle": found.state == State.SENT, "may_return": found.state in (State.SENT, State.SETTLED),
    }  # fmt: skip
    return render(request, "payments/desk/payout.html", context, status=422 if form.errors else 200)


def _step(request: DeskRequest, payout_id: int, step: Callable[[], object], done: str) -> HttpResponse:
    _payout(payout_id)
    try:
        step()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("desk:payout", payout_id)


@require_POST
@running_money
def approve(request: DeskRequest, payout_id: int) -> HttpResponse:
    """Leave for the money to go."""
    return _step(
        request, payout_id, lambda: services.approve_payout(payout_id, by=request.user), _("Đã duyệt chi trả.")
    )  # fmt: skip


@require_POST
@running_money
def cancel(request: DeskRequest, payout_id: int) -> HttpResponse:
    """Not to be paid after all."""
    return _step(
        request, payout_id, lambda: services.cancel_payout(payout_id, by=request.user),
        _("Đã hủy. Tiền vẫn là của người bán."),
    )  # fmt: skip


@require_POST
@running_money
def settle(request: DeskRequest, payout_id: int) -> HttpResponse:
    """Staff see in the bank that it has gone."""
    found = _payout(payout_id)
    if found.state != State.SENT:  # only a bank's line settles what nobody sent
        messages.error(request, _("Khoản này chưa gửi ngân hàng."))
        return redirect("desk:payout", payout_id)
    return _step(
        request, payout_id, lambda: services.settle_payout(payout_id, by=request.actor), _("Đã ghi là đã trừ tiền.")
    )  # fmt: skip


@require_POST
@running_money
def came_back(request: DeskRequest, payout_id: int) -> HttpResponse:
    """The bank sent it back."""
    form = FaultForm(request.POST)
    if not form.is_valid():
        return _show(request, _payout(payout_id), form)
    fault = form.cleaned_data["fault"]
    return _step(
        request, payout_id, lambda: services.return_payout(payout_id, fault, by=request.actor),
        _("Đã ghi: ngân hàng trả lại. Tiền về lại sổ của người bán."),
    )  # fmt: skip


# --- files for the bank -----------------------------------------------------------------------------------------------


@require_POST
@running_money
def make_batch(request: DeskRequest) -> HttpResponse:
    """Put the chosen payouts into one file."""
    form = BatchForm(queries.to_batch(), request.POST)
    if form.is_valid():
        try:
            batch = services.make_batch(form.ids, form.cleaned_data["layout"], by=request.user)
        except Refusal as refusal:
            refusal.put_in(form)
        else:
            return redirect("desk:batch", batch.pk)
    return _queue(request, form)


@require_safe
@running_money
def batch(request: DeskRequest, batch_id: int) -> HttpResponse:
    """One file: what is in it, the button that takes it, the button that says it is with the bank."""
    found = queries.batch_by_id(batch_id)
    if found is None:
        raise Http404
    context = {
        "batch": found, "layout": LAYOUTS[found.layout].name, "rows": found.payouts.all(),
        "sum": sum(row.amount for row in found.payouts.all()),
    }  # fmt: skip
    return render(request, "payments/desk/batch.html", context)


@require_POST
@running_money
def take_file(request: DeskRequest, batch_id: int) -> HttpResponse:
    """The file itself, with whole account numbers; that it was taken is kept."""
    found = queries.batch_by_id(batch_id)
    if found is None:
        raise Http404
    services.take_file(batch_id, by=request.user)
    rows = [row for row in found.payouts.all() if row.state in (State.APPROVED, State.SENT)]
    layout, ending = LAYOUTS[found.layout], "csv" if request.POST.get("kind") == "csv" else "xlsx"
    body = as_csv(layout, rows) if ending == "csv" else as_xlsx(layout, rows)
    answer = HttpResponse(body, content_type="text/csv; charset=utf-8" if ending == "csv" else XLSX)
    name = f"chi-tra-{found.pk}-{local_day():%Y-%m-%d}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_POST
@running_money
def sent(request: DeskRequest, batch_id: int) -> HttpResponse:
    """The bank has the file."""
    if queries.batch_by_id(batch_id) is None:
        raise Http404
    try:
        services.batch_sent(batch_id, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã ghi là đã gửi ngân hàng. Người bán được báo."))
    return redirect("desk:batch", batch_id)
