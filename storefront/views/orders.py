"""An order, for the buyer who holds its address or knows its code and phone."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from common.errors import Refusal
from common.ratelimits import limited
from orders import carts, complaints
from orders.fulfilment import answer_proposal, drop_lines
from orders.models import Order
from orders.queries import (
    order_by_code_and_phone,
    order_by_key,
    parcel_of_order,
    purchases_of_visitor,
    questions_to_buyer,
)
from orders.review_queries import reviews_by_line
from orders.services import buyer_cancels, confirm_receipt
from orders.states import STEPS, LineState, State
from orders.views.board import page_of
from payments.services import ask_for_rest
from payments.settling import refunded
from storefront.cookies import cart_for, purchases_of, remember_cart
from storefront.forms import FindOrderForm


def _order(key: str) -> Order:
    found = order_by_key(key, "invoice")
    if found is None:
        raise Http404
    return found


@require_safe
@never_cache
def show(request: HttpRequest, key: str) -> HttpResponse:
    """Where the order is, what was bought as it was sold, and whom to call. 6 queries; 8 once it has arrived."""
    return _page(request, _order(key))


def _page(request: HttpRequest, order: Order, *, problem: str = "", status: int = 200) -> HttpResponse:
    taken = {step.after: step.at for step in order.steps.all()}
    stopped = order.state in (State.CANCELLED, State.RETURNED)
    track = [
        {"label": order.buyers_word(State(step)), "at": taken.get(step), "now": order.state == step}
        for step in STEPS
        if not stopped or step in taken
    ]
    arrived = order.delivered_at is not None or order.state in (State.HANDED_OVER, State.RETURNED)
    reported = complaints.of_order(order) if arrived else []
    context = {
        "parcel": (parcel := parcel_of_order(order) if order.is_carried and arrived else None), "parcel_page": page_of(parcel),
        "order": order, "track": track, "stopped": stopped, "problem": problem, "stopped_at": taken.get(order.state),
        "stopped_why": order.steps.all()[len(order.steps.all()) - 1].reason if stopped else "",
        "back": refunded(order) if order.paid > order.total else 0,
        "can_receive": order.state == State.HANDED_OVER, "lines": list(order.lines.all()),
        "complaints": reported,
        "can_complain": complaints.can_complain(order) and not any(each.is_open for each in reported),
        "questions": [] if stopped else questions_to_buyer(order),
        "reviews": reviews_by_line(order) if order.delivered_at else [], "may_review": order.state == State.DELIVERED,
    }  # fmt: skip
    return render(request, "storefront/order.html", context, status=status)


@require_POST
@never_cache
def received(request: HttpRequest, key: str) -> HttpResponse:
    """The buyer's button "Tôi đã nhận hàng". Pressing it twice changes nothing."""
    order = _order(key)
    try:
        confirm_receipt(order.pk)
    except Refusal as refusal:
        return _page(request, _order(key), problem=str(refusal), status=409)
    return redirect(order)


@require_POST
@never_cache
def pay_rest(request: HttpRequest, key: str) -> HttpResponse:
    """A second QR for what is missing of an order that was paid in part."""
    order = _order(key)
    ask_for_rest(order.pk)
    return redirect(order.purchase)


@require_POST
@never_cache
def answer(request: HttpRequest, key: str, question: str) -> HttpResponse:
    """The buyer's yes or no to what the seller asked. Pressing twice changes nothing."""
    order = _order(key)
    asked = get_object_or_404(order.proposals, key=question)
    try:
        answer_proposal(asked.pk, yes=request.POST.get("answer") == "yes")
    except Refusal as refusal:
        return _page(request, _order(key), problem=str(refusal), status=409)
    messages.success(request, _("Đã báo người bán."))
    return redirect(order)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def cancel(request: HttpRequest, key: str) -> HttpResponse:
    """Take the order back, while the seller has not taken it on: asked once, then done."""
    order = _order(key)
    if request.method != "POST":
        if not order.buyer_can_cancel:
            return redirect(order)
        return _cancel_page(request, order)
    some = "some" in request.POST
    chosen = [int(value) for value in request.POST.getlist("line") if value.isascii() and value.isdigit()]
    if some and not chosen:
        return _cancel_page(request, order, problem=_("Hãy chọn món muốn bỏ."))
    try:
        order = drop_lines(order.pk, chosen) if some else buyer_cancels(order.pk)
    except Refusal as refusal:
        return _page(request, _order(key), problem=str(refusal), status=409)
    messages.success(request, _("Đã hủy đơn.") if order.stopped else _("Đã bỏ món bạn chọn."))
    return redirect(order)


def _cancel_page(request: HttpRequest, order: Order, problem: str = "") -> HttpResponse:
    lines = [line for line in order.lines.all() if line.state != LineState.DROPPED]
    context = {"order": order, "lines": lines, "problem": problem}
    return render(request, "storefront/order_cancel.html", context, status=422 if problem else 200)


@require_POST
@never_cache
def buy_again(request: HttpRequest, key: str) -> HttpResponse:
    """The same goods in the cart once more, at the prices of now."""
    order, cart = _order(key), cart_for(request)
    missing = carts.buy_again(cart, order)
    if missing:
        text = _("Giờ không còn: %(titles)s.") % {"titles": ", ".join(missing)}
        messages.warning(request, text)
    response = redirect("market:cart")
    remember_cart(response, cart)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("10/minute")
def find(request: HttpRequest) -> HttpResponse:
    """The purchases of this browser, and a search by code and phone for those of another one."""
    form = FindOrderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = order_by_code_and_phone(form.cleaned_data["code"], form.cleaned_data["phone"])
        if found is not None:
            return redirect(found)
        form.add_error("code", _("Không có đơn nào với mã và số điện thoại này."))
    status = 422 if request.method == "POST" else 200
    user = request.user if isinstance(request.user, User) else None
    context = {"form": form, "purchases": purchases_of_visitor(purchases_of(request), user)}
    return render(request, "storefront/find_order.html", context, status=status)
