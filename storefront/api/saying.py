"""Rows as the API's facts. Reads nothing: the queries bring all that is said."""

from decimal import Decimal

from django.urls import reverse

from catalog.models import Category as CategoryRow
from catalog.models import Lot, Product
from places.models import Level
from places.models import Place as PlaceRow
from sellers.models import Shop
from storefront.api.schemas import (
    Category,
    CertificateFacts,
    LevelName,
    LotFacts,
    Place,
    PlaceName,
    ProductFacts,
    Rating,
    ShopFacts,
    ShopName,
)
from storefront.offers import absolute, availability, large_picture, printed_gtin
from storefront.queries import slugs_of

LEVELS: dict[int, LevelName] = {
    Level.PROVINCE: "province",
    Level.COMMUNE: "commune",
    Level.VILLAGE: "village",
}


def place(row: PlaceRow) -> Place:
    """A place with all above it at hand."""
    return Place(
        code=row.code, name=row.full_name, level=LEVELS[row.level], kind=row.kind,
        parent=row.parent.code if row.parent else None, url=absolute(reverse("market:place", args=slugs_of(row))),
    )  # fmt: skip


def category(row: CategoryRow, slugs: dict[int, str]) -> Category:
    """A kind of goods; `slugs` are those of all kinds, by id."""
    return Category(slug=row.slug, name=row.name, name_en=row.name_en, parent=slugs.get(row.parent_id or 0))


def shop(row: Shop) -> ShopFacts:
    """A shop with its front, cover and places at hand."""
    front = getattr(row, "front", None)
    village, commune, province = _where(row)
    return ShopFacts(
        code=row.public_code,
        name=row.name,
        url=absolute(row.get_absolute_url()),
        village=village,
        commune=commune,
        province=province,
        kind=row.kind,
        tagline=front.tagline if front else "",
        picture=large_picture(front.cover if front else None) or None,
        takes_orders=row.takes_orders,
        away_until=row.away_until if row.opening == Shop.Opening.HOLIDAY and row.is_away else None,
        verified_at=row.verified_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def product(row: Product, kind: str) -> ProductFacts:
    """A product with its shop, places, picture and certificates at hand; `kind` is its category's slug."""
    base_price, base_unit = row.base_price or (None, None)
    village, commune, province = _where(row.shop)
    return ProductFacts(
        village=village,
        commune=commune,
        province=province,
        code=row.public_code,
        title=row.title,
        description=row.description,
        category=kind,
        price=row.price,
        unit=row.unit,
        unit_name=row.get_unit_display(),
        base_price=base_price,
        base_unit=base_unit,
        minimum=number(row.minimum),
        step=number(row.step),
        availability=availability(row),
        stock=number(row.stock) if row.counted else None,
        available_on=row.harvest_on if row.is_preorder else None,
        season_months=row.season_months,
        variety=row.variety,
        grade=row.grade or None,
        making=row.making or None,
        net_quantity=number(row.net_quantity) if row.net_quantity else None,
        net_unit=row.net_unit or None,
        gtin=printed_gtin(row.gtin) or None,
        certificates=[
            CertificateFacts(
                kind=paper.kind,
                number=paper.number,
                issuer=paper.issuer,
                valid_until=paper.valid_until,
            )
            for paper in row.certificates.all()
        ],
        rating=Rating(stars=float(row.stars), count=row.rating_count) if row.stars is not None else None,
        picture=large_picture(row.picture) or None,
        url=absolute(row.get_absolute_url()),
        shop=shop_name(row.shop),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def lot(row: Lot) -> LotFacts:
    """A harvest with its product, shop and places at hand."""
    village, commune, province = _where(row.shop)
    return LotFacts(
        village=village,
        commune=commune,
        province=province,
        code=row.public_code,
        title=row.product.title,
        product=row.product.public_code if row.product.live else None,
        shop=shop_name(row.shop),
        plot=row.plot,
        area_code=row.area_code,
        harvested_on=row.harvested_on,
        best_before=row.best_before,
        note=row.note,
        url=absolute(row.get_absolute_url()),
    )


def shop_name(row: Shop) -> ShopName:
    """A shop in short."""
    return ShopName(code=row.public_code, name=row.name, url=absolute(row.get_absolute_url()))


def number(value: Decimal) -> str:
    """Without idle zeros and never as 1E+2: Decimal("100.000") as "100"."""
    return f"{value.normalize():f}"


def _where(row: Shop) -> tuple[PlaceName, PlaceName, PlaceName]:
    """Village, commune and province."""
    village = row.village
    commune = village.parent
    province = commune.parent if commune else None
    assert commune is not None  # every village lies in a commune, every commune in a province
    assert province is not None
    return _name(village), _name(commune), _name(province)


def _name(row: PlaceRow) -> PlaceName:
    return PlaceName(code=row.code, name=row.full_name)
