"""Cash that carriers collected: who holds how much, what was handed over."""

import secrets

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import Refusal
from common.money import show_dong
from payments import payout_queries as queries
from payments import services
from payments.desk import DeskRequest, running_money
from payments.models import CarrierSettlement
from payments.payout_forms import SettlementForm, TieForm
from payments.settling import operators_account


@require_safe
@running_money
def carriers(request: DeskRequest) -> HttpResponse:
    """Carriers that hold cash. 6 queries at most."""
    return render(request, "payments/desk/carriers.html", {"owing": queries.carriers_owing()})


@require_http_methods(["GET", "HEAD", "POST"])
@running_money
def carrier(request: DeskRequest, code: str) -> HttpResponse:
    """One carrier: which orders' cash it has, and the form for what it hands over. 12 queries at most."""
    held, before = queries.held_by(code), queries.settlements(code)
    if not held and not before and queries.carrier_name(code) == code:
        raise Http404
    account = operators_account()
    offered = queries.unplaced(account)
    if request.method == "POST":
        form = SettlementForm(offered, request.POST)
        if form.is_valid():
            said = form.cleaned_data
            try:
                settled = services.settle_carrier(
                    code, said["rows"], said["fee"], account, request.user, key=said["key"], receipt=said["receipt"]
                )  # fmt: skip
            except Refusal as refusal:
                refusal.put_in(form)
            else:
                messages.success(
                    request, _("Đã ghi: hãng nộp %(amount)s.") % {"amount": show_dong(settled.handed_over)}
                )
                return redirect("desk:carrier", code)
    else:
        lines = "\n".join(f"{each.order.public_code} {each.amount}" for each in held)
        form = SettlementForm(offered, initial={"rows": lines, "key": secrets.token_hex(16)})
    context = {
        "code": code, "name": queries.carrier_name(code), "held": held, "sum": sum(each.amount for each in held),
        "form": form, "settlements": before, "tie_form": TieForm(offered) if offered.exists() else None,
    }  # fmt: skip
    return render(request, "payments/desk/carrier.html", context, status=422 if form.errors else 200)


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
