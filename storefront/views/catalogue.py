"""The catalogue: all goods, a kind of goods, the search and what it suggests."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from catalog import queries, terms
from catalog.filters import CHEAPEST, NEWEST, POPULAR, RELEVANT, ProductFilter
from catalog.menus import children_of, kind_by_slug, kind_ids, trail_of
from catalog.models import Category, Product
from storefront.caching import public_page

SORT_WORDS = [(NEWEST, _("Mới đăng")), (POPULAR, _("Bán chạy")), (CHEAPEST, _("Giá thấp trước"))]
SEARCH_SORTS = [(RELEVANT, _("Hợp nhất")), *SORT_WORDS]


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
    cap = queries.cap_of(bool(chosen.chosen))
    context = {
        "kind": kind,
        "trail": trail_of(kind) if kind else [],
        "children": children_of(kind),
        "filter": chosen,
        "page": queries.page_of(chosen.qs, sort, request.GET.get("sau", "")),
        "count": queries.capped_count(chosen.qs, cap),
        "cap": cap,
        "sort": sort,
        "sorts": SORT_WORDS,
    }
    return render(request, "storefront/catalogue.html", context)


@require_safe
@public_page
def search(request: HttpRequest) -> HttpResponse:
    """Goods by words, accents or not, the best first unless another order is asked for. 8 queries at most."""
    query = request.GET.get("q", "")[:80].strip()
    sort = request.GET.get("xep", RELEVANT)
    chosen = ProductFilter(request.GET, queryset=Product.objects.on_sale(), request=request)
    context: dict[str, Any] = {
        "query": query,
        "filter": chosen,
        "sort": sort,
        "sorts": SEARCH_SORTS,
        "found": None,
    }
    if query and sort == RELEVANT:
        context["found"] = queries.found(query, chosen.qs, narrowed=bool(chosen.chosen))
    elif query:
        context["found"] = queries.found_in_order(
            query, chosen.qs, sort, request.GET.get("sau", ""), narrowed=bool(chosen.chosen)
        )
    if not context["found"] or not context["found"].count:
        context |= {
            "meant": terms.meant(query),
            "categories": queries.categories(),
            "in_season": queries.in_season(6),
        }
    return render(request, "storefront/search.html", context)


@require_safe
@public_page
def suggest(request: HttpRequest) -> HttpResponse:
    """Names that begin with what was typed, as options of a list. 1 query."""
    names = terms.completions(request.GET.get("q", "")[:40])
    return render(request, "storefront/communes.html", {"labels": names})
