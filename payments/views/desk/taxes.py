"""Rates, sellers' taxes, and the month's list for the tax office."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.days import local_day, months_back
from common.errors import Refusal
from common.ratelimits import limited
from common.spreadsheets import XLSX
from payments import services, taxes
from payments.desk import DeskRequest, running_money
from payments.models import Rate, SellerTax
from payments.tax_forms import EndRateForm, RateForm, SellerTaxForm
from sellers.models import Shop

MOST_RATES = 200


@require_http_methods(["GET", "HEAD", "POST"])
@running_money
def home(request: DeskRequest) -> HttpResponse:
    """Every rate, who comes near the tax, and the months to take away; a POST adds a rate. 12 queries at most."""
    form = RateForm(request.POST if request.method == "POST" else None, initial={"valid_from": local_day()})
    if form.is_bound and form.is_valid():
        said = dict(form.cleaned_data, rate=form.hundredths)
        del said["percent"]
        try:
            services.add_rate(**said, by=request.user)
        except Refusal as refusal:
            refusal.put_in(form)
        else:
            messages.success(request, _("Đã thêm mức này."))
            return redirect("desk:taxes")
    today = local_day()
    context = {
        "form": form,
        "rates": Rate.objects.select_related("category").order_by("kind", "-valid_from", "-pk")[:MOST_RATES],
        "today": today,
        "near": taxes.sellers_near_tax(today.year), "limit": taxes.settings.TAX_FREE_YEARLY, "warn_at": taxes.WARN_AT,
        "on": taxes.settings.PAYMENT_RATES,
        "months": [months_back(today, back) for back in range(12)],
    }  # fmt: skip
    return render(request, "payments/desk/taxes.html", context, status=422 if form.is_bound else 200)


@require_POST
@running_money
def end_rate(request: DeskRequest, rate_id: int) -> HttpResponse:
    """A rate holds until the end of a day."""
    rate = get_object_or_404(Rate, pk=rate_id)
    form = EndRateForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Hãy chọn ngày cuối."))
        return redirect("desk:taxes")
    try:
        services.end_rate(rate.pk, form.cleaned_data["last"], by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Đã đặt ngày cuối của mức này."))
    return redirect("desk:taxes")


@require_safe
@running_money
def find_seller(request: DeskRequest) -> HttpResponse:
    """To a seller's taxes, by the shop's code."""
    code = request.GET.get("ma", "").strip().upper()
    if code and Shop.objects.filter(public_code=code).exists():
        return redirect("desk:seller_tax", code)
    messages.error(request, _("Không có gian hàng nào có mã “%(code)s”.") % {"code": code[:20]})
    return redirect("desk:taxes")


@require_http_methods(["GET", "HEAD", "POST"])
@running_money
def seller(request: DeskRequest, code: str) -> HttpResponse:
    """What is known of one seller's taxes."""
    shop = get_object_or_404(Shop, public_code=code)
    row = SellerTax.objects.filter(shop=shop).first()
    known: dict[str, Any] = {"withheld": True}
    if row is not None:
        known = {name: getattr(row, name) for name in SellerTaxForm.base_fields}
    form = SellerTaxForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_bound and form.is_valid():
        services.set_seller_tax(shop, **form.cleaned_data, by=request.user)
        messages.success(request, _("Đã ghi thuế của %(shop)s.") % {"shop": shop.name})
        return redirect("desk:taxes")
    context = {"form": form, "shop": shop, "near": taxes.near_tax_free(taxes.sold_in(shop, local_day().year))}
    return render(request, "payments/desk/seller_tax.html", context, status=422 if form.is_bound else 200)


@require_safe
@running_money
@limited("20/minute", methods=("GET",))
def file(request: DeskRequest, month: date, ending: str) -> HttpResponse:
    """The month's list as CSV or XLSX."""
    if month > local_day() or ending not in ("csv", "xlsx"):
        raise Http404
    rows = taxes.month_taxes(month)
    made: str | bytes = taxes.taxes_csv(rows) if ending == "csv" else taxes.taxes_xlsx(month, rows)
    response = HttpResponse(made, content_type=XLSX if ending == "xlsx" else "text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="thue-{month:%Y-%m}.{ending}"'
    return response
