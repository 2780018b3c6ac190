"""What officers and village heads read: figures, growth, months, shops to visit."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from catalog.certificates import papers_waiting
from common.days import local_day
from growth import paid_queries, queries
from growth.areas import COUNTRY_CODE, Area
from growth.charts import monthly_chart
from growth.exports import months_csv
from growth.measures import LEAST_AMOUNT, LEAST_ORDERS, LEAST_SHOPS
from growth.windows import CHOICES, USUAL, Window
from growth.wording import finding, period
from orders.review_queries import waiting
from places.models import Level
from sellers.access import Do, can


@login_required
@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """The places whose figures I may read; straight to the place if there is only one. 6 queries at most."""
    areas = queries.areas_of(request.user)
    if not areas:
        raise Http404
    if len(areas) == 1:
        return redirect("growth:place", areas[0].code)
    judges = any(area.level < Level.VILLAGE for area in areas)
    context = {
        "areas": areas,
        "reviews_waiting": waiting(request.user) if judges else None,
        "papers_waiting": papers_waiting(request.user) if judges else None,
    }
    return render(request, "growth/home.html", context)


@login_required
@require_safe
def place(request: SignedInRequest, code: str) -> HttpResponse:
    """Everything about one place. At most 18 queries, whatever its size."""
    area = area_for(request, code)
    days = _days(request)
    today = local_day()
    window = Window.ending(today, days)
    cohort = queries.cohort(area, Window.whole_months(today, CHOICES[days]))
    months = queries.months(area, today=today)
    quiet = queries.quiet_shops(area)
    grown = Window(cohort.growth.start, cohort.growth.end)
    context = {
        "area": area,
        "is_commune": area.level == Level.COMMUNE,
        "is_village": area.level == Level.VILLAGE,
        "days": days,
        "choices": CHOICES,
        "headline": queries.headline(area, window),
        "paid": paid_queries.by_channel(area, window)[""],
        "cohort": cohort,
        "growth": cohort.growth,
        "growth_period": period(grown),
        "base_period": period(cohort.base),
        "least": {"amount": LEAST_AMOUNT, "orders": LEAST_ORDERS, "shops": LEAST_SHOPS},
        "months": months,
        "chart": monthly_chart(months),
        "finding": finding(months),
        "parts": queries.parts(area, window),
        "quiet": quiet[: queries.MOST_QUIET],
        "more_quiet": len(quiet) > queries.MOST_QUIET,
        "few": queries.FEW,
        # who reads the figures of a commune is its officer, or stands above
        "may_add_village": area.level == Level.COMMUNE,
        "reviews_waiting": waiting(request.user) if area.level < Level.VILLAGE else None,
        "papers_waiting": papers_waiting(request.user) if area.level < Level.VILLAGE else None,
    }
    return private(render(request, "growth/place.html", context))


@login_required
@require_safe
def place_csv(request: SignedInRequest, code: str) -> HttpResponse:
    """The table of months as a file."""
    area = area_for(request, code)
    response = HttpResponse(months_csv(area, queries.months(area)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="cho-ban-{area.code}.csv"'
    return private(response)


def area_for(request: SignedInRequest, code: str) -> Area:
    """The place with this code, if the person may read its figures; somebody else's does not exist. 2 queries."""
    if code == COUNTRY_CODE and request.user.is_superuser:
        return Area()
    found = queries.place_by_code(code)
    if found is None or not can(request.user, Do.SEE_FIGURES, found):
        raise Http404
    return Area(found)


def _days(request: SignedInRequest) -> int:
    return {str(days): days for days in CHOICES}.get(request.GET.get("ngay", ""), USUAL)


def private(response: HttpResponse) -> HttpResponse:
    """Kept by the reader's own browser for a minute, by nobody else. Source: architecture, 6."""
    patch_cache_control(response, private=True, max_age=60)
    return response
