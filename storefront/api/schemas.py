"""What the API says about things. Public data only: what any visitor of the pages sees, and no phone."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from django.db import models
from ninja import Schema
from pydantic import Field

from catalog.models import Certificate, Product
from catalog.units import NetUnit, Unit
from places.models import Kind
from sellers.models import Shop
from storefront.api.base import Code, Dong, Facts, Moment, PlaceCode, Quantity, Slug
from storefront.offers import Availability


def said(choices: type[models.TextChoices] | type[StrEnum], description: str = "") -> Any:
    """A field that says one of our choices. Not as an enum: three of them are called Kind, and one name has one schema."""
    return Field(description=description, json_schema_extra={"enum": [choice.value for choice in choices]})


def said_or_null(choices: type[models.TextChoices]) -> Any:
    """The same where there may be nothing to say."""
    return Field(json_schema_extra={"enum": [*choices.values, None]})


LevelName = Literal["province", "commune", "village"]


class Paging(Schema):
    """Where a list goes on."""

    after: str = Field(
        "", max_length=300, description="The value next of the page before; leave out for the first page."
    )
    limit: int = Field(50, ge=1, le=100, description="How many rows at most.")


class ShopQuery(Paging):
    """Which shops."""

    province: PlaceCode | None = Field(None, description="Official code of a province.", examples=["20"])
    commune: PlaceCode | None = Field(None, description="Official code of a commune.")
    updated_since: Moment | None = Field(None, description="Changed at this moment or later, in RFC 3339.")


class ProductQuery(ShopQuery):
    """Which products."""

    shop: Code | None = Field(None, description="Code of a shop.")
    category: Slug | None = Field(None, description="A kind of goods, with all kinds below it.")
    in_stock: bool | None = Field(
        None, description="true: only what an order can be filled from; false: the rest."
    )
    q: str | None = Field(
        None, max_length=80, description="Words of title, kind, shop and village, accents or not."
    )


class PlaceQuery(Paging):
    """Which places."""

    level: LevelName | None = Field(None, description="Provinces, communes or villages; all if left out.")
    parent: PlaceCode | None = Field(None, description="Code of the place right above.")


class PlaceName(Facts):
    """A place in short."""

    code: str = Field(examples=["06463"])
    name: str = Field(description="With its kind, as people write it.", examples=["Xã Chi Lăng"])


class Place(PlaceName):
    """A province, a commune or a village of today."""

    level: LevelName
    kind: str = said(Kind, "What it calls itself.")
    parent: str | None = Field(description="Code of the place above; null for a province.")
    url: str


class Category(Facts):
    """A kind of goods, in a tree of few levels."""

    slug: str = Field(examples=["trai-cay"])
    name: str = Field(examples=["Trái cây"])
    name_en: str = Field(examples=["Fruit"])
    parent: str | None = Field(description="The kind above; null at the top.")


class ShopName(Facts):
    """A shop in short."""

    code: str = Field(examples=["7KQ2M9XWAB"])
    name: str = Field(examples=["Vườn na nhà chị Lan"])
    url: str


class ShopFacts(ShopName):
    """A household, household business or co-operative that sells."""

    kind: str = said(Shop.Kind)
    tagline: str
    picture: str | None = Field(description="Cover photo, a JPEG of at most 1280 pixels.")
    takes_orders: bool = Field(
        description="False while the household rests; its goods are then out of stock."
    )
    away_until: date | None = Field(description="Last day of a holiday, in Vietnam's calendar.")
    province: PlaceName
    commune: PlaceName
    village: PlaceName
    verified_at: datetime | None = Field(description="When the village head agreed to it, UTC.")
    created_at: datetime
    updated_at: datetime


class Rating(Facts):
    """What buyers gave."""

    stars: float = Field(description="Mean of 1 to 5, to one place.", examples=[4.7])
    count: int = Field(ge=1)


class CertificateFacts(Facts):
    """A paper that was looked at and is in date."""

    kind: str = said(Certificate.Kind)
    number: str
    issuer: str
    valid_until: date


class ProductFacts(Facts):
    """Something that a shop sells now, in one unit at one price."""

    code: str = Field(examples=["7KQ2M9XWAB"])
    title: str = Field(examples=["Na dai Chi Lăng"])
    description: str
    category: str = Field(description="Slug of its kind.", examples=["trai-cay"])
    price: Dong = Field(description="Whole Vietnamese đồng for one unit.")
    currency: Literal["VND"] = "VND"
    unit: str = said(Unit, "What one is: kg, a bunch, a bottle…")
    unit_name: str = Field(description="The unit in Vietnamese.", examples=["kg"])
    base_price: Dong | None = Field(
        description="Đồng for one kg or litre, where unit or content tell and it differs."
    )
    base_unit: str | None = Field(description="kg or lít, with base_price.")
    minimum: Quantity = Field(description="The smallest order, in units.")
    step: Quantity = Field(description="An order is the minimum plus whole steps.")
    availability: str = said(Availability)
    stock: Quantity | None = Field(description="Units left; null where the farmer does not count.")
    available_on: date | None = Field(description="Day of the promised harvest of a pre-order.")
    season_months: list[int] = Field(description="Months of its season, 1 to 12.")
    variety: str
    grade: str | None = said_or_null(Product.Grade)
    making: str | None = said_or_null(Product.Making)
    net_quantity: Quantity | None = Field(description="Declared content of one unit.")
    net_unit: str | None = said_or_null(NetUnit)
    gtin: str | None = Field(description="Bar code: 8, 12, 13 or 14 digits.", examples=["8934567890126"])
    certificates: list[CertificateFacts]
    rating: Rating | None
    picture: str | None = Field(description="A JPEG of at most 1280 pixels.")
    url: str
    shop: ShopName
    province: PlaceName
    commune: PlaceName
    village: PlaceName
    created_at: datetime
    updated_at: datetime = Field(description="UTC. An order changes the stock and leaves this as it is.")


class LotFacts(Facts):
    """One harvest: where it grew and when it was picked. The code stands on the pack."""

    code: str = Field(examples=["7KQ2M9XWAB"])
    title: str = Field(description="What was harvested.")
    product: str | None = Field(description="The product, while it is on sale.")
    shop: ShopName
    plot: str = Field(description="Garden or field, in the farmer's words.")
    area_code: str = Field(description="Official code of the growing area, if there is one.")
    harvested_on: date
    best_before: date | None
    note: str
    url: str = Field(description="The page that the code on the pack opens.")
    village: PlaceName
    commune: PlaceName
    province: PlaceName


NEXT = Field(description="Send it as after for the next page; null at the end.")


class ShopPage(Facts):
    """Some shops, oldest first."""

    items: list[ShopFacts]
    next: str | None = NEXT


class ProductPage(Facts):
    """Some products, newest first."""

    items: list[ProductFacts]
    next: str | None = NEXT


class PlacePage(Facts):
    """Some places, in the order in which we came to know them."""

    items: list[Place]
    next: str | None = NEXT


class CategoryTree(Facts):
    """All kinds of goods, in their order."""

    items: list[Category]
