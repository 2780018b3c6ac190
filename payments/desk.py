"""The door to the operator's finance desk: who may come in, and which tabs it has."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts.models import User
from common.actors import Actor
from payments.models import PaymentAccount, Receipt
from sellers.models import Shop
from sellers.selling import SellerRequest

RUN_MONEY = "payments.run_money"
View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Tab:
    """A part of the desk: the name of its address, an icon, a word. `names` also light it up."""

    name: str
    icon: str
    label: Any
    names: tuple[str, ...] = ()


# every part of the desk, in the order of a day's work
TABS = (
    Tab("desk:today", "chart", _("Hôm nay")),
    Tab("desk:unmatched", "search", _("Chưa khớp"), ("desk:receipt", "desk:assign")),
    Tab("desk:refunds", "undo", _("Hoàn tiền"), ("desk:refund",)),
    Tab("desk:disputes", "shield", _("Tranh chấp"), ("desk:dispute", "desk:payout_arrived")),
    Tab("desk:payouts", "wallet", _("Chi trả"), ("desk:payout", "desk:batch", "desk:payout_seller")),
    Tab("desk:reconcile", "calendar", _("Đối chiếu"), ("desk:reconciliation",)),
    Tab("desk:statements", "list", _("Sao kê"), ("desk:statement", "desk:statement_columns")),
    Tab("desk:carriers", "truck", _("Hãng giao"), ("desk:carrier", "desk:write_off")),
    Tab("desk:ways", "card", _("Cách trả")),
    Tab("desk:taxes", "bank", _("Phí, thuế"), ("desk:seller_tax",)),
    Tab("desk:invoices", "receipt", _("Hóa đơn"), ("desk:keep_invoice", "desk:bring_invoices")),
)


class DeskRequest(HttpRequest):
    """A request that passed the door: `user` runs the market's money, `desk_tabs` are links for the template."""

    user: User
    actor: Actor
    desk_tabs: list[dict[str, Any]]


def running_money(view: View) -> View:
    """A page of those who run the market's money. Strangers are asked to sign in; for everybody else there is no such page.

    4 queries at most, with the session, the person and their rights.
    """

    @never_cache
    @wraps(view)
    def checked(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.has_perm(RUN_MONEY):
            raise Http404
        request.actor = Actor.of(request.user)
        here = request.resolver_match.view_name if request.resolver_match else ""
        request.desk_tabs = [
            {"href": reverse(tab.name), "icon": tab.icon, "label": tab.label, "here": here in (tab.name, *tab.names)}
            for tab in TABS
        ]  # fmt: skip
        return view(request, *args, **kwargs)

    return checked


@dataclass(frozen=True)
class Side:
    """Who looks at unclear money and statements: the operator, at everything, or a seller, at their own accounts.

    `base` is the template around their pages, `space` the namespace of their addresses.
    """

    base: str
    space: str
    receipts: QuerySet[Receipt]
    accounts: QuerySet[PaymentAccount]
    user: User
    actor: Actor
    shop: Shop | None = None

    @property
    def is_operators(self) -> bool:
        return self.shop is None

    def address(self, name: str, *args: Any) -> str:
        """An address of a page on this side."""
        return reverse(f"{self.space}:{name}", args=args)


def operators_side(request: DeskRequest) -> Side:
    """Everything: the operator's accounts, providers, and sellers who need help."""
    return Side(
        "payments/desk/base.html",
        "desk",
        Receipt.objects.all(),
        PaymentAccount.objects.all(),
        request.user,
        request.actor,
    )


def sellers_side(request: SellerRequest) -> Side:
    """What came to the accounts of the shop that the person works in."""
    shop = request.shop
    return Side(
        "payments/desk/base_seller.html", "money", Receipt.objects.filter(account__shop=shop),
        PaymentAccount.objects.filter(shop=shop), request.user, request.actor, shop,
    )  # fmt: skip
