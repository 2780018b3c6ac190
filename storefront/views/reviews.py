"""Reviews as buyers see them: writing one, reading all of a product, telling the officers about one."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from catalog import queries as catalog
from catalog.models import Product
from common.actors import GUEST, Actor
from common.errors import Refusal
from common.ratelimits import limited
from orders import review_queries, reviews
from orders.models import Order, OrderLine, Review
from orders.queries import order_by_key
from orders.review_forms import ReportForm, ReviewForm
from storefront.caching import public_page

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
@never_cache
@limited("60/minute")
def write(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """What the buyer says about one product of an order: the first time, and again for 30 days."""
    order = order_by_key(key)
    line = review_queries.line_of_product(order, code) if order else None
    if order is None or line is None:
        raise Http404
    try:
        review = reviews.review_to_write(order, line.product_id)
    except Refusal as refusal:
        return _page(request, order, line, None, None, problem=refusal)
    if request.method != "POST":
        return _page(request, order, line, review, ReviewForm(initial=ReviewForm.values_of(review)))
    form = ReviewForm(request.POST, request.FILES)
    if form.is_valid():
        user = request.user if isinstance(request.user, User) else None
        try:
            reviews.write_review(order, line.product_id, form.said(), by=user)
        except Refusal as refusal:
            refusal.put_in(form)
        else:
            return redirect(f"{order.get_absolute_url()}#nhan-xet")
    return _page(request, order, line, review, form, status=422)


def _page(
    request: HttpRequest, order: Order, line: OrderLine, review: Review | None, form: ReviewForm | None,
    *, problem: Refusal | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {
        "order": order, "line": line, "review": review, "form": form, "problem": problem,
        "shown": review.author if review else reviews.name_shown(order.name),
    }  # fmt: skip
    status = problem.status if problem else status
    return render(request, "storefront/review_write.html", context, status=status)


@require_safe
@public_page
def all_of(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """All reviews of a product, newest first. 5 queries."""
    product = _product(slug, code)
    context = {
        "product": product,
        "shop": product.shop,
        "page": review_queries.page_of(product, request.GET.get("sau", "")),
    }
    return render(request, "storefront/reviews_all.html", context)


@form_page
@never_cache
@limited("10/minute")
def report(request: HttpRequest, slug: str, code: str, review: str) -> HttpResponse:
    """Anybody may ask the officers to look at a review. It stays shown until they have."""
    product = _product(slug, code)
    found = review_queries.shown_review(product, review)
    if found is None:
        raise Http404
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor = Actor.of(request.user) if isinstance(request.user, User) else GUEST
        reviews.report_review(found.pk, form.sentence(), by=actor)
        return redirect(f"{request.path}?xong=1")
    context = {
        "product": product, "shop": product.shop, "review": found, "form": form, "done": "xong" in request.GET,
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "storefront/review_report.html", context, status=status)


def _product(slug: str, code: str) -> Product:
    found = catalog.product_page(slug, code)
    if found is None:
        raise Http404
    return found
