"""What delivery costs: which ways fit a parcel and a place, and what each asks for.

Rates are rows of `orders.delivery_models`; here is how they are read. Fees are whole đồng, weights grams.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, prefetch_related_objects

from catalog.models import Product
from common.compiled import compiled
from common.money import share
from orders.carrier_quotes import Asked, kilos_of, known
from orders.carriers import offered
from orders.delivery_models import DeliveryMethod, DeliveryRate
from orders.errors import DeliveryChanged, DeliveryNotChosen, NoCashForDelivery
from orders.models import ARRANGED_WORDS, CartLine
from places.models import Place
from sellers.models import Shop

Kind, Keeps = DeliveryMethod.Kind, Product.Keeps
NEAR = frozenset({Kind.FARM, Kind.POINT, Kind.OWN})
# What does not keep cannot wait for a truck. Source: domain facts, sections 6 and 8: no cold chain for parcels
TRAVELS: dict[str, frozenset[str]] = {
    Keeps.SAME_DAY: NEAR,
    Keeps.TWO_DAYS: NEAR | {Kind.VILLAGE, Kind.BUS},
    Keeps.FIVE_DAYS: frozenset(Kind.values),
    Keeps.WEEKS: frozenset(Kind.values),
    Keeps.DRY: frozenset(Kind.values),
}
# How a form names the shop that has said nothing about delivery: buyer and seller agree by phone
ARRANGED = "hen"


@dataclass(frozen=True)
class Parcel:
    """What one shop sends one buyer: its weight, the price of the goods in đồng, and how long each keeps."""

    grams: int
    goods: int
    keeps: frozenset[str]

    def __add__(self, other: "Parcel") -> "Parcel":
        return Parcel(self.grams + other.grams, self.goods + other.goods, self.keeps | other.keeps)

    def may_go_by(self, kind: str) -> bool:
        """Whether everything in it stands this way of travelling."""
        return all(kind in TRAVELS[keeps] for keeps in self.keeps)


def parcel_of(lines: Iterable[CartLine]) -> Parcel:
    """The parcel that cart lines of one shop make."""
    lines = list(lines)
    grams = sum(int(line.product.unit_grams * line.quantity) for line in lines)
    return Parcel(grams, sum(line.amount for line in lines), frozenset(line.product.keeps for line in lines))


def ready_on(lines: Iterable[CartLine], today: date) -> date:
    """The day from which a parcel's days are counted: today, or the last harvest of what is ordered ahead."""
    harvests = (line.product.harvest_on for line in lines if line.product.is_preorder)
    return max([today, *(day for day in harvests if day)])


@dataclass(frozen=True)
class Offer:
    """One way a buyer may choose for one shop's part, with its fee in đồng. `method` None: to be agreed by phone."""

    method: DeliveryMethod | None
    fee: int

    @property
    def key(self) -> str:
        """How a form names it."""
        return str(self.method.pk) if self.method else ARRANGED

    @property
    def label(self) -> Any:
        return self.method.get_kind_display() if self.method else ARRANGED_WORDS

    @property
    def is_picked_up(self) -> bool:
        return self.method is not None and self.method.is_picked_up

    @property
    def cash(self) -> bool:
        """Whether somebody at the door can take cash."""
        return self.method is None or self.method.kind in DeliveryMethod.PAID_AT_THE_DOOR

    def days(self, today: date) -> tuple[date, date] | None:
        """The first and the last day on which goods that are ready `today` may be there, on days that the method works."""
        if self.method is None:
            return None
        first, last = (today + timedelta(days=wait) for wait in (self.method.days_from, self.method.days_to))
        return _working_day(self.method, first), _working_day(self.method, last)

    def as_agreed(self, today: date) -> dict[str, Any]:
        """The columns of an order that keep what was agreed, whatever becomes of the method."""
        if self.method is None:
            return {}
        first, last = self.days(today) or (None, None)
        return {
            "delivery_method": self.method, "delivery_kind": self.method.kind, "delivery_hint": self.method.hint,
            "deliver_from": first, "deliver_by": last,
        }  # fmt: skip


def _working_day(method: DeliveryMethod, day: date) -> date:
    while not method.weekdays >> day.weekday() & 1:
        day += timedelta(days=1)
    return day


# --- fees ------------------------------------------------------------------------------------------------------------


class Home(NamedTuple):
    """The commune that a shop sells from, as far as fees look at it: itself and its province."""

    pk: int
    parent_id: int


def fee_of(rate: DeliveryRate, parcel: Parcel) -> int:
    """The first grams at one fee, each further kilo begun at another; nothing from a value of goods on."""
    if rate.free_from is not None and parcel.goods >= rate.free_from:
        return 0
    further = max(0, parcel.grams - rate.first_grams)
    return rate.fee + rate.per_kilo * -(-further // 1000)


def rate_to(
    method: DeliveryMethod, rates: Iterable[DeliveryRate], home: Place | Home, to: Place
) -> DeliveryRate | None:
    """The rate of the narrowest zone that holds the buyer's commune; None where the method does not go.

    `home` is the commune that sells. Narrower is: a named commune, the seller's own commune, a named province, the
    seller's own province, the country.
    """
    zones = {
        ("place", to.pk): 4, ("reach", DeliveryRate.Reach.COMMUNE if to.pk == home.pk else None): 3,
        ("place", to.parent_id): 2,
        ("reach", DeliveryRate.Reach.PROVINCE if to.parent_id == home.parent_id else None): 1,
        ("reach", DeliveryRate.Reach.COUNTRY): 0,
    }  # fmt: skip
    fitting = [
        (zones[zone], rate)
        for rate in rates
        if (zone := ("place", rate.place_id) if rate.place_id else ("reach", rate.reach)) in zones
    ]
    return max(fitting, key=lambda found: found[0])[1] if fitting else None


Quotes = Mapping[Asked, int | None]


def quote(
    method: DeliveryMethod,
    parcel: Parcel,
    home: Place | Home,
    to: Place,
    quotes: Quotes = MappingProxyType({}),
) -> int | None:
    """What a method asks for a parcel from a commune to a commune; None where it does not take it there.

    `quotes` are carriers' answers, for ways at a carrier's own price.
    """
    if not _may_carry(method, parcel, home, to):
        return None
    if method.is_picked_up:
        return 0
    if method.at_carriers_price:
        return quotes.get(_question(method, parcel, home, to))
    rate = rate_to(method, method.rates.all(), home, to)
    return None if rate is None else fee_of(rate, parcel)


def _may_carry(method: DeliveryMethod, parcel: Parcel, home: Place | Home, to: Place) -> bool:
    if not parcel.may_go_by(method.kind) or (method.most_grams and parcel.grams > method.most_grams):
        return False
    return method.is_picked_up or Keeps.SAME_DAY not in parcel.keeps or to.parent_id == home.parent_id


def _question(method: DeliveryMethod, parcel: Parcel, home: Place | Home, to: Place) -> Asked:
    return Asked(method.carrier, home.pk, to.pk, kilos_of(parcel.grams))


def questions(parts: Mapping[Shop, list[CartLine]], to: Place) -> list[Asked]:
    """What carriers have to be asked before a cart's ways can be priced. 2 queries, none without carriers."""
    if not offered():
        return []
    methods = _methods_of(parts)
    return [
        _question(method, parcel, home_of(shop), to)
        for shop, lines in parts.items()
        for method in methods[shop.pk]
        if method.at_carriers_price and _may_carry(method, parcel := parcel_of(lines), home_of(shop), to)
    ]


def _known_quotes(
    methods: Mapping[int, list[DeliveryMethod]], parcels: Mapping[Shop, Parcel], to: Place
) -> Quotes:
    """What carriers have answered. No query unless somebody sends at a carrier's own price."""
    return known(
        _question(method, parcel, home_of(shop), to)
        for shop, parcel in parcels.items()
        for method in methods[shop.pk]
        if method.at_carriers_price
    )


def home_of(shop: Shop) -> Home:
    """Where a shop sells from. No query."""
    return Home(shop.commune_id, shop.province_id)


def offers_for(parts: Mapping[Shop, list[CartLine]], to: Place) -> dict[int, list[Offer]]:
    """For each shop of a cart, by its id, the ways that reach the buyer's commune, the likeliest first. 2 queries, 3 where
    somebody sends at a carrier's price.

    Likelier is what is brought, unless the buyer lives in the shop's commune, then what costs less.

    A village's common parcel is quoted for all of the cart's shops of that village together, each with its share.
    A shop that never said how it delivers is arranged with by phone; one whose ways do not fit has an empty list.
    """
    methods = _methods_of(parts)
    parcels = {shop: parcel_of(lines) for shop, lines in parts.items()}
    quotes = _known_quotes(methods, parcels, to)
    found: dict[int, list[Offer]] = {}
    for shop in parts:
        offers = [] if methods[shop.pk] else [Offer(None, 0)]
        for method in methods[shop.pk]:
            sent = _company(method, parcels, to) | {shop.pk: parcels[shop]}
            fees = fees_together(method, sent, home_of(shop), to, quotes)
            if fees:
                offers.append(Offer(method, fees[shop.pk]))
        near = home_of(shop).pk == to.pk
        found[shop.pk] = sorted(offers, key=lambda offer: (not near and offer.is_picked_up, offer.fee))
    return found


def _company(method: DeliveryMethod, parcels: Mapping[Shop, Parcel], to: Place) -> dict[int, Parcel]:
    """The parcels of a village's shops that may travel together by its common parcel; none by a shop's own way."""
    return {
        shop.pk: parcel
        for shop, parcel in parcels.items()
        if method.village_id
        and shop.village_id == method.village_id
        and _may_carry(method, parcel, home_of(shop), to)
    }


def fees_together(
    method: DeliveryMethod,
    parcels: dict[int, Parcel],
    home: Place | Home,
    to: Place,
    quotes: Quotes = MappingProxyType({}),
) -> dict[int, int] | None:
    """One fee for parcels that travel together, shared by weight so that the parts sum to it."""
    first, *others = parcels.values()
    fee = quote(method, sum(others, first), home, to, quotes)
    if fee is None:
        return None
    return dict(zip(parcels, share(fee, [parcel.grams for parcel in parcels.values()]), strict=True))


@compiled
def _methods(shop_ids: list[int], village_ids: list[int]) -> QuerySet[DeliveryMethod]:
    return DeliveryMethod.objects.filter(Q(shop__in=shop_ids) | Q(village__in=village_ids), active=True)


def _methods_of(shops: Iterable[Shop]) -> dict[int, list[DeliveryMethod]]:
    """The ways of each shop by its id, its village's among them. 2 queries."""
    shops = list(shops)
    rows = _methods(
        [shop.pk for shop in shops], sorted({shop.village_id for shop in shops if shop.village_id})
    )
    prefetch_related_objects(rows, "rates")
    found: dict[int, list[DeliveryMethod]] = defaultdict(list)
    for method in rows:
        for shop in shops:
            if method.shop_id == shop.pk or (method.village_id and method.village_id == shop.village_id):
                found[shop.pk].append(method)
    return found


# --- what a buyer chose ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """What a buyer chose for one shop: the key of an offer, and the fee that stood beside it."""

    key: str
    fee_seen: int


def settle(
    parts: Mapping[Shop, list[CartLine]], to: Place, choices: Mapping[int, Choice], *, cash: bool
) -> dict[int, Offer]:
    """The offers a buyer takes, at the fees of now, by shop id. 2 queries.

    Raises DeliveryNotChosen for a shop without a choice that still stands, NoCashForDelivery where nobody at the
    door could take cash, and DeliveryChanged when a fee is no longer the one seen: it is asked again, never charged.
    """
    offered = offers_for(parts, to)
    taken: dict[int, Offer] = {}
    for shop in parts:
        choice = choices.get(shop.pk) or (
            Choice(ARRANGED, 0) if offered[shop.pk] == [Offer(None, 0)] else None
        )
        offer = next((offer for offer in offered[shop.pk] if choice and offer.key == choice.key), None)
        if choice is None or offer is None:
            raise DeliveryNotChosen(shop)
        if cash and not offer.cash:
            raise NoCashForDelivery(shop)
        taken[shop.pk] = offer
    taken = _together(parts, to, taken)
    changed = [
        (shop, choices[shop.pk].fee_seen, taken[shop.pk].fee)
        for shop in parts
        if shop.pk in choices and choices[shop.pk].fee_seen != taken[shop.pk].fee
    ]
    if changed:
        raise DeliveryChanged(changed)
    return taken


def _together(parts: Mapping[Shop, list[CartLine]], to: Place, taken: dict[int, Offer]) -> dict[int, Offer]:
    """The same with a village's fee shared by those who really send together."""
    by_method: dict[int, list[Shop]] = defaultdict(list)
    for shop in parts:
        method = taken[shop.pk].method
        if method is not None and method.village_id:
            by_method[method.pk].append(shop)
    for shops in by_method.values():
        method = taken[shops[0].pk].method
        assert method is not None
        fees = fees_together(
            method, {shop.pk: parcel_of(parts[shop]) for shop in shops}, home_of(shops[0]), to
        )
        assert fees is not None  # a part of a parcel that fits, fits
        taken |= {pk: Offer(method, fee) for pk, fee in fees.items()}
    return taken


# --- examples for the farmer ----------------------------------------------------------------------------------------


def example_fees(shop: Shop, product: Product, to: Iterable[Place]) -> list[tuple[Place, int | None]]:
    """What sending the smallest order of a product to each commune costs at least; None where nothing goes.

    2 queries, 3 at a carrier's price, which counts as far as it is known.
    """
    parcel = _smallest(product)
    methods = [method for method in _methods_of([shop])[shop.pk] if not method.is_picked_up]
    home, towns = home_of(shop), list(to)
    asked = [_question(way, parcel, home, town) for way in methods if way.at_carriers_price for town in towns]
    quotes, found = known(asked), []
    for place in towns:
        fees = [fee for method in methods if (fee := quote(method, parcel, home, place, quotes)) is not None]
        found.append((place, min(fees, default=None)))
    return found


def example_questions(shop: Shop, product: Product, to: Iterable[Place]) -> list[Asked]:
    """What carriers have to be asked for `example_fees`. 2 queries."""
    parcel, home = _smallest(product), home_of(shop)
    methods = [method for method in _methods_of([shop])[shop.pk] if method.at_carriers_price]
    return [_question(method, parcel, home, place) for method in methods for place in to]


def _smallest(product: Product) -> Parcel:
    """The parcel of a product's smallest order."""
    grams = int(product.unit_grams * product.minimum)
    return Parcel(grams, int(product.price * product.minimum), frozenset({product.keeps}))
