"""The trader's till: sell, see the money come, look at the day. For the shop's own people; nobody acts for them here."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.days import local_day
from common.errors import Refusal
from common.money import show_dong
from common.ratelimits import limited
from payments import asking, services, stall_queries
from payments.asking import Asked
from payments.models import StallSale
from payments.stall_forms import KeptSale, SessionForm, TillForm, read_kept
from sellers.access import Do
from sellers.selling import SellerRequest, selling

SELL: dict[str, Callable[..., StallSale]] = {
    StallSale.Method.QR: services.start_sale,
    StallSale.Method.PLATE: services.plate_sale_entered,
    StallSale.Method.CASH: services.cash_sale,
}
MOST_RECORDS, MOST_BYTES = 50, 64 * 1024

# --- the till ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@selling(Do.SEE_MONEY)
@limited("120/minute")
def till(request: SellerRequest) -> HttpResponse:
    """The number pad; sent, the sale's own page, or only its part for a page that asks so. 12 queries at most."""
    form = TillForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            sale = SELL[said["how"]](
                request.shop, said["amount"], client_uuid=said["key"], note=said["note"], by=request.actor
            )
        except Refusal as refusal:
            refusal.put_in(form)
        else:
            return _sold(request, sale)
    return render(request, "payments/till.html", _till(request, form), status=422 if form.is_bound else 200)


def _sold(request: SellerRequest, sale: StallSale) -> HttpResponse:
    if request.headers.get("X-Part"):
        return _part(request, sale)
    if sale.is_waiting:
        return redirect(sale)
    messages.success(request, _("Đã ghi bán %(amount)s.") % {"amount": show_dong(sale.amount)})
    return redirect("stall:till")


def _till(request: SellerRequest, form: TillForm) -> dict[str, Any]:
    fresh = TillForm()  # a form that was refused is another try, with another name
    return {
        "form": form, "key": fresh["key"].value(), "session": stall_queries.open_session_of(request.shop),
        "takings": stall_queries.day_of(request.shop, local_day()),
        "waiting": stall_queries.waiting_sale(request.shop), "heard": stall_queries.heard_until(request.shop),
        "tab": "money",
    }  # fmt: skip


@require_safe
@cache_control(public=True, max_age=300)
def shell(request: HttpRequest) -> HttpResponse:
    """The till as a phone keeps it for when there is no signal. The same for everybody: nothing personal in it."""
    return render(request, "payments/till_shell.html", {"form": TillForm()})


@require_safe
@selling(Do.SEE_MONEY)
def heard(request: SellerRequest) -> HttpResponse:
    """What the bank has told since the line numbered `sau`; 204 while that is nothing. For the till to ask now and then.

    Without a number it is told from where to ask.
    """
    try:
        number = int(request.GET["sau"])
    except (KeyError, ValueError):
        return _heard(request, [], stall_queries.heard_until(request.shop))
    lines = stall_queries.heard_since(request.shop, number)
    return _heard(request, lines, lines[-1].number) if lines else HttpResponse(status=204)


def _heard(request: SellerRequest, lines: list[Any], number: int) -> HttpResponse:
    return render(request, "payments/till_heard.html", {"lines": lines, "heard": number})


# --- one sale ---------------------------------------------------------------------------------------------------------


def own_sale(request: SellerRequest, key: str) -> StallSale:
    """One of the shop's own sales; anybody else's does not exist."""
    sale = stall_queries.sale_by_key(request.shop, key)
    if sale is None:
        raise Http404
    return sale


def _said_of(sale: StallSale) -> dict[str, Any]:
    return {
        "sale": sale,
        "asked": Asked(sale.payment) if sale.is_waiting and sale.payment.code else None,
        "tab": "money",
    }


def _part(request: SellerRequest, sale: StallSale) -> HttpResponse:
    context = _said_of(sale)
    if not sale.is_waiting:  # the day's sum on the page has changed
        context["takings"] = stall_queries.day_of(request.shop, local_day())
    return render(request, "payments/till_sale.html", context)


@require_safe
@selling(Do.SEE_MONEY)
def sale(request: SellerRequest, key: str) -> HttpResponse:
    """A sale: the QR while it waits, then what became of it. 8 queries at most."""
    found = own_sale(request, key)
    returns = stall_queries.returns_of(found) if found.payment.received else []
    return render(request, "payments/till_sale_page.html", _said_of(found) | {"returns": returns})


@require_safe
@selling(Do.SEE_MONEY)
def sale_part(request: SellerRequest, key: str) -> HttpResponse:
    """The same as a fragment; 204 while it is still as the page has it (`la`: state and đồng received)."""
    found = own_sale(request, key)
    if request.GET.get("la") == f"{found.state}-{found.payment.received}":
        return HttpResponse(status=204)
    return _part(request, found)


@require_POST
@selling(Do.SEE_MONEY)
def cancel(request: SellerRequest, key: str) -> HttpResponse:
    """The buyer does not buy after all."""
    services.cancel_sale(own_sale(request, key), by=request.actor)
    messages.success(request, _("Đã hủy lần bán này."))
    return redirect("stall:till")


@require_POST
@selling(Do.SEE_MONEY)
def in_cash(request: SellerRequest, key: str) -> HttpResponse:
    """The buyer pays in cash instead. Pressing twice counts once."""
    paid = services.pay_in_cash(own_sale(request, key), by=request.actor)
    messages.success(request, _("Đã ghi bán %(amount)s.") % {"amount": show_dong(paid.amount)})
    return redirect("stall:till")


@require_POST
@selling(Do.SEE_MONEY)
def seen(request: SellerRequest, key: str) -> HttpResponse:
    """The trader saw the money in the bank's own app. Pressing twice counts once."""
    paid = services.declare_sale(own_sale(request, key), by=request.actor)
    messages.success(request, _("Đã ghi bán %(amount)s.") % {"amount": show_dong(paid.amount)})
    return redirect("stall:till")


# --- kept on a phone --------------------------------------------------------------------------------------------------


@require_POST
@selling(Do.SEE_MONEY)
@limited("60/minute")
def push(request: SellerRequest) -> JsonResponse:
    """Sales that a phone kept while it was without a signal, 50 at most: for each created, duplicate or rejected.

    A body that is no list of sales, or too long a one, is 422 and nothing of it is taken.
    """
    try:
        records = json.loads(request.body)["sales"] if len(request.body) <= MOST_BYTES else None
    except (ValueError, KeyError, TypeError):
        records = None
    if not isinstance(records, list) or len(records) > MOST_RECORDS:
        return JsonResponse({"error": "not_sales"}, status=422)
    return JsonResponse({"answers": [_take(request, record) for record in records]})


def _take(request: SellerRequest, record: Any) -> dict[str, str]:
    """One record, alone: what is wrong with it does not hold up the others."""
    name = str(record.get("uuid", "")) if isinstance(record, dict) else ""
    try:
        kept = read_kept(record, request.shop.public_code)
        return {"uuid": name, "answer": _enter(request, kept)}
    except ValueError as bad:
        return {"uuid": name, "answer": "rejected", "why": str(bad)}
    except Refusal as refusal:
        return {"uuid": name, "answer": "rejected", "why": refusal.code, "words": str(refusal)}


def _enter(request: SellerRequest, kept: KeptSale) -> str:
    known = services.sale_named(request.shop, kept.client_uuid) is not None
    SELL[kept.method](
        request.shop, kept.amount, client_uuid=kept.client_uuid, note=kept.note, at=kept.at, by=request.actor
    )
    return "duplicate" if known else "created"


# --- the day, the market, the plate -----------------------------------------------------------------------------------


@require_safe
@selling(Do.SEE_MONEY)
def today(request: SellerRequest) -> HttpResponse:
    """Today's sales and their sums, and those of the market the shop is at. 11 queries at most."""
    session = stall_queries.open_session_of(request.shop)
    market = stall_queries.takings_of(session) if session else None
    return _day(request, local_day(), session=session, market=market)


@require_safe
@selling(Do.SEE_MONEY)
def day(request: SellerRequest, on: date) -> HttpResponse:
    """The sales of a day on which goods may still come back. 11 queries at most."""
    if not _first_day() <= on <= local_day():
        raise Http404
    return _day(request, on)


def _first_day() -> date:
    return local_day() - timedelta(days=settings.STALL_RETURN_DAYS)


def _day(request: SellerRequest, on: date, **more: Any) -> HttpResponse:
    one = timedelta(days=1)
    context = {
        "day": on, "is_today": on == local_day(), "takings": stall_queries.day_of(request.shop, on),
        "earlier": on - one if on > _first_day() else None, "later": on + one if on < local_day() else None,
        "page": stall_queries.sales_of_day(request.shop, on, request.GET.get("sau", "")), "tab": "money",
    }  # fmt: skip
    return render(request, "payments/till_day.html", context | more)


@require_http_methods(["GET", "HEAD", "POST"])
@selling(Do.SEE_MONEY)
def sessions(request: SellerRequest) -> HttpResponse:
    """Market days: begin one, end the open one, and what each brought. 8 queries at most."""
    now_open = stall_queries.open_session_of(request.shop)
    if request.method == "POST" and "close" in request.POST:
        if now_open is not None:
            services.close_session(now_open)
            messages.success(request, _("Đã nghỉ chợ."))
        return redirect("stall:sessions")
    form = SessionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        services.open_session(request.shop, by=request.actor, **form.cleaned_data)
        return redirect("stall:till")
    page = stall_queries.sessions_of(request.shop, request.GET.get("sau", ""))
    if not form.is_bound and page.rows:
        form.initial = {"name": page.rows[0].name, "place": page.rows[0].place}
    context = {"form": form, "session": now_open, "page": page, "tab": "money"}
    return render(request, "payments/till_sessions.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@selling(Do.SEE_MONEY)
def plate(request: SellerRequest) -> HttpResponse:
    """The plate for the stall: its QR without an amount, and in letters whose account it is. 8 queries at most."""
    if request.method == "POST":
        services.plate_for(request.shop)
        return redirect("stall:plate")
    found = stall_queries.plate_of(request.shop)
    context = {"plate": found, "asked": asking.AskedByPlate(found) if found else None, "tab": "money"}
    return render(request, "payments/till_plate.html", context)
