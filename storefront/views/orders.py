"""An order, for the buyer who holds its address or knows its code and phone."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import Refusal
from common.ratelimits import limited
from orders.models import Order
from orders.queries import order_by_code_and_phone, order_by_key, purchases_by_keys
from orders.review_queries import reviews_by_line
from orders.states import STEPS, State
from payments.services import ask_for_rest, confirm_receipt
from storefront.cookies import purchases_of
from storefront.forms import FindOrderForm


def _order(key: str) -> Order:
    found = order_by_key(key)
    if found is None:
        raise Http404
    return found


@require_safe
@never_cache
def show(request: HttpRequest, key: str) -> HttpResponse:
    """Where the order is, what was bought as it was sold, and whom to call. 4 queries; 7 once it has arrived."""
    return _page(request, _order(key))


def _page(request: HttpRequest, order: Order, *, problem: str = "", status: int = 200) -> HttpResponse:
    taken = {step.after: step.at for step in order.steps.all()}
    stopped = order.state in (State.CANCELLED, State.RETURNED)
    track = [
        {"label": State(step).label, "at": taken.get(step), "now": order.state == step}
        for step in STEPS
        if not stopped or step in taken
    ]
    context = {
        "order": order, "track": track, "stopped": stopped, "problem": problem, "stopped_at": taken.get(order.state),
        "can_receive": order.state == State.HANDED_OVER,
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
    context = {"form": form, "purchases": purchases_by_keys(purchases_of(request))}
    return render(request, "storefront/find_order.html", context, status=status)
