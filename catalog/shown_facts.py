"""What stands beside a product's price on its page."""

from dataclasses import dataclass

from django.db.models import Q

from catalog.models import Certificate, Lot, Product
from common.days import local_day


@dataclass(frozen=True)
class ShownFacts:
    """The papers that vouch for a product and its latest harvest."""

    papers: list[Certificate]
    lot: Lot | None


def shown_facts(product: Product) -> ShownFacts:
    """Papers in force (its own and those of the whole shop) and the latest lot. 2 queries."""
    of_it = Certificate.objects.filter(Q(product=None) | Q(product=product), shop_id=product.shop_id)
    papers = of_it.filter(verified_at__isnull=False, valid_until__gte=local_day()).order_by("kind", "pk")
    return ShownFacts(list(papers), product.lots.order_by("-harvested_on", "-pk").first())
