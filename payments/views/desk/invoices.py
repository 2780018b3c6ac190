"""Invoices: what a licensed provider needs, and what it answered."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common import audit
from common.errors import Refusal
from common.ratelimits import limited
from payments import invoices, services
from payments.desk import DeskRequest, running_money
from payments.tax_forms import InvoiceFileForm, InvoiceForm, PeriodForm

LISTED = 50


def _page(request: DeskRequest, status: int = 200, **more: Any) -> HttpResponse:
    period = PeriodForm(request.GET)
    context: dict[str, Any] = {"period": period, "form": InvoiceForm(), "file_form": InvoiceFileForm()}
    if period.is_valid():
        rows = _orders(period)
        context["orders"] = rows.select_related("shop", "invoice")[:LISTED]
        context |= {
            "count": rows.count(),
            "most": invoices.MOST_ORDERS,
            "query": request.GET.urlencode(),
            "listed": LISTED,
        }
    elif status == 200:
        status = 422
    return render(request, "payments/desk/invoices.html", context | more, status=status)


def _orders(period: PeriodForm) -> Any:
    said = period.cleaned_data
    choose = invoices.delivered if said["tat_ca"] else invoices.without_invoice
    return choose(said["tu"], said["den"])


@require_safe
@running_money
def home(request: DeskRequest) -> HttpResponse:
    """Delivered orders of some days that have no invoice yet (or all), the first 50. 8 queries at most."""
    return _page(request)


@require_safe
@running_money
@limited("20/minute", methods=("GET",))
def file(request: DeskRequest, ending: str) -> HttpResponse:
    """The same orders, with what an invoice needs, as JSON or CSV; who took it is noted, because buyers stand in it."""
    period = PeriodForm(request.GET)
    if ending not in ("json", "csv"):
        raise Http404
    if not period.is_valid() or _orders(period).count() > invoices.MOST_ORDERS:
        return HttpResponse(_("Hãy chọn ít ngày hơn."), status=422, content_type="text/plain; charset=utf-8")
    first, last = period.cleaned_data["tu"], period.cleaned_data["den"]
    facts = invoices.facts_of(_orders(period))
    audit.record(
        "invoices.exported",
        request.user,
        by=request.actor,
        first=f"{first}",
        last=f"{last}",
        orders=len(facts),
    )
    made = invoices.invoices_json(facts) if ending == "json" else invoices.invoices_csv(facts)
    kind = "application/json" if ending == "json" else "text/csv; charset=utf-8"
    response = HttpResponse(made, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="hoa-don-{first}_{last}.{ending}"'
    return response


@require_POST
@running_money
def keep(request: DeskRequest) -> HttpResponse:
    """One invoice, typed by hand."""
    form = InvoiceForm(request.POST)
    if form.is_valid():
        said = dict(form.cleaned_data)
        try:
            services.keep_invoice(said.pop("order"), **said, by=request.user)
        except Refusal as refusal:
            refusal.put_in(form)
        else:
            messages.success(request, _("Đã ghi hóa đơn."))
            return redirect("desk:invoices")
    return _page(request, 422, form=form)


@require_POST
@running_money
def bring(request: DeskRequest) -> HttpResponse:
    """The provider's file. What is right is kept; what is wrong is listed by its line."""
    form = InvoiceFileForm(request.POST, request.FILES)
    brought = None
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            brought = services.keep_invoices(
                file.read(), file.name, by=request.user, provider=form.cleaned_data["provider"]
            )
        except Refusal as refusal:
            refusal.put_in(form)
    if brought is not None and not brought.faults:
        messages.success(request, _("Đã ghi %(n)s hóa đơn.") % {"n": brought.kept})
        return redirect("desk:invoices")
    return _page(request, 422, file_form=form, brought=brought)
