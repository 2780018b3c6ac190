"""How sales were paid, of one place: who pays without cash, and who says so."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from common.days import local_day, months_back
from growth import paid_queries
from growth.areas import Area
from growth.charts import paid_chart
from growth.exports import paid_csv
from growth.forms import PeriodForm
from growth.views.dashboard import area_for, private
from growth.windows import Window
from growth.wording import channel_name, paid_finding, period
from places.models import Level


@login_required
@require_safe
def paid(request: SignedInRequest, code: str) -> HttpResponse:
    """The share of cashless payments in a period, month by month and place by place. 12 queries at most, from roll-ups."""
    area = area_for(request, code)
    form = _form(request)
    context: dict[str, Any] = {"area": area, "form": form, "few": paid_queries.FEW, "quick": _quick()}
    if not form.is_valid():
        return render(request, "growth/paid.html", context, status=422)
    channel, found = form.cleaned_data["kenh"], _figures(area, form)
    cells = found["channels"]
    context |= found | {
        "period": period(form.window),
        "whole": cells.get(channel) or paid_queries.Paid(paid_queries.Share()),
        "by_channel": [(channel_name(name), cell) for name, cell in cells.items() if name],
        "chart": paid_chart(found["months"]),
        "finding": paid_finding(found["months"]),
        "is_commune": area.level == Level.COMMUNE,
        "query": request.GET.urlencode(),
    }
    return private(render(request, "growth/paid.html", context))


@login_required
@require_safe
def paid_file(request: SignedInRequest, code: str) -> HttpResponse:
    """The same tables as a file."""
    area = area_for(request, code)
    form = _form(request)
    if not form.is_valid():
        return HttpResponse(status=422)
    said = paid_csv(area, form.window, **_figures(area, form), channel=form.cleaned_data["kenh"])
    response = HttpResponse(said, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="khong-tien-mat-{area.code}-{form.window}.csv"'
    return private(response)


def _form(request: SignedInRequest) -> PeriodForm:
    return PeriodForm(request.GET, channels=paid_queries.channels())


def _figures(area: Area, form: PeriodForm) -> dict[str, Any]:
    channel = form.cleaned_data["kenh"]
    return {
        "channels": paid_queries.by_channel(area, form.window),
        "months": paid_queries.paid_months(area, channel),
        "parts": paid_queries.paid_parts(area, form.window, channel),
    }


def _quick() -> list[dict[str, Any]]:
    """Periods to choose with one tap: this month, the last one, twelve months."""
    today = local_day()
    last = Window.whole_months(today, 1)
    return [
        {"window": Window(months_back(today, 0), today), "kind": "this"}, {"window": last, "kind": "last"},
        {"window": Window(months_back(today, 11), today), "kind": "year"},
    ]  # fmt: skip
