"""Pages about the person, whatever they do here."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import outbox, push
from accounts.forms import ReachedByForm
from accounts.requests import SignedInRequest
from common.ratelimits import limited


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def reached_by(request: SignedInRequest) -> HttpResponse:
    """How the person wants to be told of orders. Codes for signing in always come to the phone."""
    form = ReachedByForm(request.user, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        request.user.reached_by = form.cleaned_data["reached_by"]
        request.user.save(update_fields=["reached_by"])
        messages.success(request, _("Đã ghi."))
        return redirect("reached_by")
    context = {
        "told": outbox.told(request.user),
        "form": form,
        "push_key": push.public_key() if push.is_offered() else "",
    }
    return render(request, "account/reached_by.html", context, status=422 if form.is_bound else 200)


@require_POST
@login_required
@limited("20/hour")
def keep_device(request: SignedInRequest) -> HttpResponse:
    """This browser takes notices from now on: 204; 422 for what is no subscription. The body is what the browser gave."""
    if not push.is_offered():
        raise Http404
    try:
        push.keep_device(request.user, json.loads(request.body[:4096]))
    except ValueError:
        return HttpResponse(status=422)
    return HttpResponse(status=204)
