"""Money that no code placed: the queue, one receipt with what it may be for, and what a person decides.

The operator and a seller work on the same pages, each on what is theirs (`payments.desk.Side`).
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
from common.money import show_dong
from payments import desk_queries as queries
from payments import services
from payments.desk import DeskRequest, Side, operators_side, running_money
from payments.desk_forms import WORDS, AssignForm, IgnoreForm, WantedForm, account_words
from payments.matching import assignable
from payments.models import Payment, Receipt
from payments.views.desk.files import MOST_ROWS, Table, file_asked_for

MOST_PARTS = 12  # payments that one receipt is split over on one page


@require_safe
@running_money
def queue(request: DeskRequest) -> HttpResponse:
    """What waits for a person, latest first, 24 a page, with filters; as a file too. 15 queries at most."""
    form = WantedForm(request.GET, accounts=queries.accounts_with_money())
    wanted = form.wanted
    file = file_asked_for(request, "tien-chua-khop", lambda: _table(queries.wanted_receipts(wanted)))
    if file:
        return file
    counts = queries.open_counts()
    context = {
        "form": form, "wanted": wanted, "word": WORDS[wanted.kind], "side": operators_side(request),
        "page": queries.unclear(wanted, request.GET.get("sau", "")),
        "counts": [(kind, WORDS[kind], count) for kind, count in counts.items()],
    }  # fmt: skip
    return render(request, "payments/desk/unmatched.html", context, status=422 if form.errors else 200)


def _table(rows: Any) -> Table:
    head = [
        _("Số"), _("Ngày giờ"), _("Tài khoản"), _("Chiều"), _("Số tiền (đồng)"), _("Đã tính (đồng)"), _("Tình trạng"),
        _("Nguồn"), _("Nội dung"), _("Mã giao dịch"), _("Người chuyển"),
    ]  # fmt: skip
    return head, _table_rows(rows.select_related("account__shop")[:MOST_ROWS])


def _table_rows(rows: Iterable[Receipt]) -> Iterable[Sequence[Any]]:
    for row in rows:
        yield [
            row.pk, f"{timezone.localtime(row.booked_at):%Y-%m-%d %H:%M}", account_words(row.account),
            _("vào") if row.direction == "in" else _("ra"), row.amount, getattr(row, "taken", 0), row.get_state_display(),
            row.get_source_display(), row.memo, row.bank_reference, row.counterparty or "",
        ]  # fmt: skip


# --- one receipt --------------------------------------------------------------------------------------------------------


@require_safe
@running_money
def receipt(request: DeskRequest, receipt_id: int) -> HttpResponse:
    """A receipt, what it pays, what it may be for."""
    return show_receipt(request, operators_side(request), receipt_id)


@require_http_methods(["GET", "HEAD", "POST"])
@running_money
def assign(request: DeskRequest, receipt_id: int) -> HttpResponse:
    """Confirm what some money is for."""
    return place(request, operators_side(request), receipt_id)


@require_POST
@running_money
def ignore(request: DeskRequest, receipt_id: int) -> HttpResponse:
    """Set some money aside."""
    return set_aside(request, operators_side(request), receipt_id)


@require_POST
@running_money
def reopen(request: DeskRequest, receipt_id: int) -> HttpResponse:
    """Bring it back onto the desk."""
    return bring_back(request, operators_side(request), receipt_id)


@require_POST
@running_money
def send_back(request: DeskRequest, receipt_id: int) -> HttpResponse:
    """Propose that money nobody can place goes back to who sent it."""
    if not Receipt.objects.filter(pk=receipt_id).exists():
        raise Http404
    try:
        refund = services.propose_return(receipt_id, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:receipt", receipt_id)
    messages.success(request, _("Đã đưa vào danh sách hoàn tiền."))
    return redirect("desk:refund", refund.pk)


# --- the same for both sides --------------------------------------------------------------------------------------------


def show_receipt(
    request: HttpRequest, side: Side, receipt_id: int, form: IgnoreForm | None = None
) -> HttpResponse:
    """One receipt on its side; somebody else's does not exist. 10 queries at most."""
    case = _case(side, receipt_id)
    looked_for = request.GET.get("tim", "")[:40]
    found = queries.find_payment(case.receipt, looked_for) if looked_for and case.can_be_placed else []
    context = {
        "side": side, "case": case, "receipt": case.receipt, "form": form or IgnoreForm(), "looked_for": looked_for,
        "account_words": account_words(case.receipt.account),
        "found": [queries.Suggestion(payment) for payment in found], "tab": "money",
        "allocations": queries.allocations_of(case.receipt),
    }  # fmt: skip
    return render(request, "payments/desk/receipt.html", context, status=422 if form and form.errors else 200)


def _case(side: Side, receipt_id: int) -> queries.Case:
    case = queries.receipt_with_case(side.receipts, receipt_id)
    if case is None:
        raise Http404
    return case


def place(request: HttpRequest, side: Side, receipt_id: int) -> HttpResponse:
    """Say how much counts for each of the chosen payments, see what will happen, do it. 12 queries at most to look."""
    case = _case(side, receipt_id)
    payments = _chosen(request, case.receipt)
    if not payments:
        return redirect(side.address("receipt", receipt_id))
    sent = request.method == "POST"
    if sent and all(queries.counts_for(case.receipt, payment) for payment in payments):
        return redirect(side.address("receipt", receipt_id))  # pressed twice
    form = AssignForm(
        payments, case.rest, request.POST if sent else None, initial=_usual_amounts(payments, case.rest)
    )
    if sent and form.is_valid():
        try:
            services.assign(receipt_id, form.amounts, by=side.user, actor=side.actor)
        except Refusal as refusal:
            if refusal.status == 404:
                raise Http404 from refusal
            refusal.put_in(form)
        else:
            placed = show_dong(sum(form.amounts.values()))
            messages.success(request, _("Đã tính %(amount)s vào đúng khoản.") % {"amount": placed})
            return redirect(side.address("receipt", receipt_id))
    context = {
        "side": side, "case": case, "receipt": case.receipt, "form": form, "tab": "money",
        "account_words": account_words(case.receipt.account), "outcomes": _outcomes(case, payments, form),
    }  # fmt: skip
    return render(request, "payments/desk/assign.html", context, status=422 if form.errors else 200)


def _chosen(request: HttpRequest, receipt: Receipt) -> list[Payment]:
    """The payments named in the address or the form; one that this money cannot be for does not exist."""
    named = (request.POST if request.method == "POST" else request.GET).getlist("khoan")
    ids = {int(text) for text in named[: MOST_PARTS + 1] if text.isdecimal() and len(text) < 19}
    rows = assignable(receipt).filter(pk__in=ids).select_related("order__shop", "purchase").order_by("pk")
    payments = list(rows)
    if len(payments) != len(ids) or len(ids) > MOST_PARTS:
        raise Http404
    return payments


def _usual_amounts(payments: Sequence[Payment], rest: int) -> dict[str, int]:
    """What each payment still asks for, as far as the money goes; all of it where there is only one to take it."""
    if len(payments) == 1:
        return {f"so-{payments[0].pk}": rest}
    usual = {}
    for payment in payments:
        amount = min(payment.rest or payment.amount, rest)
        rest -= amount
        usual[f"so-{payment.pk}"] = amount
    return usual


def _outcomes(case: queries.Case, payments: Sequence[Payment], form: AssignForm) -> list[dict[str, Any]]:
    """For each payment: its field, and in a sentence what happens to it."""
    amounts = {payment.pk: form.initial[f"so-{payment.pk}"] for payment in payments}
    if form.is_bound:
        amounts = {payment.pk: form.cleaned_data.get(f"so-{payment.pk}", 0) or 0 for payment in payments}
    declared = queries.declared_for(payments, case.receipt.amount) if not case.receipt.taken else set()  # type: ignore[attr-defined]
    return [
        {
            "payment": payment, "field": form[f"so-{payment.pk}"],
            "said": _what_happens(payment, amounts[payment.pk], certain=payment.pk in declared),
        }
        for payment in payments
    ]  # fmt: skip


def _what_happens(payment: Payment, amount: int, *, certain: bool) -> str:
    if certain and amount:
        return _("Người bán đã bấm “Đã nhận” cho đúng số tiền này: tiền không tính thêm, chỉ chắc chắn hơn.")
    order = payment.order
    if order is not None and order.stopped:
        said = _(
            "Đơn đã hủy: %(amount)s thành đề nghị hoàn cho khách, trừ khi đơn hết hạn mà hàng vẫn còn thì đơn mở lại."
        )
        return said % {"amount": show_dong(amount)}
    if payment.purpose == Payment.Purpose.DEBT:
        return _("Trừ vào khoản nợ sàn của người bán.")
    missing = (order.total - order.paid if order else payment.amount - payment.received) - amount
    if missing > 0:
        return _("Vẫn còn thiếu %(amount)s.") % {"amount": show_dong(missing)}
    if missing < 0:
        return _("Đủ tiền. Thừa %(amount)s thành đề nghị hoàn cho khách.") % {"amount": show_dong(-missing)}
    return _("Vừa đủ tiền. Khách và người bán được báo.")


def set_aside(request: HttpRequest, side: Side, receipt_id: int) -> HttpResponse:
    """None of the market's money, for a reason."""
    _case(side, receipt_id)
    form = IgnoreForm(request.POST)
    if not form.is_valid():
        return show_receipt(request, side, receipt_id, form)
    try:
        services.ignore_receipt(
            receipt_id, form.reason, by=side.user, twice=form.cleaned_data["why"] == "twice"
        )
    except Refusal as refusal:
        refusal.put_in(form)
        return show_receipt(request, side, receipt_id, form)
    messages.success(request, _("Đã bỏ qua khoản này."))
    return redirect(side.address("receipt", receipt_id))


def bring_back(request: HttpRequest, side: Side, receipt_id: int) -> HttpResponse:
    """Some money that was set aside waits again."""
    _case(side, receipt_id)
    try:
        services.reopen_receipt(receipt_id, by=side.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Khoản này lại chờ được khớp."))
    return redirect(side.address("receipt", receipt_id))
