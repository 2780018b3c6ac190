"""Copied places of shops."""

from collections.abc import Iterator

from django.db.models import F

from common.self_check import self_check
from sellers.models import Shop


@self_check("shops stand where their villages stand")
def places() -> Iterator[str]:
    """Path, commune and province of a shop are its village's."""
    for shop in Shop.objects.exclude(
        place_path=F("village__path"),
        commune_id=F("village__parent_id"),
        province_id=F("village__parent__parent_id"),
    ):
        yield f"shop {shop.slug} is not where its village is"
