"""Money that goes back: leave for it, the buyer's account, the transfer, what became of it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from common.errors import Refusal
from payments import refund_queries as queries
from payments import services
from payments.desk import DeskRequest, running_money
from payments.desk_forms import AddressForm, FaultForm, RefundFilter
from payments.models import Refund
from payments.reconcile_queries import refunds_by_state
from payments.views.desk.files import MOST_ROWS, Table, file_asked_for

State, Way = Refund.State, Refund.Way


@require_safe
@running_money
def refunds(request: DeskRequest) -> HttpResponse:
    """Refunds by step and by way, 24 a page, as a file too. 8 queries at most."""
    form = RefundFilter(request.GET)
    since, until = form.period
    said = getattr(form, "cleaned_data", {})
    rows = queries.refunds(said.get("loai") or "", said.get("cach") or "", since, until)
    file = file_asked_for(request, "hoan-tien", lambda: _table(rows))
    if file:
        return file
    counts = refunds_by_state()
    context = {
        "form": form, "page": queries.refund_page(rows, request.GET.get("sau", "")), "state": said.get("loai") or "",
        "counts": [(state.value, state.label, *counts.get(state.value, (0, 0))) for state in State],
        "words": {reason: str(words) for reason, words in _reasons().items()},
    }  # fmt: skip
    return render(request, "payments/desk/refunds.html", context, status=422 if form.errors else 200)


def _reasons() -> dict[str, str]:
    return {
        "overpaid": _("trả thừa"), "late": _("trả sau khi đơn đã hủy"), "cancelled": _("đơn đã hủy"),
        "unpaid": _("đơn hết hạn"), "returned": _("hàng trả về"), "weighed": _("cân nhẹ hơn"),
        "short": _("không đủ hàng"), "complaint": _("khiếu nại"), "unmatched": _("không rõ của đơn nào"),
    }  # fmt: skip


def _table(rows: Any) -> Table:
    head = [
        _("Số"), _("Ngày"), _("Đơn"), _("Gian hàng"), _("Số tiền (đồng)"), _("Lý do"), _("Cách hoàn"), _("Bước"),
        _("Mã"), _("Người duyệt"), _("Người gửi"), _("Gửi lúc"), _("Lỗi"),
    ]  # fmt: skip
    return head, _table_rows(rows[:MOST_ROWS])


def _table_rows(rows: Iterable[Refund]) -> Iterable[Sequence[Any]]:
    words = _reasons()
    for row in rows:
        yield [
            row.pk, f"{timezone.localtime(row.created_at):%Y-%m-%d}", row.order.public_code if row.order else "",
            row.shop_name, row.amount, words.get(row.reason, row.reason), row.get_way_display(),
            row.get_state_display(), row.code or "", row.approved_by.name if row.approved_by else "",
            row.sent_by.name if row.sent_by else "",
            f"{timezone.localtime(row.sent_at):%Y-%m-%d %H:%M}" if row.sent_at else "", row.fault,
        ]  # fmt: skip


@require_safe
@running_money
def refund(request: DeskRequest, refund_id: int) -> HttpResponse:
    """One refund and its next step."""
    return _show(request, _refund(refund_id))


def _refund(refund_id: int) -> Refund:
    found = queries.refund_by_id(refund_id)
    if found is None:
        raise Http404
    return found


def _show(request: DeskRequest, found: Refund, **forms: Any) -> HttpResponse:
    two = found.amount > settings.REFUND_TWO_PEOPLE
    bank_way = found.way == Way.BANK
    before_sent = found.state in (State.PROPOSED, State.APPROVED, State.FAILED)
    errors = any(form.errors for form in forms.values())
    context = {
        "refund": found, "reason": _reasons().get(found.reason, found.reason), "to_pay": queries.to_pay(found),
        "needs_two": two, "not_myself": two and found.approved_by_id == request.user.pk and found.state != State.PROPOSED,
        "two_people_from": settings.REFUND_TWO_PEOPLE, "address_form": AddressForm(), "fault_form": FaultForm(),
        "may_address": bank_way and before_sent,
        "may_approve": found.way != Way.SELLER and found.state == State.PROPOSED,
        "may_send": found.state in (State.APPROVED, State.FAILED) and found.way != Way.SELLER
        and (not bank_way or bool(found.to_number)),
        "may_confirm": bank_way and found.state == State.SENT, "may_fail": bank_way and found.state == State.SENT,
    } | forms  # fmt: skip
    return render(request, "payments/desk/refund.html", context, status=422 if errors else 200)


def _step(request: DeskRequest, refund_id: int, step: Callable[[], object], done: str) -> HttpResponse:
    """Take a step and say so; a refusal, such as that a second person is needed, is said in its own words."""
    _refund(refund_id)
    try:
        step()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("desk:refund", refund_id)


@require_POST
@running_money
def approve(request: DeskRequest, refund_id: int) -> HttpResponse:
    """Leave for the money to go back."""
    return _step(
        request,
        refund_id,
        lambda: services.approve_refund(refund_id, by=request.user),
        _("Đã duyệt hoàn tiền."),
    )


@require_POST
@running_money
def send(request: DeskRequest, refund_id: int) -> HttpResponse:
    """The transfer was made, or starts through the provider."""
    return _step(
        request, refund_id, lambda: services.send_refund(refund_id, by=request.user), _("Đã ghi là đã gửi.")
    )


@require_POST
@running_money
def confirm(request: DeskRequest, refund_id: int) -> HttpResponse:
    """The bank shows that it has gone."""
    return _step(
        request, refund_id, lambda: services.confirm_refund(refund_id, by=request.actor),
        _("Đã xong. Khách được báo."),
    )  # fmt: skip


@require_POST
@running_money
def fail(request: DeskRequest, refund_id: int) -> HttpResponse:
    """The transfer came back."""
    form = FaultForm(request.POST)
    if not form.is_valid():
        return _show(request, _refund(refund_id), fault_form=form)
    fault = form.cleaned_data["fault"]
    return _step(
        request, refund_id, lambda: services.fail_refund(refund_id, fault, by=request.actor),
        _("Đã ghi: gửi không được. Có thể gửi lại."),
    )  # fmt: skip


@require_POST
@sensitive_post_parameters()
@running_money
def address(request: DeskRequest, refund_id: int) -> HttpResponse:
    """The buyer's account, from their VietQR."""
    found = _refund(refund_id)
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _show(request, found, address_form=form)
    said = form.decoded

    def put() -> object:
        return services.refund_to(
            refund_id, bank_bin=said.bank_bin, number=said.account,
            holder=form.cleaned_data["holder"] or said.name, by=request.actor,
        )  # fmt: skip

    return _step(
        request, refund_id, put, _("Đã ghi tài khoản của khách. Hãy so lại với khách trước khi gửi.")
    )
