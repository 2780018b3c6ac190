"""The addresses of Stripe's API that the fake answers, each with what it accepts and what it does."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from stripe import params
from stripe.params import checkout

from payments.providers.fakes.stripe_objects import Object, World, listed
from payments.providers.fakes.stripe_parameters import StripeFault

Act = Callable[[World, str, Object, str], Object]  # the world, the object's name, what was said, the account

_PAGING = ("limit", "starting_after", "ending_before", "created")


@dataclass(frozen=True)
class Route:
    """One call: its method and path ("/v1/refunds/*"), the library's type of its parameters, what it does."""

    method: str
    path: str
    shape: Any
    act: Act

    def fits(self, method: str, path: str) -> bool:
        return method == self.method and bool(re.fullmatch(self._pattern, path))

    def ref(self, path: str) -> str:
        """The name that stands in place of the star."""
        found = re.fullmatch(self._pattern, path)
        return found[1] if found and found.groups() else ""

    @property
    def _pattern(self) -> str:
        return re.escape(self.path).replace(r"\*", r"(\w+)")


def _retrieve(kind: str) -> Act:
    return lambda world, ref, said, account: world.get(kind, ref, account=account)


def _list(kind: str, path: str) -> Act:
    def rows(world: World, ref: str, said: Object, account: str) -> Object:
        facts = {name: value for name, value in said.items() if name not in _PAGING}
        if ref:
            facts["transfer"] = ref
        found, limit = world.all(kind, account, **facts), said.get("limit", 10)
        if "starting_after" in said:
            names = [row["id"] for row in found]
            found = found[names.index(said["starting_after"]) + 1 :]
        return listed([world.shown(row) for row in found[:limit]], path, more=len(found) > limit)

    return rows


def _both(path: str, kind: str, one: Any, many: Any) -> Iterator[Route]:
    yield Route("GET", f"{path}/*", one, _retrieve(kind))
    yield Route("GET", path, many, _list(kind, path))


ROUTES = [
    Route("POST", "/v1/checkout/sessions", checkout.SessionCreateParams, lambda w, ref, said, to: w.create_session(said)),
    Route("POST", "/v1/checkout/sessions/*/expire", checkout.SessionExpireParams,
          lambda w, ref, said, to: w.expire_session(ref)),
    Route("POST", "/v1/refunds", params.RefundCreateParams, lambda w, ref, said, to: w.create_refund(said)),
    Route("POST", "/v1/accounts", params.AccountCreateParams, lambda w, ref, said, to: w.create_account(said)),
    Route("POST", "/v1/account_links", params.AccountLinkCreateParams, lambda w, ref, said, to: w.create_link(said)),
    Route("POST", "/v1/transfers", params.TransferCreateParams, lambda w, ref, said, to: w.create_transfer(said)),
    Route("POST", "/v1/transfers/*/reversals", params.TransferReversalCreateParams,
          lambda w, ref, said, to: w.reverse_transfer(ref, said)),
    Route("GET", "/v1/transfers/*/reversals", params.TransferReversalListParams,
          _list("transfer_reversal", "/v1/transfers")),
    Route("POST", "/v1/payouts", params.PayoutCreateParams, lambda w, ref, said, to: w.create_payout(said, to)),
    *_both("/v1/checkout/sessions", "checkout.session", checkout.SessionRetrieveParams, checkout.SessionListParams),
    *_both("/v1/payment_intents", "payment_intent", params.PaymentIntentRetrieveParams, params.PaymentIntentListParams),
    *_both("/v1/charges", "charge", params.ChargeRetrieveParams, params.ChargeListParams),
    *_both("/v1/balance_transactions", "balance_transaction", params.BalanceTransactionRetrieveParams,
           params.BalanceTransactionListParams),
    *_both("/v1/refunds", "refund", params.RefundRetrieveParams, params.RefundListParams),
    *_both("/v1/accounts", "account", params.AccountRetrieveParams, params.AccountListParams),
    *_both("/v1/transfers", "transfer", params.TransferRetrieveParams, params.TransferListParams),
    *_both("/v1/payouts", "payout", params.PayoutRetrieveParams, params.PayoutListParams),
    *_both("/v1/disputes", "dispute", params.DisputeRetrieveParams, params.DisputeListParams),
    *_both("/v1/events", "event", params.EventRetrieveParams, params.EventListParams),
]  # fmt: skip


def find(method: str, path: str) -> Route:
    """The route of a call. Raises StripeFault where Stripe (or this fake) has none."""
    for route in ROUTES:
        if route.fits(method, path):
            return route
    raise StripeFault(f"Unrecognized request URL ({method}: {path}).", status=404)
