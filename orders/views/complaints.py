"""Complaints: the seller's answer, and the officers' desk."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from common.errors import Refusal
from orders import complaints
from orders.complaint_forms import AmountForm, AwardForm
from orders.models import Complaint, ComplaintPhoto
from places.access import OFFICERS, places_of
from sellers.access import Do
from sellers.selling import SellerRequest, selling


@require_safe
@selling(Do.HANDLE_ORDERS)
def mine(request: SellerRequest) -> HttpResponse:
    """What buyers report to this shop, open ones first."""
    context = {"complaints": complaints.of_shop(request.shop), "tab": "orders"}
    return render(request, "orders/complaints.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@selling(Do.HANDLE_ORDERS)
def answer(request: SellerRequest, code: str) -> HttpResponse:
    """One report, and the seller's answer to it: words, and how much goes back."""
    found = get_object_or_404(request.shop.complaints.select_related("order", "line"), public_code=code)
    wanted = found.line.amount if found.line and found.kind == Complaint.Kind.RETURN else None
    form = AmountForm(request.POST or None, initial={"amount": wanted})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            complaints.answer(found.pk, offered=said["amount"], text=said["text"], by=request.actor)
        except Refusal as refusal:
            refusal.put_in(form)
        else:
            messages.success(request, _("Đã trả lời khách."))
            return redirect("complaints:list")
    context = {"complaint": found, "form": form, "tab": "orders"}
    return render(request, "orders/complaint_answer.html", context, status=422 if form.is_bound else 200)


@require_safe
@selling(Do.HANDLE_ORDERS)
def photo(request: SellerRequest, code: str, number: int) -> HttpResponse:
    """A photo of a report to this shop."""
    return photo_of(request.shop.complaints.filter(public_code=code).first(), number)


def photo_of(complaint: Complaint | None, number: int) -> HttpResponse:
    """A complaint's photo by its place, 1 first; for whoever may see the complaint. Nobody keeps it in a cache."""
    photos: list[ComplaintPhoto] = (
        list(complaint.photos.select_related("picture").order_by("pk")) if complaint else []
    )
    if not 1 <= number <= len(photos):
        raise Http404
    response = HttpResponse(photos[number - 1].picture.file.read(), content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    return response


# --- the officers ---------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    """Complaints of my places that wait for an officer, longest first. Others do not have this page."""
    if not request.user.is_superuser and not places_of(request.user, *OFFICERS).exists():
        raise Http404
    mine = complaints.judged_by(request.user)
    context = {
        "desk": "complaints",
        "waiting": mine.filter(state=Complaint.State.ESCALATED).order_by("created_at")[:50],
        "decided": mine.filter(state=Complaint.State.DECIDED).order_by("-decided_at")[:12],
    }
    return render(request, "orders/complaint_queue.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: SignedInRequest, code: str) -> HttpResponse:
    """One complaint with both sides' words: how much goes back, and why."""
    found = get_object_or_404(complaints.judged_by(request.user), public_code=code)
    form = AwardForm(request.POST or None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            complaints.decide(found.pk, awarded=said["amount"], text=said["text"], by=request.user)
        except Refusal as refusal:
            refusal.put_in(form)
        else:
            messages.success(request, _("Đã quyết định, hai bên được báo."))
            return redirect("complaint_desk:queue")
    context = {"complaint": found, "form": form, "desk": "complaints"}
    return render(request, "orders/complaint_decide.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_safe
def evidence(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """A photo of a complaint that this person decides on."""
    return photo_of(complaints.judged_by(request.user).filter(public_code=code).first(), number)
