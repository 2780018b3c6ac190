"""Cash that carriers collected: who holds how much and since when, what was handed over, what will never be."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import Refusal
from common.money import show_dong
from payments import carrier_queries as queries
from payments import services
from payments.carrier_lists import CarrierList, read_list
from payments.desk import DeskRequest, running_money
from payments.models import CarrierSettlement, CarrierWriteOff
from payments.payout_forms import MOST_ROWS, SettlementForm, TieForm, WriteOffForm, with_list
from payments.settling import operators_account
from payments.views.desk.files import Table, file_asked_for

State = CarrierWriteOff.State


@require_safe
@running_money
def carriers(request: DeskRequest) -> HttpResponse:
    """Carriers that hold cash, by how long they have had it. 10 queries at most."""
    context = {
        "owing": queries.carriers_owing(), "usual": queries.USUAL_DAYS, "long": queries.LONG_DAYS,
        "lost": [(code, queries.carrier_name(code), amount) for code, amount in queries.lost_by_carrier().items()],
    }  # fmt: skip
    return render(request, "payments/desk/carriers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@running_money
def carrier(request: DeskRequest, code: str) -> HttpResponse:
    """One carrier: which orders' cash it has, as a file too, and the form for what it hands over. 17 queries at most."""
    held = _held(code)
    offered = queries.unplaced(operators_account())
    if request.method == "POST":
        if request.FILES or "doc" in request.POST:
            return _look(request, code, held)
        form = SettlementForm(offered, request.POST)
        if form.is_valid() and _settle(request, code, form):
            return redirect("desk:carrier", code)
        return _page(request, code, held, form=form)
    file = file_asked_for(request, f"thu-ho-{code}", lambda: _table(held))
    if file:
        return file
    form = SettlementForm(offered, initial={"rows": _offered(held), "key": secrets.token_hex(16)})
    return _page(request, code, held, form=form)


def _held(code: str) -> list[queries.Held]:
    """What a carrier holds. Raises Http404 for one that nobody has ever heard of."""
    held = queries.held_by(code)
    if not held and queries.carrier_name(code) == code and not queries.is_known(code):
        raise Http404
    return held


def _offered(held: Iterable[queries.Held]) -> str:
    """The lines that the form begins with: everything the carrier has."""
    return "\n".join(f"{each.order.public_code} {each.amount}" for each in held)


def _page(request: DeskRequest, code: str, held: list[queries.Held], **more: Any) -> HttpResponse:
    offered = queries.unplaced(operators_account())
    context: dict[str, Any] = {
        "code": code, "name": queries.carrier_name(code), "held": held, "sum": sum(each.amount for each in held),
        "late": sum(each.amount for each in held if each.is_late), "usual": queries.USUAL_DAYS,
        "settlements": queries.settlements(code), "tie_form": TieForm(offered) if offered.exists() else None,
        "write_offs": queries.write_offs(code), "two_people_from": settings.REFUND_TWO_PEOPLE,
    } | more  # fmt: skip
    if "form" not in more:
        initial = {"rows": _offered(held), "key": secrets.token_hex(16)}
        context["form"] = SettlementForm(offered, initial=initial)
    if "loss_form" not in more:
        context["loss_form"] = WriteOffForm(held, initial={"key": secrets.token_hex(16)})
    wrong = context["form"].errors or context["loss_form"].errors
    return render(request, "payments/desk/carrier.html", context, status=422 if wrong else 200)


def _settle(request: DeskRequest, code: str, form: SettlementForm) -> bool:
    """Write down what the form says; a refusal is put where it belongs."""
    said = form.cleaned_data
    try:
        settled = services.settle_carrier(
            code, said["rows"], said["fee"], operators_account(), request.user, key=said["key"], receipt=said["receipt"]
        )  # fmt: skip
    except Refusal as refusal:
        refusal.put_in(form)
        return False
    messages.success(request, _("Đã ghi: hãng nộp %(amount)s.") % {"amount": show_dong(settled.handed_over)})
    return True


def _look(request: DeskRequest, code: str, held: list[queries.Held]) -> HttpResponse:
    """The carrier's file, line by line, before anything is written; its lines go into the form, beside what was typed."""
    offered = queries.unplaced(operators_account())
    said = request.POST.copy()
    bad, listed = "", None
    if "file" not in request.FILES:
        bad = _("Hãy chọn tệp.")
    else:
        try:
            file: Any = request.FILES["file"]
            listed = read_list(code, file, file.name or "")
            if len(listed.taken) > MOST_ROWS:
                bad, listed = _("Mỗi lần nhiều nhất %(n)s đơn. Hãy chia tệp.") % {"n": MOST_ROWS}, None
        except Refusal as refusal:
            bad = str(refusal)
    if listed is not None:
        lines = [(row.code, row.amount or 0) for row in listed.taken]
        said["rows"] = with_list(said.get("rows", ""), _offered(held), lines)
    form = SettlementForm(offered, said)
    if bad:
        form.add_error("file", bad)
    return _page(request, code, held, form=form, listed=listed, missing=_missing(held, listed))


def _missing(held: list[queries.Held], listed: CarrierList | None) -> list[queries.Held]:
    """Orders that the carrier holds money of and that its file does not name."""
    named = {row.code for row in listed.rows} if listed else set()
    return [each for each in held if each.order.public_code not in named] if listed else []


def _table(held: list[queries.Held]) -> Table:
    head = [
        _("Đơn"), _("Mã gửi hàng"), _("Gian hàng"), _("Giao lúc"), _("Số ngày"), _("Hãng giữ (đồng)"), _("Chờ xóa nợ"),
    ]  # fmt: skip
    prefetch_related_objects([each.order for each in held], "shipments")
    return head, _table_rows(held)


def _table_rows(held: Iterable[queries.Held]) -> Iterable[Sequence[Any]]:
    for each in held:
        at = each.order.delivered_at
        yield [
            each.order.public_code, ", ".join(row.code for row in each.order.shipments.all() if row.code),
            each.order.shop.name, f"{timezone.localtime(at):%Y-%m-%d}" if at else "", each.days, each.amount,
            _("có") if each.asked else "",
        ]  # fmt: skip


@require_POST
@running_money
def tie(request: DeskRequest, code: str, settlement_id: int) -> HttpResponse:
    """The bank's line of a settlement has come."""
    if not CarrierSettlement.objects.filter(pk=settlement_id, carrier=code).exists():
        raise Http404
    form = TieForm(queries.unplaced(operators_account()), request.POST)
    if not form.is_valid():
        messages.error(request, _("Hãy chọn khoản tiền."))
        return redirect("desk:carrier", code)
    try:
        services.tie_receipt(settlement_id, form.cleaned_data["receipt"].pk, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã ghép với khoản tiền ngân hàng báo."))
    return redirect("desk:carrier", code)


# --- what will never be handed over -----------------------------------------------------------------------------------


@require_POST
@running_money
def write_off(request: DeskRequest, code: str) -> HttpResponse:
    """The market gives up what a carrier owes for some orders; the sellers get their money."""
    held = _held(code)
    form = WriteOffForm(held, request.POST)
    if not form.is_valid():
        return _page(request, code, held, loss_form=form)
    said = form.cleaned_data
    try:
        made = services.write_off(code, said["orders"], said["reason"], by=request.user, key=said["key"])
    except Refusal as refusal:
        refusal.put_in(form)
        return _page(request, code, held, loss_form=form)
    words = {
        State.DONE: _("Đã xóa nợ %(amount)s. Người bán được trả đủ."),
        State.WAITING: _("Đã đề nghị xóa nợ %(amount)s. Cần một người khác duyệt."),
    }
    messages.success(request, words[State(made.state)] % {"amount": show_dong(made.amount)})
    return redirect("desk:carrier", code)


def _step(
    request: DeskRequest, code: str, write_off_id: int, step: Callable[..., object], done: str
) -> HttpResponse:
    if not CarrierWriteOff.objects.filter(pk=write_off_id, carrier=code).exists():
        raise Http404
    try:
        step(write_off_id, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("desk:carrier", code)


@require_POST
@running_money
def approve_write_off(request: DeskRequest, code: str, write_off_id: int) -> HttpResponse:
    """A second person agrees."""
    done = _("Đã xóa nợ. Người bán được trả đủ.")
    return _step(request, code, write_off_id, services.approve_write_off, done)


@require_POST
@running_money
def drop_write_off(request: DeskRequest, code: str, write_off_id: int) -> HttpResponse:
    """It is not to be given up."""
    return _step(request, code, write_off_id, services.drop_write_off, _("Đã bỏ đề nghị. Hãng vẫn nợ."))


@require_POST
@running_money
def take_back_write_off(request: DeskRequest, code: str, write_off_id: int) -> HttpResponse:
    """The carrier pays after all."""
    return _step(
        request, code, write_off_id, services.take_back_write_off, _("Hãng lại nợ. Hãy ghi số tiền hãng nộp.")
    )  # fmt: skip
