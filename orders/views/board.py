"""The farmer's orders: one card each, one next step each."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.errors import Refusal
from orders import queries, services
from orders.carriers import carrier, offered
from orders.forms import StepForm
from orders.line_forms import PackForm
from orders.models import Order, Proposal, Shipment
from orders.queries import parcel_of_order
from orders.states import State
from sellers.access import Do
from sellers.selling import SellerRequest, selling

ALL = "tat-ca"  # ?xem=tat-ca also shows orders that are over


@require_safe
@selling(Do.HANDLE_ORDERS)
def orders(request: SellerRequest) -> HttpResponse:
    """Orders under way, newest first; all of them if asked."""
    everything = request.GET.get("xem") == ALL
    page = queries.board(request.shop, request.GET.get("sau", ""), all_states=everything)
    context = {
        "page": page,
        "everything": everything,
        "figures": queries.shop_figures(request.shop),
        "tab": "orders",
    }
    return render(request, "orders/board.html", context)


@require_safe
@selling(Do.HANDLE_ORDERS)
def order(request: SellerRequest, code: str) -> HttpResponse:
    """One order with its lines, its buyer and its history."""
    return order_page(request, my_order(request, code))


@require_POST
@selling(Do.HANDLE_ORDERS)
def step(request: SellerRequest, code: str) -> HttpResponse:
    """The button on the card: received, packed, handed over. Pressing it twice changes nothing."""
    mine, form = my_order(request, code), StepForm(request.POST)
    if not form.is_valid():
        wrong = _("Hãy bấm lại nút trên đơn.") if "to" in form.errors else next(iter(form.errors.values()))[0]
        return order_page(request, mine, fault=wrong, form=form, status=422)
    to = form.step()
    if mine.state != to:
        try:
            mine = services.farmer_step(mine.pk, to, by=request.actor, sent=form.sent())
        except Refusal as refusal:
            return order_page(request, my_order(request, code), fault=refusal.message, status=422)
        messages.success(request, _("Đơn %(code)s: %(state)s.") % {"code": code, "state": mine.state_words})
    return redirect(_back(request, code))


@require_safe
@selling(Do.HANDLE_ORDERS)
def slip(request: SellerRequest, code: str) -> HttpResponse:
    """The paper that goes into the parcel."""
    return render(request, "orders/slip.html", {"order": my_order(request, code), "tab": "orders"})


def my_order(request: SellerRequest, code: str) -> Order:
    """An order of this shop; a neighbour's does not exist here."""
    found = queries.order_of(request.shop, code)
    if found is None:
        raise Http404
    return found


def _back(request: SellerRequest, code: str) -> str:
    """The page the button stood on: the order's own, or its card on the board."""
    if request.POST.get("back") == "order":
        return reverse("board:order", args=[code])
    return f"{reverse('board:orders')}#don-{code}"


def page_of(parcel: Shipment | None) -> str:
    """The carrier's own page about a parcel; empty if there is none."""
    mover = carrier(parcel.carrier) if parcel else None
    return mover.page(parcel.code) if mover and parcel and parcel.code else ""


def order_page(
    request: SellerRequest,
    mine: Order,
    fault: object = "",
    form: StepForm | None = None,
    pack_form: PackForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """One order's page, with what was wrong with the last press."""
    weighed = mine.state == State.CONFIRMED and mine.has_weighed_lines
    parcel = parcel_of_order(mine) if mine.is_carried else None
    context = {
        "parcel": parcel, "parcel_page": page_of(parcel),
        "can_book": bool(offered()) and mine.is_carried and mine.farmers_next == State.HANDED_OVER and not parcel,
        "order": mine, "history": [(step, mine.farmers_word(State(step.after))) for step in mine.steps.all()],
        "fault": fault, "form": form or StepForm(), "tab": "orders",
        "pack_form": (pack_form or PackForm(mine)) if weighed else None,
        "asked": [proposal for proposal in mine.proposals.all() if proposal.state == Proposal.State.WAITING],
    }  # fmt: skip
    return render(request, "orders/order.html", context, status=status)
