"""The farmer's answers about an order: what there is of it, what it weighs, and what becomes of a promised harvest."""

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from catalog.models import Product
from common.days import local_day
from common.errors import Refusal
from orders import day_lists, fulfilment, preorders
from orders.line_forms import HarvestDayForm, HarvestShareForm, LinesForm, PackForm
from orders.models import Order
from orders.states import State
from orders.views.board import my_order, order_page
from places.models import Place
from sellers.access import Do
from sellers.selling import SellerRequest, selling
from sellers.views.village import in_village


@require_http_methods(["GET", "HEAD", "POST"])
@selling(Do.HANDLE_ORDERS)
def lines(request: SellerRequest, code: str) -> HttpResponse:
    """Line by line: there in full, in part, not at all, something else instead, another day."""
    mine = my_order(request, code)
    form = LinesForm(mine, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            order = fulfilment.answer_lines(
                mine.pk,
                form.answers(),
                by=request.actor,
                reason=form.words,
                shelf_too=form.cleaned_data["shelf_too"],
            )
            messages.success(request, _told(order))
            return redirect("board:order", code=code)
        except Refusal as refusal:
            refusal.put_in(form)
    if not form.is_bound and mine.state not in (State.NEW, State.CONFIRMED):
        return redirect("board:order", code=code)
    context = {"order": mine, "form": form, "tab": "orders"}
    return render(request, "orders/lines_answer.html", context, status=422 if form.is_bound else 200)


def _told(order: Order) -> str:
    if order.stopped:
        return _("Đơn %(code)s đã hủy vì không còn món nào.") % {"code": order.public_code}
    if order.proposals.filter(state="waiting").exists():
        return _("Đã hỏi khách. Khách trả lời xong máy nhắn bạn.")
    return _("Đã ghi. Đơn %(code)s: %(state)s.") % {
        "code": order.public_code,
        "state": order.state_words,
    }


@require_POST
@selling(Do.HANDLE_ORDERS)
def pack(request: SellerRequest, code: str) -> HttpResponse:
    """The parcel is packed, with what the scales showed."""
    mine = my_order(request, code)
    form = PackForm(mine, request.POST)
    if form.is_valid():
        try:
            order = fulfilment.pack(
                mine.pk, form.weights(), by=request.actor, charge_more=form.cleaned_data["charge_more"]
            )
            messages.success(request, _told(order))
            return redirect("board:order", code=code)
        except Refusal as refusal:
            refusal.put_in(form)
    return order_page(request, mine, pack_form=form, status=422)


# --- goods ordered before their harvest -------------------------------------------------------------------------------


@require_safe
@selling(Do.HANDLE_ORDERS)
def promised(request: SellerRequest) -> HttpResponse:
    """What was promised of coming harvests, with two ways out: another day, or sharing what there is."""
    return _promised(request)


def _promised(
    request: SellerRequest, code: str = "", form: Form | None = None, status: int = 200
) -> HttpResponse:
    rows = [
        {
            "promise": promise,
            "day_form": _own(form, HarvestDayForm, promise.product, code),
            "share_form": _own(form, HarvestShareForm, promise.product, code),
        }
        for promise in preorders.promises(request.shop)
    ]
    return render(request, "orders/promised.html", {"rows": rows, "tab": "orders"}, status=status)


def _own(form: Form | None, kind: type[Form], product: Product, code: str) -> Form:
    """The form that was sent, for the product it was sent for; else an empty one."""
    if isinstance(form, kind) and product.public_code == code:
        return form
    return kind(prefix=product.public_code)


def _product(request: SellerRequest, code: str) -> Product:
    product = Product.objects.filter(shop=request.shop, public_code=code).select_related("shop").first()
    if product is None:
        raise Http404
    return product


@require_POST
@selling(Do.HANDLE_ORDERS)
def harvest_day(request: SellerRequest, code: str) -> HttpResponse:
    """Another day of harvest; whoever has ordered is asked."""
    product = _product(request, code)
    form = HarvestDayForm(request.POST, prefix=code)
    if form.is_valid():
        try:
            asked = preorders.change_harvest(product, form.cleaned_data["day"], by=request.actor)
            messages.success(
                request, _("Đã hỏi %(n)d khách.") % {"n": asked} if asked else _("Đã ghi ngày mới.")
            )
            return redirect("board:promised")
        except Refusal as refusal:
            refusal.put_in(form)
    return _promised(request, code, form, 422)


@require_POST
@selling(Do.HANDLE_ORDERS)
def harvest_share(request: SellerRequest, code: str) -> HttpResponse:
    """The harvest is smaller than promised: shared by the rule chosen, the rest is paid back."""
    product = _product(request, code)
    form = HarvestShareForm(request.POST, prefix=code)
    if form.is_valid():
        said = form.cleaned_data
        try:
            cut = preorders.share_harvest(
                product, said["available"], preorders.Rule(said["rule"]), by=request.actor
            )
            text = _("%(n)d khách được ít hơn đã đặt; tiền thừa ghi ở mục Tiền để trả lại.") % {"n": len(cut)}
            messages.success(request, text)
            return redirect("board:promised")
        except Refusal as refusal:
            refusal.put_in(form)
    return _promised(request, code, form, 422)


# --- today's work -----------------------------------------------------------------------------------------------------


@require_safe
@selling(Do.HANDLE_ORDERS)
def today(request: SellerRequest) -> HttpResponse:
    """What to pick and what to pack today, on a page that prints."""
    day = local_day()
    context = {"day": day, "list": day_lists.of_shop(request.shop, day), "tab": "orders"}
    return render(request, "orders/today.html", context)


@require_safe
@in_village(Do.OPEN_SHOP)
def village_today(request: SignedInRequest, village: Place) -> HttpResponse:
    """What every household of a village picks and packs today, for whoever sees the parcels off. No phones of buyers."""
    day = local_day()
    context = {"day": day, "list": day_lists.of_village(village, day), "village": village}
    return render(request, "orders/village_today.html", context)
