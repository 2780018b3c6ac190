"""What stands beside a product's price on its page."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from catalog.models import Certificate, Lot, Product
from common.compiled import compiled
from common.days import local_day


@dataclass(frozen=True)
class ShownFacts:
    """The papers that vouch for a product and its latest harvest."""

    papers: list[Certificate]
    lot: Lot | None


def shown_facts(product: Product) -> ShownFacts:
    """Papers in force (its own and those of the whole shop) and the latest lot. 2 queries."""
    papers = _papers(product.shop_id, product.pk, local_day())
    return ShownFacts(papers, next(iter(_latest_lot(product.pk)), None))


@compiled
def _papers(shop_id: int, product_id: int, today: date) -> QuerySet[Certificate]:
    of_it = Certificate.objects.filter(Q(product=None) | Q(product=product_id), shop_id=shop_id)
    return of_it.filter(verified_at__isnull=False, valid_until__gte=today).order_by("kind", "pk")


@compiled
def _latest_lot(product_id: int) -> QuerySet[Lot]:
    return Lot.objects.filter(product=product_id).order_by("-harvested_on", "-pk")[:1]
