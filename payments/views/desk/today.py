"""The desk's first page: the day's money."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from payments.desk import DeskRequest, running_money


@require_safe
@running_money
def today(request: DeskRequest) -> HttpResponse:
    """Where the desk begins."""
    return render(request, "payments/desk/today.html")
