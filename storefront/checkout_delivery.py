"""How the goods of each shop may come, as the checkout asks it: options with their fees, and what was ticked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from common.days import local_day
from orders.carrier_quotes import ask
from orders.delivery import Choice, Offer, offers_for, questions, ready_on
from orders.delivery_sharing import as_chosen, is_shared, likeliest
from orders.models import CartLine
from orders.queries import CartView
from payments.methods import Part
from places.models import Place
from places.typed import label_of
from sellers.models import Shop

_VALUE = re.compile(r"(\d{1,18}|hen):(\d{1,12})")  # an offer and the fee that stood beside it: 12:42000

_NAME = re.compile(r"giao-(\d{1,18})")


@dataclass(frozen=True)
class Option:
    """One way, as a radio button."""

    offer: Offer
    checked: bool
    ready: date  # from which its days are counted

    @property
    def value(self) -> str:
        return f"{self.offer.key}:{self.offer.fee}"

    @property
    def days(self) -> tuple[date, date] | None:
        return self.offer.days(self.ready)


@dataclass(frozen=True)
class ShopDelivery:
    """The question for one shop."""

    shop: Shop
    options: list[Option]

    @property
    def name(self) -> str:
        return name_of(self.shop.pk)

    @property
    def ticked(self) -> Option | None:
        return next((option for option in self.options if option.checked), None)

    @property
    def fee(self) -> int:
        """đồng of what is ticked."""
        return sum(option.offer.fee for option in self.options if option.checked)


@dataclass(frozen=True)
class Delivery:
    """All shops' questions, once the buyer's commune is known; what has to be paid with the fees ticked.

    `shared_to` is that commune where one shop's tick can change another one's fee, so that both are asked for anew.
    """

    goods: int
    asked: bool
    shops: list[ShopDelivery]
    shared_to: Place | None = None

    @property
    def ask_again(self) -> str:
        """Where the fees of other ticks are asked for; empty where each stands for itself."""
        if self.shared_to is None:
            return ""
        query = urlencode({"xa": label_of(self.shared_to)})
        return f"{reverse('market:delivery_fragment')}?{query}"

    @property
    def fees(self) -> int:
        return sum(part.fee for part in self.shops)

    @property
    def total(self) -> int:
        return self.goods + self.fees


def name_of(shop_id: int) -> str:
    """The form field that holds a shop's answer."""
    return f"giao-{shop_id}"


def delivery_of(view: CartView, commune: Place | None, typed: Mapping[str, Any]) -> Delivery:
    """What the page asks for a cart. Without a commune it cannot ask yet. The likeliest way is ticked first.

    2 queries, 5 where carriers can be booked. Carriers whose price is not known yet are asked, so never call it
    inside a transaction.
    """
    if commune is None:
        return Delivery(view.total, False, [])
    parts = parts_of(view)
    ask(questions(parts, commune))
    found = offers_for(parts, commune)
    ticked = likeliest(parts, commune, found) | _standing(choices_of(typed), found)
    today, fees = local_day(), as_chosen(parts, commune, found, ticked)
    shops = [
        ShopDelivery(
            shop,
            [
                Option(offer, offer.key == ticked.get(shop.pk), ready_on(lines, today))
                for offer in fees[shop.pk]
            ],
        )
        for shop, lines in parts.items()
    ]
    return Delivery(view.total, True, shops, commune if is_shared(found) else None)


def _standing(said: Mapping[int, Choice], found: Mapping[int, list[Offer]]) -> dict[int, str]:
    """What was ticked and can still be had, by shop id."""
    return {
        pk: choice.key
        for pk, choice in said.items()
        if choice.key in {offer.key for offer in found.get(pk, [])}
    }


def parts_of(view: CartView) -> dict[Shop, list[CartLine]]:
    """The cart by shop, as the rules of delivery take it."""
    return {part.shop: part.lines for part in view.shops}


def choices_of(typed: Mapping[str, Any]) -> dict[int, Choice]:
    """What was ticked for which shop, for the checkout service. What makes no sense counts as not ticked."""
    said = {}
    for name, value in typed.items():
        shop, match = _NAME.fullmatch(name), _VALUE.fullmatch(str(value))
        if shop and match:
            said[int(shop[1])] = Choice(match[1], int(match[2]))
    return said


def parts_to_pay(view: CartView) -> list[Part]:
    """The cart's shops with what each would be paid, before any delivery fee."""
    return [Part(part.shop.pk, sum(line.amount for line in part.lines)) for part in view.shops]


def having_account(view: CartView, without: list[Shop]) -> set[int]:
    """The shops of a cart that take transfers."""
    return {part.shop.pk for part in view.shops} - {shop.pk for shop in without}
