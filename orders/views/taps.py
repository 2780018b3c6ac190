"""Answering an order by one tap, from a message, without signing in. Looking at the page changes nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.errors import Refusal
from common.ratelimits import limited
from orders import taps
from orders.line_forms import LinesForm
from orders.models import OneTap


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("60/minute")
def tap(request: HttpRequest, key: str) -> HttpResponse:
    """What is asked, and three answers: yes, no, a part. A messenger's preview only ever looks."""
    found = get_object_or_404(taps.with_order(), key=key)
    if request.method != "POST":
        return _page(request, found)
    if not found.is_open:
        return _page(request, found, status=410)
    answer = request.POST.get("answer", "")
    try:
        if answer == "yes":
            taps.say_yes(found.pk)
        elif answer == "no":
            taps.say_no(found.pk)
        elif answer == "lines":
            form = LinesForm(found.order, request.POST)
            if not form.is_valid():
                return _lines(request, found, form, status=422)
            try:
                taps.say_part(
                    found.pk, form.answers(), reason=form.words, shelf_too=form.cleaned_data["shelf_too"]
                )
            except Refusal as refusal:
                refusal.put_in(form)
                return _lines(request, found, form, status=422)
        else:  # a part: which one is asked on a page of its own, which still changes nothing
            return _lines(request, found, LinesForm(found.order))
    except Refusal as refusal:
        return _page(request, found, problem=str(refusal.message), status=409)
    return _page(
        request, get_object_or_404(taps.with_order(), key=key), done=_("Đã ghi câu trả lời của bạn.")
    )


def _lines(request: HttpRequest, found: OneTap, form: LinesForm, status: int = 200) -> HttpResponse:
    context = {"tap": found, "order": found.order, "form": form}
    return _private(render(request, "orders/tap_lines.html", context, status=status))


def _page(
    request: HttpRequest, found: OneTap, *, problem: str = "", done: str = "", status: int = 200
) -> HttpResponse:
    context = {"tap": found, "order": found.order, "problem": problem, "done": done}
    return _private(render(request, "orders/tap.html", context, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    """The address is a key: no search engine keeps it. (No other site is told of any of our addresses anyway.)"""
    response["X-Robots-Tag"] = "noindex"
    return response
