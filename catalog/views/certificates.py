"""Certificates: handed in by the farmer, verified by an officer of the place."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from catalog import certificates
from catalog.lot_forms import PaperForm, RejectForm
from catalog.models import Certificate
from common.errors import Refusal
from places.access import OFFICERS, places_of
from sellers.access import Do
from sellers.selling import SellerRequest, selling

# --- the farmer -----------------------------------------------------------------------------------------------------


@require_safe
@selling(Do.EDIT_PRODUCTS)
def own(request: SellerRequest) -> HttpResponse:
    """Everything handed in, with what came of it."""
    papers = certificates.papers_handed_in(request.shop)
    return render(request, "catalog/papers.html", {"papers": papers, "tab": "goods"})


@require_http_methods(["GET", "HEAD", "POST"])
@selling(Do.EDIT_PRODUCTS)
def new(request: SellerRequest) -> HttpResponse:
    """Hand in a paper: what stands on it, and a photo."""
    form = PaperForm(request.POST or None, request.FILES or None, shop=request.shop)
    if request.method == "POST" and form.is_valid():
        try:
            certificates.hand_in_certificate(
                request.shop, form.facts(), form.cleaned_data["photo"], by=request.user, actor=request.actor
            )
        except Refusal as refusal:
            refusal.put_in(form)
        else:
            messages.success(request, _("Đã gửi giấy. Cán bộ xã xem xong thì dấu hiện trên hàng."))
            return redirect("papers:list")
    status = 422 if request.method == "POST" else 200
    return render(request, "catalog/paper_form.html", {"form": form, "tab": "goods"}, status=status)


@require_safe
@selling(Do.EDIT_PRODUCTS)
def own_photo(request: SellerRequest, pk: int) -> HttpResponse:
    """The photo of one's own paper."""
    return _photo(certificates.paper_of(request.shop, pk))


@require_POST
@selling(Do.EDIT_PRODUCTS)
def withdraw(request: SellerRequest, pk: int) -> HttpResponse:
    """Take a paper away."""
    paper = certificates.paper_of(request.shop, pk)
    if paper is None:
        raise Http404
    certificates.withdraw_certificate(paper, by=request.actor)
    messages.success(request, _("Đã bỏ giấy này."))
    return redirect("papers:list")


def _photo(paper: Certificate | None) -> HttpResponse:
    if paper is None or paper.evidence is None:
        raise Http404
    return HttpResponse(paper.evidence.file.read(), content_type="image/jpeg")


# --- the officers ---------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    """Papers of my places that nobody has looked at, longest waiting first. Others do not have this page."""
    return _queue(request)


def _queue(
    request: SignedInRequest, *, form: RejectForm | None = None, at: int = 0, status: int = 200
) -> HttpResponse:
    if not request.user.is_superuser and not places_of(request.user, *OFFICERS).exists():
        raise Http404
    rows = [
        (paper, form if form is not None and paper.pk == at else RejectForm(auto_id=f"id_{paper.pk}_%s"))
        for paper in certificates.waiting_papers(request.user)
    ]
    return render(request, "catalog/paper_queue.html", {"rows": rows}, status=status)


@require_safe
@never_cache
@login_required
def photo(request: SignedInRequest, pk: int) -> HttpResponse:
    """The photo of a paper, for those who decide on it."""
    return _photo(_to_judge(request, pk))


@require_POST
@never_cache
@login_required
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Verify a paper, or send it back for a reason."""
    paper = _to_judge(request, pk)
    said: dict[str, Any] = {"shop": paper.shop.name, "paper": paper.get_kind_display()}
    if "verify" in request.POST:
        certificates.verify_certificate(paper, by=request.user)
        messages.success(request, _("Đã xác minh %(paper)s của %(shop)s.") % said)
        return redirect("paper_desk:queue")
    form = RejectForm(request.POST, auto_id=f"id_{paper.pk}_%s")
    if not form.is_valid():
        return _queue(request, form=form, at=paper.pk, status=422)
    certificates.reject_certificate(paper, by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("Đã trả lại %(paper)s của %(shop)s.") % said)
    return redirect("paper_desk:queue")


def _to_judge(request: SignedInRequest, pk: int) -> Certificate:
    """A paper that this person decides on; every other one does not exist."""
    return get_object_or_404(certificates.papers_judged_by(request.user), pk=pk)
