"""A shop and a product, as buyers see them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from catalog import queries as catalog
from orders.review_queries import first_reviews
from sellers import queries as sellers
from storefront.caching import public_page


@require_safe
@public_page
def shop(request: HttpRequest, slug: str) -> HttpResponse:
    """A shop's page and shelf. 4 queries; old addresses redirect for ever."""
    found = sellers.public_shop(slug)
    if found is None:
        moved = sellers.shop_by_old_slug(slug)
        if moved is None:
            raise Http404
        return redirect(moved, permanent=True)
    return render(
        request,
        "storefront/shop.html",
        {"shop": found, "front": found.front, "products": catalog.shelf(found)},
    )


@require_safe
@public_page
def product(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """One product. 7 queries at most."""
    found = catalog.product_page(slug, code)
    if found is None:
        moved = sellers.shop_by_old_slug(slug)
        if moved is None or moved.slug == slug:
            raise Http404
        return redirect("market:product", moved.slug, code, permanent=True)
    others = [other for other in catalog.shelf(found.shop, limit=5) if other.pk != found.pk][:4]
    context = {"product": found, "shop": found.shop, "others": others, "reviews": first_reviews(found)}
    return render(request, "storefront/product.html", context)
