"""The addresses of the API. Each one reads and says; refusals come out as problem documents."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest
from django.utils import translation
from ninja import Query, Schema

from catalog.menus import kinds
from common.paging import Page
from storefront.api import rows, saying
from storefront.api.auth import PartnerToken
from storefront.api.base import Code, PlaceCode
from storefront.api.problems import Problem, WrongField, WrongParameter, handle_problems
from storefront.api.schemas import (
    CategoryTree,
    LotFacts,
    Place,
    PlacePage,
    PlaceQuery,
    ProductFacts,
    ProductPage,
    ProductQuery,
    ShopFacts,
    ShopPage,
    ShopQuery,
)
from storefront.api.site import PartnerAPI, PlainJSON

Answer = TypeVar("Answer", bound=Schema)
REFUSALS = frozenset({401, 404, 422, 429})
LANGUAGE = "vi"  # names are Vietnamese; a kind of goods has its English name beside it

api = PartnerAPI(
    title="Chợ Bản – partners' read API",
    version="1.0.0",
    description=(
        "Shops, goods, harvests, places and kinds of goods of the market, read only. Every call needs the header "
        "“Authorization: Bearer TOKEN”. Amounts are whole đồng, moments are UTC, codes never change."
    ),
    urls_namespace="api",
    docs_url=None,
    renderer=PlainJSON(),
    auth=PartnerToken(),
)
handle_problems(api)


def answers(schema: type[Answer]) -> dict[Any, Any]:
    """What an address may answer."""
    return {200: schema, REFUSALS: Problem}


@api.get("/shops", response=answers(ShopPage), tags=["shops"], summary="Shops that are open")
def list_shops(request: HttpRequest, query: Query[ShopQuery]) -> ShopPage:
    """Shops that buyers may see, oldest first. One that rests is among them, with takes_orders false."""
    known_only(request, query)
    return page_of(ShopPage, rows.shops(query), saying.shop)


@api.get("/shops/{code}", response=answers(ShopFacts), tags=["shops"], summary="One shop")
def get_shop(request: HttpRequest, code: Code) -> ShopFacts:
    """A shop that is open. A paused or closed one is 404."""
    with translation.override(LANGUAGE):
        return saying.shop(rows.shop(code))


@api.get("/products", response=answers(ProductPage), tags=["products"], summary="Goods on sale")
def list_products(request: HttpRequest, query: Query[ProductQuery]) -> ProductPage:
    """Goods that buyers may see, newest first. What is no longer sold is missing, and 404 by its code."""
    known_only(request, query)
    slugs = slugs_of_kinds()
    return page_of(ProductPage, rows.products(query), lambda row: saying.product(row, slugs[row.category_id]))


@api.get("/products/{code}", response=answers(ProductFacts), tags=["products"], summary="One product")
def get_product(request: HttpRequest, code: Code) -> ProductFacts:
    """A product that is on sale."""
    row = rows.product(code)
    with translation.override(LANGUAGE):
        return saying.product(row, row.category.slug)


@api.get("/lots/{code}", response=answers(LotFacts), tags=["lots"], summary="One harvest")
def get_lot(request: HttpRequest, code: Code) -> LotFacts:
    """A harvest by the code that stands on the pack."""
    with translation.override(LANGUAGE):
        return saying.lot(rows.lot(code))


@api.get("/places", response=answers(PlacePage), tags=["places"], summary="Provinces, communes, villages")
def list_places(request: HttpRequest, query: Query[PlaceQuery]) -> PlacePage:
    """Places of today with their official codes. Villages have no national code: theirs is the commune's and a number."""
    known_only(request, query)
    return page_of(PlacePage, rows.places(query), saying.place)


@api.get("/places/{code}", response=answers(Place), tags=["places"], summary="One place")
def get_place(request: HttpRequest, code: PlaceCode) -> Place:
    """A place of today."""
    with translation.override(LANGUAGE):
        return saying.place(rows.place(code))


@api.get("/categories", response=answers(CategoryTree), tags=["categories"], summary="Kinds of goods")
def list_categories(request: HttpRequest) -> CategoryTree:
    """The whole tree of kinds, parents before children."""
    known_only(request, Schema())
    slugs = slugs_of_kinds()
    return CategoryTree(items=[saying.category(row, slugs) for row in kinds()])


def page_of(answer: type[Answer], page: Page[Any], say: Callable[[Any], Schema]) -> Answer:
    """Rows as facts, with the key of the next page."""
    with translation.override(LANGUAGE):
        return answer(**{"items": [say(row) for row in page], "next": page.next or None})


def slugs_of_kinds() -> dict[int, str]:
    """The slug of each kind of goods, by id. No query while cached."""
    return {kind.pk: kind.slug for kind in kinds()}


def known_only(request: HttpRequest, query: Schema) -> None:
    """Refuse a parameter that does not exist: "provnice=20" must not answer with the whole country."""
    unknown = sorted(set(request.GET) - set(type(query).model_fields))
    if unknown:
        names = ", ".join(type(query).model_fields) or "none"
        raise WrongParameter(
            *(
                WrongField(field=name[:60], message=f"There is no such parameter. Known: {names}")
                for name in unknown
            )
        )
