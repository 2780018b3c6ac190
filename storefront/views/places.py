"""What a place sells. A place has an address; shops and goods keep theirs when a place moves."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from catalog import queries as catalog
from places.models import Place
from places.typed import communes_like, communes_near, label_of
from sellers import queries as sellers
from storefront.caching import public_place
from storefront.queries import intro_of, place_by_slugs, renamed_place, slugs_of


@require_safe
@public_place
def province(request: HttpRequest, province: str) -> HttpResponse:
    """A province."""
    return _place(request, province)


@require_safe
@public_place
def commune(request: HttpRequest, province: str, commune: str) -> HttpResponse:
    """A commune."""
    return _place(request, province, commune)


@require_safe
@public_place
def village(request: HttpRequest, province: str, commune: str, village: str) -> HttpResponse:
    """A village."""
    return _place(request, province, commune, village)


@require_safe
@public_place
def suggest(request: HttpRequest) -> HttpResponse:
    """Communes that begin with what was typed, or that an old name may stand for, as options of a list. 4 queries."""
    text = request.GET.get("q", "")[:80]
    rows = communes_like(text, 12) or communes_near(text, 12) if len(text) > 1 else []
    return render(request, "storefront/communes.html", {"labels": [label_of(row) for row in rows]})


def _place(request: HttpRequest, *slugs: str) -> HttpResponse:
    """Shops and goods of a place; a name it used to have redirects. 7 queries at most, 1 more for an intro's picture."""
    found = place_by_slugs(*slugs)
    if found is None:
        moved = renamed_place(*slugs)
        if moved is None:
            raise Http404
        return redirect("market:place", *slugs_of(moved), permanent=True)
    page = catalog.page_of(catalog.on_sale_in(found), after=request.GET.get("sau", ""))
    context = {
        "place": found,
        "intro": intro_of(found),
        "above": _above(found),
        "shops": sellers.shops_selling_in(found, 6),
        "page": page,
    }
    return render(request, "storefront/place.html", context)


def _above(place: Place) -> list[tuple[Place, list[str]]]:
    """The places above, country side first, with what their addresses are made of."""
    above: list[tuple[Place, list[str]]] = []
    at = place.parent
    while at is not None:
        above.insert(0, (at, slugs_of(at)))
        at = at.parent
    return above
