"""How goods travel: the farmer's own ways, and the parcel that a whole village sends together."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from common.actors import Actor
from common.errors import Refusal
from orders import delivery_queries as queries
from orders.delivery_forms import DeliveryForm
from orders.delivery_models import DeliveryMethod
from orders.delivery_setup import save_method, stop_method
from places.models import Place
from sellers.access import Do
from sellers.models import Shop
from sellers.selling import SellerRequest, selling
from sellers.views.village import in_village

Kind = DeliveryMethod.Kind
OWN_KINDS = (Kind.FARM, Kind.POINT, Kind.OWN, Kind.BUS, Kind.CARRIER)
form_page = require_http_methods(["GET", "HEAD", "POST"])


# --- the farmer's own -----------------------------------------------------------------------------------------------


@require_safe
@selling(Do.HANDLE_ORDERS)
def ways(request: SellerRequest) -> HttpResponse:
    """All ways with what they cost, and what sending costs to places that people ask about. 11 queries at most."""
    methods = queries.methods_of(request.shop)
    own = {method.kind: method for method in methods if method.shop_id}
    context = {
        "rows": [(kind, own.get(kind)) for kind in OWN_KINDS],
        "together": next((method for method in methods if method.village_id), None),
        "examples": queries.examples(request.shop),
        "tab": "orders",
    }
    return render(request, "orders/delivery.html", context)


@require_safe
@selling(Do.HANDLE_ORDERS)
def example(request: SellerRequest) -> HttpResponse:
    """What buyers pay for sending the smallest order of one product, or a kilo of a new one: a part of its form."""
    product = queries.product_to_send(request.shop, request.GET.get("mon", ""))
    example = queries.example_of(request.shop, product)
    return render(request, "orders/delivery_example.html", {"example": example})


@form_page
@selling(Do.HANDLE_ORDERS)
def way(request: SellerRequest, kind: str) -> HttpResponse:
    """Say how one way works. Everything typed stays when something is wrong (422)."""
    if kind not in OWN_KINDS:
        raise Http404
    method = queries.own_method(request.shop, kind)
    back = reverse("delivery:list")
    return _form(
        request, request.shop, kind, method, by=request.actor, back=back, template="orders/delivery_form.html"
    )


@require_POST
@selling(Do.HANDLE_ORDERS)
def stop(request: SellerRequest, kind: str) -> HttpResponse:
    """Offer a way no longer. Doing it twice changes nothing."""
    method = queries.own_method(request.shop, kind)
    if method is None:
        raise Http404
    stop_method(method, by=request.actor)
    messages.success(request, _("Đã thôi: %(way)s.") % {"way": method})
    return redirect("delivery:list")


# --- the village's --------------------------------------------------------------------------------------------------


@form_page
@in_village(Do.OPEN_SHOP)
def together(request: SignedInRequest, village: Place) -> HttpResponse:
    """The common parcel of a village: days and fees, set by its head and volunteers."""
    method = queries.village_method(village)
    back = reverse("village:home")
    if request.method == "POST" and "stop" in request.POST and method is not None:
        stop_method(method, by=Actor.of(request.user))
        messages.success(request, _("Đã thôi: %(way)s.") % {"way": method})
        return redirect(back)
    return _form(
        request, village, Kind.VILLAGE, method, by=Actor.of(request.user), back=back,
        template="orders/delivery_together.html", village=village,
    )  # fmt: skip


# --- both -----------------------------------------------------------------------------------------------------------


def _form(
    request: HttpRequest, owner: Shop | Place, kind: str, method: DeliveryMethod | None, *, by: Actor, back: str,
    template: str, **more: Any,
) -> HttpResponse:  # fmt: skip
    form = DeliveryForm(kind, request.POST or None, initial=DeliveryForm.values_of(method))
    if request.method == "POST" and form.is_valid():
        try:
            save_method(owner, kind, form.facts(), form.fees(), form.named(), by=by)
        except Refusal as refusal:
            refusal.put_in(form)
        else:
            messages.success(request, _("Đã lưu: %(way)s.") % {"way": Kind(kind).label})
            return redirect(back)
    context = {"form": form, "kind": Kind(kind), "method": method, "tab": "orders", "back": back} | more
    return render(request, template, context, status=422 if request.method == "POST" else 200)
