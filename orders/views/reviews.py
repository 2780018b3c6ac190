"""Reviews as the shop works with them, and as officers decide on them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from common.errors import Refusal
from orders import review_queries, reviews
from orders.models import Review
from orders.review_forms import AnswerForm, DecisionForm, SellerReportForm
from places.access import OFFICERS, places_of
from sellers.access import Do
from sellers.selling import SellerRequest, selling

form_page = require_http_methods(["GET", "HEAD", "POST"])

# --- the shop -------------------------------------------------------------------------------------------------------


@require_safe
@selling(Do.HANDLE_ORDERS)
def board(request: SellerRequest) -> HttpResponse:
    """What buyers said, newest first. 9 queries at most."""
    page = review_queries.board(request.shop, request.GET.get("sau", ""))
    context = {"page": page, "unanswered": review_queries.unanswered(request.shop), "tab": "home"}
    return render(request, "orders/review_board.html", context)


@form_page
@selling(Do.HANDLE_ORDERS)
def answer(request: SellerRequest, code: str) -> HttpResponse:
    """The shop's word below a review; saving again changes it."""
    review = _mine(request, code)
    form = AnswerForm(request.POST if request.method == "POST" else None, initial={"answer": review.answer})
    if request.method == "POST" and form.is_valid():
        try:
            reviews.answer_review(review.pk, form.cleaned_data["answer"], by=request.actor)
        except Refusal as refusal:
            refusal.put_in(form)
        else:
            return _back(
                request,
                review,
                _("Đã lưu câu trả lời.") if form.cleaned_data["answer"] else _("Đã gỡ câu trả lời."),
            )
    return _form_page(request, "orders/review_answer.html", review, form)


@form_page
@selling(Do.HANDLE_ORDERS)
def report(request: SellerRequest, code: str) -> HttpResponse:
    """Ask the officers to look at a review. It stays shown until they have."""
    review = _mine(request, code)
    form = SellerReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reviews.report_review(review.pk, form.sentence(), by=request.actor)
        return _back(
            request, review, _("Đã báo cán bộ. Cán bộ xem xong thì nhận xét được giữ lại hoặc bị ẩn.")
        )
    return _form_page(request, "orders/review_report.html", review, form)


def _mine(request: SellerRequest, code: str) -> Review:
    """A review of this shop; a neighbour's does not exist here."""
    found = review_queries.reviews_of(request.shop).filter(public_code=code).first()
    if found is None:
        raise Http404
    return found


def _back(request: SellerRequest, review: Review, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect(f"{reverse('reviews:board')}#nx-{review.public_code}")


def _form_page(request: SellerRequest, template: str, review: Review, form: Any) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, template, {"review": review, "form": form, "tab": "home"}, status=status)


# --- the officers ---------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    """Reported reviews of my places, longest waiting first, and the hidden ones. Others do not have this page."""
    if not request.user.is_superuser and not places_of(request.user, *OFFICERS).exists():
        raise Http404
    context = {
        "reported": review_queries.reported(request.user),
        "hidden": review_queries.hidden(request.user),
    }
    return render(request, "orders/review_queue.html", context)


@form_page
@never_cache
@login_required
def decide(request: SignedInRequest, code: str) -> HttpResponse:
    """One review with what is said against it: keep it, or hide it for a reason that its author reads."""
    review, form = _to_judge(request, code), DecisionForm(request.POST or None)
    if not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "orders/review_decide.html", {"review": review, "form": form}, status=status)
    if form.hides:
        reviews.hide_review(review.pk, by=request.user, reason=form.sentence())
        messages.success(request, _("Đã ẩn nhận xét của %(who)s.") % {"who": review.author})
    else:
        reviews.keep_review(review.pk, by=request.user, reason=form.sentence())
        messages.success(request, _("Đã giữ nhận xét của %(who)s.") % {"who": review.author})
    return redirect("moderation:queue")


def _to_judge(request: SignedInRequest, code: str) -> Review:
    """A review that this person decides on; every other one does not exist."""
    found = review_queries.judged_by(request.user).filter(public_code=code).first()
    if found is None:
        raise Http404
    return found
