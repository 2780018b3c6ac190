"""Pages about the person, whatever they do here."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.forms import ReachedByForm
from accounts.requests import SignedInRequest


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
    return render(request, "account/reached_by.html", {"form": form}, status=422 if form.is_bound else 200)
