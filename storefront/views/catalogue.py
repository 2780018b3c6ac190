"""The catalogue: all goods, a kind of goods, and the search."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from catalog import queries
from catalog.filters import CHEAPEST, NEWEST, POPULAR, ProductFilter
from catalog.menus import kind_by_slug, kind_ids
from catalog.models import Category, Product
from storefront.caching import public_page

SORT_WORDS = [(NEWEST, _("Mới đăng")), (POPULAR, _("Bán chạy")), (CHEAPEST, _("Giá thấp trước"))]


@require_safe
@public_page
def catalogue(request: HttpRequest) -> HttpResponse:
    """Everything on sale, filtered by its address. 6 queries at most."""
    return _list(request, None)


@require_safe
@public_page
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """One kind of goods and the kinds below it. 6 queries at most."""
    kind = kind_by_slug(slug)
    if kind is None:
        raise Http404
    return _list(request, kind)


def _list(request: HttpRequest, kind: Category | None) -> HttpResponse:
    rows = Product.objects.on_sale()
    if kind is not None:
        rows = rows.filter(category_id__in=kind_ids(kind))
    chosen = ProductFilter(request.GET, queryset=rows, request=request, without_kind=kind is not None)
    sort = request.GET.get("xep", NEWEST)
    context = {
        "kind": kind,
        "filter": chosen,
        "page": queries.page_of(chosen.qs, sort, request.GET.get("sau", "")),
        "count": queries.capped_count(chosen.qs),
        "sort": sort,
        "sorts": SORT_WORDS,
    }
    return render(request, "storefront/catalogue.html", context)


@require_safe
@public_page
def search(request: HttpRequest) -> HttpResponse:
    """Goods by words, accents or not. 6 queries at most."""
    query = request.GET.get("q", "")[:80].strip()
    chosen = ProductFilter(request.GET, queryset=Product.objects.on_sale(), request=request)
    found = queries.found(query, chosen.qs) if query else None
    context = {
        "query": query,
        "filter": chosen,
        "found": found,
        "categories": [] if found and found.count else queries.categories(),
    }
    return render(request, "storefront/search.html", context)
