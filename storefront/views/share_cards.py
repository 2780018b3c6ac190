"""The pictures that chats show beside a link to a shop or a product."""

from collections.abc import Callable
from typing import TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from catalog.models import Product
from catalog.queries import product_to_share
from sellers.models import Shop
from sellers.queries import shop_to_share
from storefront.caching import public_page
from storefront.prints.facts import product_facts, shop_facts
from storefront.share_files import card_path, kept_or_drawn, version_of

Thing = TypeVar("Thing", Shop, Product)
for_a_year = cache_control(public=True, max_age=31_536_000, immutable=True)


@require_safe
def shop_card(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """A live shop's picture. 1 query."""
    return _answer(request, "s", shop_to_share(code), version, _draw_shop)


@require_safe
def product_card(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """The picture of something on sale. 1 query."""
    return _answer(request, "h", product_to_share(code), version, _draw_product)


def _draw_shop(shop: Shop) -> bytes:
    from storefront import share_cards  # fonts and drawing are memory that few processes need

    return share_cards.shop_card(shop_facts(shop))


def _draw_product(product: Product) -> bytes:
    from storefront import share_cards

    return share_cards.product_card(product_facts(product))


def _answer(
    request: HttpRequest, kind: str, thing: Thing | None, version: str, draw: Callable[[Thing], bytes]
) -> HttpResponse:
    if thing is None:
        raise Http404
    if version != version_of(thing):  # an old link in a chat shows what is true today
        return _moved(request, thing)
    with translation.override("vi"):  # one picture for all: it is read in a Vietnamese chat
        data = kept_or_drawn(kind, thing, lambda: draw(thing))
    return _kept(request, data)


@public_page
def _moved(request: HttpRequest, thing: Shop | Product) -> HttpResponse:
    return redirect(card_path(thing))


@for_a_year
def _kept(request: HttpRequest, data: bytes) -> HttpResponse:
    return HttpResponse(data, content_type="image/jpeg")
