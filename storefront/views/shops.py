"""A shop and a product, as buyers see them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from catalog import queries as catalog
from catalog.shown_facts import shown_facts
from common.public_pages import tag
from orders.review_queries import first_reviews
from sellers import queries as sellers
from storefront.caching import public_page, while_unchanged
from storefront.queries import product_stamp, shop_stamp


@require_safe
@public_page
@while_unchanged(shop_stamp)
def shop(request: HttpRequest, slug: str) -> HttpResponse:
    """A shop's page and shelf. 5 queries at most; old addresses redirect for ever."""
    found = sellers.public_shop(slug)
    if found is None:
        moved = sellers.shop_by_old_slug(slug)
        if moved is None:
            raise Http404
        return redirect(moved, permanent=True)
    context = {
        "shop": found,
        "front": found.front,
        "products": catalog.shelf(found),
        "certificates": SimpleLazyObject(lambda: catalog.papers_of(found)),  # read where a block shows them
    }
    return tag(render(request, "storefront/shop.html", context), found.page_tag)


@require_safe
@public_page
@while_unchanged(product_stamp)
def product(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """One product. 9 queries at most."""
    found = catalog.product_page(slug, code)
    if found is None:
        moved = sellers.shop_by_old_slug(slug)
        if moved is None or moved.slug == slug:
            raise Http404
        return redirect("market:product", moved.slug, code, permanent=True)
    others = [other for other in catalog.shelf(found.shop, limit=5) if other.pk != found.pk][:4]
    context = {
        "product": found,
        "shop": found.shop,
        "others": others,
        "reviews": first_reviews(found),
        "facts": shown_facts(found),
    }
    return tag(render(request, "storefront/product.html", context), found.shop.page_tag)
