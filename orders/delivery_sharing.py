"""Which ways of a cart's shops are ticked first, and what a village's common parcel costs those who really take it.

What one shop's buyer pays for the common parcel depends on who else of the village sends by it, so fees are only right
for a set of choices. Fees are whole đồng.
"""

from collections.abc import Mapping
from dataclasses import replace

from orders.delivery import Offer, fees_together, home_of, parcel_of
from orders.models import CartLine
from places.models import Place
from sellers.models import Shop

Offers = Mapping[int, list[Offer]]  # by shop id, the likeliest first, as `delivery.offers_for` finds them
Parts = Mapping[Shop, list[CartLine]]


def as_chosen(parts: Parts, to: Place, offers: Offers, chosen: Mapping[int, str]) -> dict[int, list[Offer]]:
    """The same offers, each at what it costs beside the others' choices (keys of offers, by shop id). No query."""
    return {shop.pk: [_shared(parts, to, shop, offer, chosen) for offer in offers[shop.pk]] for shop in parts}


def is_shared(offers: Offers) -> bool:
    """Whether one shop's choice can change another one's fee."""
    common = _common(offers)
    return len(common) > len(set(common))


def likeliest(parts: Parts, to: Place, offers: Offers) -> dict[int, str]:
    """What to tick first, by shop id: the common parcel where it is the cheaper for all of a village together, else what
    is the likeliest for each shop alone. No query."""
    alone = as_chosen(parts, to, offers, {})
    best = {
        shop: min(alone[shop.pk], key=lambda offer: _rank(shop, offer, to))
        for shop in parts
        if alone[shop.pk]
    }
    ticked = {shop.pk: offer.key for shop, offer in best.items()}
    for key in set(_common(offers)):
        joint = {shop: offer for shop in parts for offer in offers[shop.pk] if offer.key == key}
        if len(joint) > 1 and _cost(joint, to) <= _cost({shop: best[shop] for shop in joint}, to):
            ticked |= {shop.pk: key for shop in joint}
    return ticked


def _common(offers: Offers) -> list[str]:
    """The keys of common parcels, as often as there are shops that may use them."""
    return [
        offer.key
        for of_shop in offers.values()
        for offer in of_shop
        if offer.method and offer.method.village_id
    ]


def _shared(parts: Parts, to: Place, shop: Shop, offer: Offer, chosen: Mapping[int, str]) -> Offer:
    """An offer of the common parcel at this shop's share: beside those who chose it too."""
    if offer.method is None or not offer.method.village_id:
        return offer
    sent = {
        other.pk: parcel_of(lines)
        for other, lines in parts.items()
        if other.pk == shop.pk or chosen.get(other.pk) == offer.key
    }
    fees = fees_together(offer.method, sent, home_of(shop), to)
    assert fees is not None  # a part of a parcel that fits, fits
    return replace(offer, fee=fees[shop.pk])


def _rank(shop: Shop, offer: Offer, to: Place) -> tuple[bool, int]:
    """What is brought before what is fetched, unless the buyer lives in the shop's commune; then what costs less."""
    return (offer.is_picked_up and home_of(shop).pk != to.pk, offer.fee)


def _cost(taken: Mapping[Shop, Offer], to: Place) -> tuple[int, int]:
    ranks = [_rank(shop, offer, to) for shop, offer in taken.items()]
    return sum(far for far, _fee in ranks), sum(fee for _far, fee in ranks)
