"""What the operator and each shop say of the ways to pay."""

from collections.abc import Mapping
from typing import Protocol

from django.db import transaction

from accounts.models import User
from common import audit
from common.actors import Actor
from payments.errors import StaffOnly
from payments.models import MethodRule
from sellers.access import Do, can
from sellers.errors import ShopNotAllowed
from sellers.models import Shop


class Said(Protocol):
    """Whether a way is taken, and the least and most in đồng."""

    @property
    def taken(self) -> bool: ...
    @property
    def least(self) -> int | None: ...
    @property
    def most(self) -> int | None: ...


@transaction.atomic
def set_ways(shop: Shop | None, said: Mapping[str, Said], *, by: User) -> None:
    """Keep which ways to pay a shop takes, or (without a shop) the whole market; orders that are placed stay as they are.

    A way of which nothing is said needs no row. Raises ShopNotAllowed, StaffOnly.
    """
    if shop is None and not by.has_perm("payments.run_money"):
        raise StaffOnly
    if shop is not None and not can(by, Do.SEE_MONEY, shop):
        raise ShopNotAllowed
    for code, way in said.items():
        mine = MethodRule.objects.filter(shop=shop, method=code)
        facts = {"refused": not way.taken, "least": way.least, "most": way.most}
        if way.taken and way.least is None and way.most is None:
            mine.delete()
            continue
        row, _new = MethodRule.objects.update_or_create(shop=shop, method=code, defaults=facts)
        audit.record("way.set", row, by=Actor.of(by), method=code, **facts)
