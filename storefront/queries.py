"""What public pages put together from several apps."""

from typing import TYPE_CHECKING, Any

from catalog import queries as catalog
from common.days import local_day
from common.prepared import prepared_row
from places.models import Level, Place, PlaceAlias
from sellers import queries as sellers

if TYPE_CHECKING:  # the models of pages are their own views and read from here
    from storefront.site_models import PlaceIntro


def front_page() -> dict[str, Any]:
    """Kinds of produce, what is in season, shops that sell. 7 queries at most, fewer while cached."""
    return {
        "categories": catalog.categories(),
        "in_season": catalog.in_season(8),
        "shops": sellers.popular_shops(6),
    }


def place_by_slugs(*slugs: str) -> Place | None:
    """The place at /noi/<province>/[<commune>/[<village>/]], with its parents and introduction. None if there is none.

    1 query, and 1 for the sizes of the introduction's picture."""
    lookup: dict[str, Any] = {"level": Level(len(slugs)), "active": True}
    for distance, slug in enumerate(reversed(slugs)):
        lookup["__".join(["parent"] * distance + ["slug"])] = slug
    rows = Place.objects.select_related("parent__parent", "intro__picture").filter(**lookup)
    return rows.prefetch_related("intro__picture__renditions").first()


def intro_of(place: Place) -> "PlaceIntro | None":
    """The published words about a province or commune that came with it. No query."""
    intro = getattr(place, "intro", None)
    return intro if intro is not None and intro.live else None


def slugs_of(place: Place) -> list[str]:
    """The parts of a place's address, province first."""
    return [*(slugs_of(place.parent) if place.parent else []), place.slug]


def renamed_place(*slugs: str) -> Place | None:
    """The place that used to have this address under a parent that still has its own. 2 queries."""
    parent = place_by_slugs(*slugs[:-1]) if len(slugs) > 1 else None
    if len(slugs) > 1 and parent is None:
        return None
    alias = PlaceAlias.objects.filter(parent=parent, slug=slugs[-1], place__active=True).select_related(
        "place__parent__parent"
    )
    found = alias.first()
    return found.place if found else None


_SHELF_STAMP = """(
    SELECT max(p.updated_at) || '|' || count(*) || '|' || sum(p.rating_sum) || '|'
        || sum(CASE WHEN p.counted AND p.stock < p.minimum THEN 0 ELSE 1 END)
    FROM catalog_product p WHERE p.shop_id = s.id AND p.live
)"""
_SHOP_STAMP = f"""
SELECT s.id, s.updated_at, s.opening, s.away_from, s.away_until, f.live_revision_id, f.last_published_at, f.tagline,
       f.theme, f.cover_id, f.logo_id, length(CAST(f.body AS text)), {_SHELF_STAMP},
       (SELECT count(*) FROM catalog_certificate c WHERE c.shop_id = s.id AND c.verified_at IS NOT NULL)
FROM sellers_shop s JOIN sellers_shopfront f ON f.shop_id = s.id
WHERE s.slug = %s AND s.status = 'live'"""
_PRODUCT_STAMP = f"""
SELECT s.id, s.updated_at, s.opening, s.away_from, s.away_until, f.theme, f.live_revision_id, o.updated_at, o.stock, o.price,
       o.rating_sum, o.rating_count, o.cert_mask, {_SHELF_STAMP},
       (SELECT max(r.created_at) FROM orders_review r WHERE r.product_id = o.id),
       (SELECT max(r.answered_at) FROM orders_review r WHERE r.product_id = o.id),
       (SELECT max(l.id) FROM catalog_lot l WHERE l.product_id = o.id)
FROM catalog_product o JOIN sellers_shop s ON s.id = o.shop_id JOIN sellers_shopfront f ON f.shop_id = s.id
WHERE o.public_code = %s AND s.slug = %s AND o.live AND s.status = 'live'"""


def shop_stamp(slug: str) -> tuple | None:
    """Everything that a shop's page follows from, as short figures; None for a shop that is not there. 1 query.

    Written by hand: the query is asked at every visit, and building it anew would cost as much as answering it.
    """
    return _stamp(_SHOP_STAMP, slug)


def product_stamp(slug: str, code: str) -> tuple | None:
    """The same for a product's page, with its reviews and lots and the goods beside it. 1 query."""
    return _stamp(_PRODUCT_STAMP, code, slug)


def _stamp(sql: str, *values: str) -> tuple | None:
    row = prepared_row(sql, values)
    return (local_day(), *row) if row else None
