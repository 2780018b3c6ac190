"""Every read of reviews that a page shows."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Window

from accounts.models import User
from catalog.models import Product
from common.paging import PAGE_SIZE, Page, cut, read_key
from orders.models import Order, OrderLine, Review, ReviewQuerySet
from orders.states import LineState
from sellers import queries as shops
from sellers.models import Shop

FIRST = 5
STARS = (5, 4, 3, 2, 1)

# --- what everybody reads -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StarBar:
    """How many reviews gave so many stars, and which share of all that is, in percent."""

    stars: int
    count: int
    percent: int


@dataclass(frozen=True)
class FirstReviews:
    """What a product's page shows of its reviews: the newest ones, and how the stars are spread over all of them."""

    rows: list[Review]
    bars: list[StarBar]


def first_reviews(product: Product) -> FirstReviews | None:
    """The newest five with photos, and all counted by stars. 2 queries; none, and None, without reviews."""
    if not product.rating_count:
        return None
    # counted beside the rows: the page has no query to spare, and an index leads to a product's reviews
    counts = {f"with_{stars}": Window(Count("pk", filter=Q(stars=stars))) for stars in STARS}
    rows = list(_newest(product.reviews.shown()).annotate(**counts)[:FIRST])
    if not rows:
        return None
    by_stars = [(stars, getattr(rows[0], f"with_{stars}")) for stars in STARS]
    total = sum(count for _stars, count in by_stars)
    return FirstReviews(
        rows, [StarBar(stars, count, round(100 * count / total)) for stars, count in by_stars]
    )


def page_of(product: Product, after: str = "") -> Page[Review]:
    """24 reviews of a product, newest first, with photos. 2 queries."""
    return _page(product.reviews.shown(), after)


def shown_review(product: Product, code: str) -> Review | None:
    """One review that everybody may read. 1 query."""
    return product.reviews.shown().filter(public_code=code).first()


def _newest(rows: ReviewQuerySet) -> ReviewQuerySet:
    return _with_photos(rows).order_by("-created_at", "-id")


def _with_photos(rows: ReviewQuerySet) -> ReviewQuerySet:
    return rows.select_related("picture").prefetch_related("picture__renditions")


def _page(rows: ReviewQuerySet, after: str) -> Page[Review]:
    key = read_key(after, 2)
    if key:
        at, pk = key
        rows = rows.filter(created_at__lte=at).exclude(created_at=at, id__gte=pk)
    found = list(_newest(rows)[: PAGE_SIZE + 1])
    return cut(found, lambda review: (review.created_at.isoformat(), review.pk))


# --- the buyer's order ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LineReview:
    """A line of an order with what its buyer said about the product, if they did."""

    line: OrderLine
    review: Review | None


def reviews_by_line(order: Order) -> list[LineReview]:
    """What an order brought, each product once, with reviews, hidden ones too: they are the reader's own. 3 queries."""
    reviews = {review.product_id: review for review in _newest(Review.objects.filter(order=order))}
    lines: dict[int, OrderLine] = {}
    for line in _received(order).order_by("id"):
        lines.setdefault(
            line.product_id, line
        )  # the substitute for something else may have been ordered as well
    return [LineReview(line, reviews.get(pk)) for pk, line in lines.items()]


def line_of_product(order: Order, product_code: str) -> OrderLine | None:
    """The line by which an order brought a product; None for what was not in the parcel. 1 query."""
    return _received(order).filter(product__public_code=product_code).order_by("id").first()


def _received(order: Order) -> QuerySet[OrderLine]:
    return order.lines.exclude(state=LineState.DROPPED).select_related("product")


# --- the shop -------------------------------------------------------------------------------------------------------


def reviews_of(shop: Shop) -> ReviewQuerySet:
    """A shop's own reviews, hidden ones too; nobody else's exist for it."""
    return Review.objects.filter(shop=shop).select_related("product")


def board(shop: Shop, after: str = "") -> Page[Review]:
    """24 reviews of a shop, newest first, with products and photos. 2 queries."""
    return _page(reviews_of(shop), after)


def unanswered(shop: Shop) -> int:
    """How many reviews that are shown have no answer yet, counted up to 100. 1 query."""
    return reviews_of(shop).shown().filter(answer="").order_by()[:100].count()


# --- the officers ---------------------------------------------------------------------------------------------------


def judged_by(user: User) -> ReviewQuerySet:
    """The reviews a person may decide on: those of shops in their places, never of one they work in."""
    rows: Any = shops.judged_by(user, Review.objects.select_related("product__shop", "shop__village__parent"))
    return rows


def reported(user: User) -> list[Review]:
    """Reviews that wait for a person's decision, longest first, at most 24. 2 queries."""
    return list(_with_photos(_waiting(user)).order_by("reported_at", "id")[:PAGE_SIZE])


def waiting(user: User) -> int:
    """How many reviews wait for a person's decision, counted up to 100. 1 query."""
    return _waiting(user).order_by()[:100].count()


def hidden(user: User) -> list[Review]:
    """Hidden reviews that a person could show again, newest first, at most 24. 2 queries."""
    rows = judged_by(user).filter(hidden_at__isnull=False, decided_by__isnull=False, reported_at=None)
    return list(_with_photos(rows).order_by("-hidden_at")[:PAGE_SIZE])


def _waiting(user: User) -> ReviewQuerySet:
    """Shown ones that somebody reported, and hidden ones that their author changed since: one index for each."""
    shown = Q(reported_at__isnull=False, hidden_at__isnull=True)
    changed = Q(reported_at__isnull=False, decided_by__isnull=False)
    return judged_by(user).filter(shown | changed)
