"""Reads about ways of delivery."""

from dataclasses import dataclass

from catalog.models import Product
from catalog.units import Unit
from common.kept import kept
from orders.carrier_quotes import Asked
from orders.delivery import example_fees, example_questions
from orders.delivery_models import DeliveryMethod
from places.models import Level, Place
from sellers.models import Shop

ASKED_ABOUT = ("01", "79")  # Hà Nội and Thành phố Hồ Chí Minh: where parcels mostly go


def methods_of(shop: Shop) -> list[DeliveryMethod]:
    """The ways offered by a shop and by its village, with their rates. 2 queries."""
    return list(DeliveryMethod.objects.offered_by(shop).prefetch_related("rates__place__parent"))


def own_method(shop: Shop, kind: str) -> DeliveryMethod | None:
    """One of a shop's own ways, offered or not, with its rates. 2 queries."""
    return (
        DeliveryMethod.objects.filter(shop=shop, kind=kind).prefetch_related("rates__place__parent").first()
    )


def village_method(village: Place) -> DeliveryMethod | None:
    """The common parcel of a village, offered or not, with its rates. 2 queries."""
    rows = DeliveryMethod.objects.filter(village=village, kind=DeliveryMethod.Kind.VILLAGE)
    return rows.prefetch_related("rates__place__parent").first()


@dataclass(frozen=True)
class Example:
    """What sending the smallest order of a product costs: (place, đồng or None where nothing goes there)."""

    product: Product
    fees: list[tuple[Place, int | None]]


def examples(shop: Shop) -> list[Example]:
    """For the three newest products on sale: within the commune, to the two largest cities. 7 queries at most, 10 where
    the shop sends at a carrier's price."""
    return [Example(product, example_fees(shop, product, _towns(shop))) for product in _newest(shop)]


def product_to_send(shop: Shop, code: str) -> Product:
    """One of a shop's goods by its code; else a kilo of anything, for what is not listed yet. 1 query."""
    found = Product.objects.filter(shop=shop, public_code=code).first() if code else None
    return found or Product(shop=shop, unit=Unit.KG, price=0, minimum=1)


def example_of(shop: Shop, product: Product) -> Example | None:
    """What sending a product costs; None for a shop that never said how it sends. 8 queries at most."""
    if not methods_of(shop):
        return None
    return Example(product, example_fees(shop, product, _towns(shop)))


def example_questions_of(shop: Shop) -> list[Asked]:
    """What carriers have to be asked before `examples` can show their prices. 7 queries at most."""
    return [asked for product in _newest(shop) for asked in example_questions(shop, product, _towns(shop))]


def _towns(shop: Shop) -> list[Place]:
    assert shop.village.parent is not None  # a village lies in a commune
    return [shop.village.parent, *far_towns()]


def _newest(shop: Shop) -> list[Product]:
    return list(Product.objects.on_sale().filter(shop=shop).order_by("-created_at")[:3])


@kept(600)
def far_towns() -> list[Place]:
    """A commune of each of the cities people ask about, with its province. 1 query, none while kept."""
    rows = (
        Place.objects.active()
        .filter(level=Level.COMMUNE, parent__code__in=ASKED_ABOUT)
        .select_related("parent")
    )
    first: dict[int, Place] = {}
    for row in rows.order_by("parent__code", "id"):
        first.setdefault(row.parent_id or 0, row)
    return list(first.values())
