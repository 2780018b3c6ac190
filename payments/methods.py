"""Ways to pay: our own and the providers', and which of them a checkout may offer.

Which are offered follows from data: what is configured, bounds of amounts, what the operator and each shop say
(`MethodRule`), and how the goods come. Adding a provider adds its way by itself (docs/how-to/add-a-payment-provider.md).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from common.compiled import compiled
from orders.models import Order
from payments import providers
from payments.errors import MethodNotOffered
from payments.models import Method, MethodRule
from payments.providers.base import Method as Way
from payments.settling import operators_account

VIETQR = Way(
    Method.VIETQR, _("Chuyển khoản bằng mã VietQR"), _("Tiền về thẳng người bán, mỗi nhà một mã"), "qr"
)
POOLED = Way(
    Method.POOLED, _("Chuyển khoản một lần cho cả giỏ"), _("Một mã VietQR; sàn chuyển lại cho từng nhà"), "qr"
)
COD = Way(Method.COD, _("Trả tiền mặt khi nhận hàng"), "", "money", most=20_000_000)
CASH = Way(Method.CASH, _("Tiền mặt tại chợ"), "", "money")
STALL = Way(Method.STALL, _("Mã VietQR tại chợ"), _("Mỗi lần bán một mã"), "qr")
PLATE = Way(Method.PLATE, _("Mã VietQR dán ở quầy"), _("Khách tự ghi số tiền"), "qr")
AT_STALLS = (STALL, PLATE, CASH)  # never at a checkout


def all_ways() -> list[Way]:
    """Every way to pay of this installation, in the order a buyer reads them."""
    theirs = [each.method for each in providers.checkout_providers() if each.method is not None]
    return [VIETQR, *([POOLED] if settings.PAYMENT_POOLED else []), *theirs, COD]


def words(code: str) -> str:
    """How a way to pay is called, also one that is no longer offered."""
    found = next((way.label for way in (*all_ways(), POOLED, *AT_STALLS) if way.code == code), code)
    return str(found)


@dataclass(frozen=True)
class Part:
    """What a shop of the cart would be paid: its id and the amount with delivery, in đồng."""

    shop_id: int
    amount: int


def offered(parts: Sequence[Part], *, takes_transfers: Iterable[int]) -> list[Way]:
    """The ways that a cart can be paid by. `takes_transfers` are the shops with an account of their own.

    Money to the sellers themselves is counted shop by shop, money to the operator as one sum. 1 query, 2 where money is
    pooled.
    """
    refusals = _rules_of([part.shop_id for part in parts])
    return [way for way in all_ways() if _is_offered(way, parts, set(takes_transfers), refusals)]


@compiled
def _rules_of(shop_ids: list[int]) -> QuerySet[MethodRule]:
    return MethodRule.objects.filter(Q(shop__isnull=True) | Q(shop__in=shop_ids))


def _is_offered(way: Way, parts: Sequence[Part], having: set[int], rules: Iterable[MethodRule]) -> bool:
    if way.code == Method.VIETQR and not all(part.shop_id in having for part in parts):
        return False
    if way.code == Method.POOLED and operators_account() is None:
        return False
    alone = way.code in (Method.VIETQR, Method.COD)
    sums = [part.amount for part in parts] if alone else [sum(part.amount for part in parts)]
    least, most = way.least, way.most
    for rule in rules:
        if rule.method != way.code:
            continue
        if rule.refused:
            return False
        least, most = max(least, rule.least or 0), min(most, rule.most or most)
    return all(least <= amount <= most for amount in sums)


def check_placed(orders: Sequence[Order], code: str) -> None:
    """Whether some orders of one purchase may be paid that way, by what they cost now. Raises MethodNotOffered.

    Whether a shop has an account is asked when its payment is made (NoAccount). 1 query, 2 where money is pooled.
    """
    parts = [Part(order.shop_id, order.total) for order in orders]
    if code not in {way.code for way in offered(parts, takes_transfers=[part.shop_id for part in parts])}:
        raise MethodNotOffered
