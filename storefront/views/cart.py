"""The cart: by shop, because each ships and is paid for by itself. Works without a script."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Product
from common.errors import Refusal
from common.quantity import BadQuantity, read_quantity
from common.same_site import same_site_post
from orders import carts
from orders.models import Cart
from orders.queries import cart_count, cart_view
from storefront.checkout_delivery import delivery_of
from storefront.cookies import cart_for, cart_of, remember_cart
from storefront.forms import AddForm, commune_named


@require_safe
@never_cache
def show(request: HttpRequest) -> HttpResponse:
    """What is in the cart, with old and new where something changed since it was put in, and what delivery costs."""
    return _cart(request, cart_of(request))


def _cart(
    request: HttpRequest, cart: Cart | None, *, errors: dict[int, str] | None = None, status: int = 200
) -> HttpResponse:
    view, to = cart_view(cart), request.GET.get("xa", "").strip()
    context: dict[str, Any] = {"cart": view, "errors": errors or {}, "typed": request.POST, "to": to}
    if to and view.count:
        context["delivery"] = delivery_of(view, commune_named(to), {})
    return render(request, "storefront/cart.html", context, status=status)


@require_POST
@same_site_post
def add(request: HttpRequest) -> HttpResponse:
    """Put a product in; the answer is the cart, or the product's page again with what is wrong."""
    form = AddForm(request.POST)
    if not form.is_valid():
        product = Product.objects.on_sale().filter(public_code=request.POST.get("product", "")).first()
        if product is None:
            return redirect("market:cart")
        return _refused(request, product, str(next(iter(form.errors.values()))[0]))
    product = form.cleaned_data["product"]
    cart = cart_for(request)
    try:
        said = form.cleaned_data
        carts.put_in_cart(cart, product, said["quantity"], price_seen=said["price"])
    except Refusal as refusal:
        return _refused(request, product, str(refusal))
    response = redirect(_back(request))
    remember_cart(response, cart)
    return response


def _refused(request: HttpRequest, product: Product, message: str) -> HttpResponse:
    context = {"product": product, "message": message, "typed": request.POST.get("quantity", "")}
    return render(request, "storefront/add_refused.html", context, status=422)


def _back(request: HttpRequest) -> str:
    """Where the form wants to go afterwards, if that is one of our pages; else the cart."""
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else reverse("market:cart")


@require_POST
@never_cache
def update(request: HttpRequest) -> HttpResponse:
    """Take what was typed for every line. 0 or "Bỏ" takes a line out; a bad line is shown with its reason, 422."""
    cart = cart_of(request)
    if cart is None:
        return redirect("market:cart")
    errors: dict[int, str] = {}
    for line in cart.lines.select_related("product").order_by("product_id"):
        typed = request.POST.get(f"line-{line.product_id}")
        if request.POST.get("remove") == str(line.product_id):
            carts.take_out(cart, line.product_id)
        elif typed is not None:
            try:
                quantity = read_quantity(typed)
                if quantity == 0:
                    carts.take_out(cart, line.product_id)
                elif quantity != line.quantity:
                    carts.set_in_cart(cart, line.product, quantity)
            except (BadQuantity, Refusal) as bad:
                errors[line.product_id] = str(bad)
    return _cart(request, cart, errors=errors, status=422) if errors else redirect("market:cart")


@require_POST
@never_cache
def accept(request: HttpRequest) -> HttpResponse:
    """The buyer has read what changed, old and new, and goes on with it."""
    cart = cart_of(request)
    if cart is not None:
        carts.accept_changes(cart, changes_shown(request.POST))
    return redirect("market:cart")


def changes_shown(typed: QueryDict) -> dict[int, str]:
    """What the page told of each product that changed, by its id, as it comes back with the buyer's yes."""
    names = ((name.removeprefix("doi-"), value) for name, value in typed.items() if name.startswith("doi-"))
    return {int(number): str(value) for number, value in names if number.isascii() and number.isdigit()}


@require_safe
@never_cache
def fragment(request: HttpRequest) -> HttpResponse:
    """The number on the cart, which public pages fetch because they are the same for everybody."""
    return render(request, "storefront/cart_count.html", {"count": cart_count(cart_of(request))})
