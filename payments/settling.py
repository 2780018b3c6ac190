"""Money follows the order: whatever changes what a buyer owes is settled here, in the transaction that changed it.

After it, for every order: what is expected plus what came minus what goes back is what the order costs now (nothing,
once it is stopped), and the seller is credited with exactly the price of an order that is paid in full.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Self

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.dispatch import receiver
from django.utils import timezone

from common.compiled import compiled
from common.inserting import insert
from common.prepared import prepared_row
from orders.models import Order
from orders.signals import sum_changed
from orders.states import State
from payments import ledger, sales
from payments.errors import NoAccount
from payments.models import Allocation, Method, Payment, PaymentAccount, Receipt, Refund
from payments.order_codes import new_code
from payments.providers import provider_of

SHORT_WORDS = frozenset(
    {"unpaid", "weighed", "overpaid", "late", "short", "complaint"}
)  # codes, not sentences


@receiver(sum_changed, sender=Order, dispatch_uid="settle_up")
def _settle_when_changed(sender: Any, order: Order, reason: str, **_rest: Any) -> None:
    if order.stopped:
        word = "unpaid" if reason == "unpaid" else str(order.state)
    else:
        word = reason if reason in SHORT_WORDS else "short"
    settle_up(order, reason=word)


class Known(NamedTuple):
    """What there is of an order already. 1 query, in place of one for each thing that most orders have not."""

    refunds: bool
    waiting: bool
    priced: bool
    rates: bool
    told: bool

    @classmethod
    def of(cls, order: Order) -> Self:
        """As it is now; the order is locked."""
        return cls(*(bool(there) for there in prepared_row(_KNOWN, (order.pk,) * 5) or ()))


_KNOWN = """SELECT
    EXISTS (SELECT 1 FROM payments_refund WHERE order_id = %s AND state <> 'withdrawn'),
    EXISTS (SELECT 1 FROM payments_payment WHERE order_id = %s AND state IN ('created', 'waiting', 'processing')),
    EXISTS (SELECT 1 FROM payments_ledgerentry WHERE order_id = %s AND kind = 'allocate'),
    EXISTS (SELECT 1 FROM payments_linerates r JOIN orders_orderline l ON l.id = r.line_id WHERE l.order_id = %s),
    EXISTS (SELECT 1 FROM payments_saleevent WHERE order_id = %s)"""


def settle_up(
    order: Order, *, reason: str, receipt: Receipt | None = None, came: Allocation | None = None,
    bookings: Sequence[ledger.Booking] = (),
) -> None:  # fmt: skip
    """Bring payments, refunds, the ledger and the sale events in line with an order. The order is locked; safe to call again.

    `reason` names new refunds; `receipt` is the money that made them necessary, if one did. `came` is all the money there
    is, where it is the first; `bookings` go into the ledger with what follows from them.
    """
    known = Known.of(order)
    live = list(order.refunds.exclude(state=Refund.State.WITHDRAWN).order_by("pk")) if known.refunds else []
    back = _propose_refunds(order, live, reason=reason, receipt=receipt)
    _expect_rest(order, back, expired=reason == "unpaid", any_waiting=known.waiting)
    price = ledger.of_price(order, anew=not known.priced, with_rates=known.rates)
    ledger.post_new([*bookings, *price])
    sales.tell_order(order, came=came, anew=not known.told)


def _propose_refunds(order: Order, live: list[Refund], *, reason: str, receipt: Receipt | None) -> int:
    """What was paid too much becomes a proposal; what is owed after all takes proposals back, newest first.

    `live` are the refunds that stand. Answers what goes back in all then, in đồng.
    """
    due = order.paid if order.stopped else max(order.paid - order.total, 0)
    before = sum(refund.amount for refund in live)
    more = due - before
    if more > 0:
        Refund.objects.create(order=order, receipt=receipt, amount=more, reason=reason, **_way_back(order))
        return due
    for refund in reversed([refund for refund in live if refund.state == Refund.State.PROPOSED]):
        if not more:
            break
        less = min(-more, refund.amount)
        more += less
        if less == refund.amount:
            refund.state = Refund.State.WITHDRAWN
        else:
            refund.amount -= less
        refund.save(update_fields=["state", "amount"])
    return due - more


def _way_back(order: Order) -> dict[str, Any]:
    """How money of an order goes back: the way the last of it came."""
    last = (
        Receipt.objects.filter(allocations__payment__order=order)
        .select_related("account")
        .order_by("-pk")
        .first()
    )
    if last is not None and last.source == Receipt.Source.PROVIDER:
        return {"way": Refund.Way.PROVIDER, "provider": last.provider}
    if last is not None and last.account is not None and last.account.is_operators:
        return {"way": Refund.Way.BANK}
    return {"way": Refund.Way.SELLER}


def refunded(order: Order) -> int:
    """đồng that went back to the buyer or are to go back. 1 query."""
    live = order.refunds.exclude(state=Refund.State.WITHDRAWN)
    return live.aggregate(sum=Sum("amount"))["sum"] or 0


def _expect_rest(order: Order, back: int, *, expired: bool, any_waiting: bool) -> None:
    """Expect what is still owed, `back` đồng going back, once; a payment that asks for another sum is taken back (it can
    still receive)."""
    rows = order.payments.select_for_update(of=("self",)).filter(state__in=Payment.OPEN).order_by("pk")
    waiting = list(rows) if any_waiting else []
    ended = Payment.State.EXPIRED if expired else Payment.State.CANCELLED
    if order.stopped:
        end_payments(waiting, ended)
        return
    if order.pay_on_delivery:
        for payment in waiting:
            if payment.amount != order.total and order.total:
                payment.amount = order.total
                payment.save(update_fields=["amount"])
        return
    owed = order.total - order.paid + back
    if any(payment.rest == owed for payment in waiting) and owed > 0:
        return
    if owed > 0 and waiting and _adjust(waiting[-1], owed):
        return
    end_payments(waiting, ended)
    if owed > 0:
        try:
            expect_payment(order, owed)
        except NoAccount:
            return  # the household takes no transfers any more; they agree on the rest by phone


def end_payments(payments: Sequence[Payment], state: Payment.State) -> None:
    """Nothing more is expected by these. A payment they are parts of asks for less, or ends with the last of them."""
    Payment.objects.filter(pk__in=[payment.pk for payment in payments]).update(state=state)
    for payment in payments:
        if payment.shared_id is None:
            continue
        shared = Payment.objects.select_for_update().get(pk=payment.shared_id)
        if not shared.parts.filter(state__in=Payment.OPEN).exists():
            if shared.is_open:
                Payment.objects.filter(pk=shared.pk).update(state=state)
        elif _may_ask_for_less(shared):
            shared.amount -= payment.rest
            shared.save(update_fields=["amount"])


def _adjust(part: Payment, owed: int) -> bool:
    """Let a part of a shared payment ask for another sum, under the same code. Whether that was possible."""
    if part.shared_id is None or part.received:
        return False
    shared = Payment.objects.select_for_update().get(pk=part.shared_id)
    if not _may_ask_for_less(shared):
        return True  # the provider has been asked already: what comes too much goes back
    shared.amount += owed - part.amount
    part.amount = owed
    shared.save(update_fields=["amount"])
    part.save(update_fields=["amount"])
    return True


def _may_ask_for_less(shared: Payment) -> bool:
    """A provider that has been asked for a sum takes that sum; a QR is drawn anew each time."""
    return not shared.provider_ref and shared.is_open


# --- expecting --------------------------------------------------------------------------------------------------------


def expect_payment(order: Order, amount: int | None = None, method: str = "") -> Payment:
    """A payment for an order, or for what is still missing of it, by the way it was paid so far if none is named.

    Call inside a transaction. Raises NoAccount.
    """
    method = method or _method_so_far(order)
    payment = _payment(
        order, order.total - order.paid if amount is None else amount, method, _accounts([order], method)
    )
    payment.save()
    return payment


def _method_so_far(order: Order) -> str:
    if order.pay_on_delivery:
        return Method.COD
    return order.payments.order_by("-pk").values_list("method", flat=True).first() or Method.VIETQR


def expect_payments(orders: Sequence[Order], method: str = "", owed: Mapping[int, int] | None = None) -> None:
    """A payment for each of some orders of one purchase, in two statements; ways that pay the operator make one payment of
    them all. `owed` (đồng by order id) where it is not the price less what came. Call inside a transaction. Raises NoAccount.
    """
    if not orders:
        return
    method = method or (Method.COD if orders[0].pay_on_delivery else Method.VIETQR)
    accounts = _accounts(orders, method)
    sums = [(order, owed[order.pk] if owed else order.total - order.paid) for order in orders]
    if len(orders) == 1 or not pays_operator(method):
        insert(_payment(order, amount, method, accounts) for order, amount in sums if amount > 0)
        return
    first = orders[0]
    shared = Payment.objects.create(
        purpose=Payment.Purpose.SHARED, amount=sum(amount for _order, amount in sums),
        **_how(first, method, accounts),
    )  # fmt: skip
    Payment.objects.bulk_create(
        Payment(
            order=order, shop_id=order.shop_id, shared=shared, amount=amount, method=method, state=shared.state,
            created_at=shared.created_at, expires_at=shared.expires_at,
        )
        for order, amount in sums if amount > 0
    )  # fmt: skip


def pays_operator(method: str) -> bool:
    """Whether the money goes to whoever runs the market, who owes it to the sellers."""
    return method not in (Method.VIETQR, Method.COD, Method.CASH, Method.STALL, Method.PLATE)


def _payment(
    order: Order, amount: int, method: str, accounts: Mapping[int | None, PaymentAccount]
) -> Payment:
    return Payment(order=order, shop_id=order.shop_id, amount=amount, **_how(order, method, accounts))


def _how(order: Order, method: str, accounts: Mapping[int | None, PaymentAccount]) -> dict[str, Any]:
    """The columns that say which way a payment goes. Raises NoAccount."""
    facts = {"method": method, "created_at": order.created_at, "purchase_id": order.purchase_id}
    if method == Method.COD:
        return facts
    facts["expires_at"] = order.held_until if order.state == State.NEW else None
    facts["code"] = new_code(settings.PAYMENT_CODE_PREFIX)
    if method not in (Method.VIETQR, Method.POOLED):
        return facts | {"provider": provider_of(method), "state": Payment.State.CREATED}
    account = accounts.get(order.shop_id if method == Method.VIETQR else None)
    if account is None:
        raise NoAccount
    return facts | {"account": account}


def _accounts(orders: Sequence[Order], method: str) -> dict[int | None, PaymentAccount]:
    """The accounts that a way to pay goes to, by shop (None: the operator's); without the number, which need not be
    decrypted. 1 query, or none.
    """
    if method == Method.VIETQR:
        rows = accounts_in_use([order.shop_id for order in orders], timezone.now())
    elif method == Method.POOLED:
        rows = list(PaymentAccount.objects.in_use().filter(shop__isnull=True).order_by("pk"))
    else:
        return {}
    return {account.shop_id: account for account in rows}


@compiled
def accounts_in_use(shop_ids: list[int], at: datetime) -> QuerySet[PaymentAccount]:
    """The accounts that these shops' buyers transfer to at that time, without the number. 1 query."""
    return (
        PaymentAccount.objects.in_use(at).filter(shop__in=shop_ids).defer("number", "holder").order_by("pk")
    )


def account_of(shop_id: int) -> PaymentAccount | None:
    """The account that a shop's buyers transfer to now."""
    return PaymentAccount.objects.in_use().filter(shop_id=shop_id).first()


def operators_account() -> PaymentAccount | None:
    """The account on which the operator pools money and takes debts. 1 query."""
    return PaymentAccount.objects.in_use().filter(shop__isnull=True).order_by("-pk").first()
