"""A seller's month: the page, and the same as files."""

from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.days import local_day, months_back
from common.ratelimits import limited
from common.spreadsheets import XLSX
from payments import statement_files
from payments.monthly import Kind, Statement, months_with_money, statement_of
from payments.sales import share_of_shop
from sellers.access import Do
from sellers.selling import SellerRequest, selling

LINES = 50  # on a page
MAKERS = {"pdf": ("application/pdf", statement_files.pdf), "xlsx": (XLSX, statement_files.xlsx)}


def _statement(request: SellerRequest, month: date) -> Statement:
    if month > local_day():
        raise Http404
    return statement_of(request.shop, month)


@require_safe
@selling(Do.SEE_MONEY)
def show(request: SellerRequest, month: date) -> HttpResponse:
    """The month's balance, what changed it, and line by line why; of one kind of line if asked. 12 queries at most."""
    statement = _statement(request, month)
    kind = request.GET.get("loai", "")
    kind = kind if kind in Kind.values else ""
    rows = [row for row in statement.rows if kind in ("", row.kind)]
    paid = share_of_shop(request.shop.pk, month, date.fromordinal(months_back(month, -1).toordinal() - 1))
    context = {
        "statement": statement, "summary": statement_files.summary(statement), "ways": statement_files.ways(statement),
        "kinds": [(each.value, str(each.label)) for each, _sum in statement.totals], "kind": kind, "paid": paid,
        "page": Paginator(rows, LINES).get_page(request.GET.get("trang")),
        "months": months_with_money(request.shop, local_day()), "no_invoice": statement_files.no_invoice(), "tab": "money",
    }  # fmt: skip
    return render(request, "payments/month.html", context)


@require_safe
@selling(Do.SEE_MONEY)
@limited("40/minute", methods=("GET",))
def file(request: SellerRequest, month: date, ending: str) -> HttpResponse:
    """The month as PDF or XLSX."""
    if ending not in MAKERS:
        raise Http404
    kind, make = MAKERS[ending]
    response = HttpResponse(make(_statement(request, month)), content_type=kind)
    name = f"tien-{month:%Y-%m}-{request.shop.public_code}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
