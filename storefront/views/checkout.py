"""Checkout and paying: one page of questions, then one VietQR for each shop."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from catalog.menus import provinces
from common.errors import Refusal
from common.ratelimits import limited
from orders import carts
from orders.errors import CartChanged, CartEmpty
from orders.models import Cart, Purchase
from orders.queries import CartView, cart_view, order_by_key, pressed_before, purchase_by_key
from orders.terms import terms_of
from payments import asking, methods, qr
from payments.models import Method
from payments.services import checkout as place_and_expect
from storefront.checkout_delivery import choices_of, delivery_of, having_account, parts_of, parts_to_pay
from storefront.cookies import cart_of, remember_purchase
from storefront.forms import CheckoutForm, CommuneInput, commune_named, communes_of
from storefront.views.cart import changes_shown

LOOK = "xem-xa"  # the button that asks for a province's communes, without scripts
ACCEPT = "dong-y"  # the buyer's yes to what changed in the cart meanwhile
SEEN = "da-xem"  # the mark of what stood on the page


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("300/minute")  # a whole province may share one address of its phone company
def checkout(request: HttpRequest) -> HttpResponse:
    """Name, phone, place, address, note, way to pay. Everything typed stays when something is wrong (422)."""
    cart = cart_of(request)
    if cart is None:
        return redirect("market:cart")
    if ACCEPT in request.POST:
        carts.accept_changes(cart, changes_shown(request.POST))
    form = _form_of(request)
    if form.is_bound and form.is_valid():
        try:
            purchase = _place(request, cart, form)
        except CartEmpty as refusal:  # ordered on another tab, as a rule
            messages.warning(request, _("%(empty)s Hàng đã đặt thì ở dưới đây.") % {"empty": refusal})
            return redirect("market:find_order")
        except Refusal as refusal:
            refusal.put_in(form)
        else:
            response = redirect(purchase)
            remember_purchase(request, response, purchase.key)
            return response
    view = cart_view(cart, pictures=False)
    if not view.count:
        return redirect("market:cart")
    return render(
        request, "storefront/checkout.html", _asked(request, view, form), status=422 if form.is_bound else 200
    )


def _form_of(request: HttpRequest) -> CheckoutForm:
    """The form as it was sent; not checked yet while the visitor only answers a question on the way, with all that was
    typed."""
    if request.method != "POST":
        return CheckoutForm(initial=_typed(request))
    on_the_way = ACCEPT in request.POST or (LOOK in request.POST and request.POST.get("tinh"))
    return CheckoutForm(initial=_typed(request)) if on_the_way else CheckoutForm(request.POST)


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What the visitor has said so far: on this page, or on the cart's."""
    if request.method != "POST":
        return {"commune": request.GET.get("xa", "")}
    return request.POST.dict() | {"commune": CommuneInput().value_from_datadict(request.POST, {}, "commune")}


def _place(request: HttpRequest, cart: Cart, form: CheckoutForm) -> Purchase:
    """Order what stood on the page. Raises CartChanged if something else lies in the cart by now, and as `checkout`."""
    seen, key = request.POST.get(SEEN), form.cleaned_data["form_key"]
    if seen:
        now = cart_view(cart, pictures=False)
        if now.count and now.as_shown != seen and not pressed_before(cart, key):
            raise CartChanged
    return place_and_expect(
        cart,
        form.buyer(cart.key, request.user if isinstance(request.user, User) else None),
        key=key,
        method=form.cleaned_data["pay"],
        delivery=choices_of(request.POST),
    )


def _asked(request: HttpRequest, view: CartView, form: CheckoutForm) -> dict[str, Any]:
    """Everything that the page shows and asks."""
    commune = form.cleaned_data.get("commune") if form.is_bound else commune_named(_typed(request)["commune"])
    province = request.POST.get("tinh", "")
    terms = terms_of(parts_of(view))
    no_transfer = asking.shops_without_account(view)
    form.offer(methods.offered(parts_to_pay(view), takes_transfers=having_account(view, no_transfer)))
    return {
        "provinces": provinces(), "province": province,
        "communes": communes_of(province) if LOOK in request.POST and province else [],
        "parts": [(part, terms[part.shop.pk]) for part in view.shops],
        "form": form, "cart": view, "no_transfer": no_transfer,
        "delivery": delivery_of(view, commune, request.POST),
    }  # fmt: skip


@require_safe
@never_cache
def delivery_fragment(request: HttpRequest) -> HttpResponse:
    """How the cart's goods may come to the commune typed, for the page to show while the rest is filled in."""
    view = cart_view(cart_of(request), pictures=False)
    context = {"delivery": delivery_of(view, commune_named(request.GET.get("xa", "")), request.GET)}
    return render(request, "storefront/checkout_delivery.html", context)


def _purchase(key: str) -> dict[str, Any]:
    found = purchase_by_key(key)
    if found is None:
        raise Http404
    orders = list(found.orders.all())
    asked, together = asking.asked_for(orders), asking.asked_together(found)
    owing = [order for order in orders if order.rest and not order.stopped]
    parts = [methods.Part(order.shop_id, order.total) for order in owing]
    ways = methods.offered(parts, takes_transfers=asking.shops_with_account(orders)) if owing else []
    used = {each.payment.method for each in (*asked.values(), *together)}
    return {
        "purchase": found, "parts": [(order, asked.get(order.pk)) for order in orders], "together": together,
        "ways": [way for way in ways if way.code not in (*used, Method.COD)],
    }  # fmt: skip


@require_safe
@never_cache
def purchase(request: HttpRequest, key: str) -> HttpResponse:
    """What was bought, and for each shop the QR that pays it. Found again by its unguessable address."""
    return render(request, "storefront/purchase.html", _purchase(key))


@require_safe
@never_cache
def order_part(request: HttpRequest, key: str) -> HttpResponse:
    """One order of the page above as a fragment, for the page to look again whether the money has come."""
    order = order_by_key(key)
    if order is None:
        raise Http404
    context = {
        "order": order, "asked": asking.asked_for([order]).get(order.pk),
        "together": asking.asked_together(order.purchase),
    }  # fmt: skip
    return render(request, "storefront/purchase_part.html", context)


@require_safe
@cache_control(private=True, max_age=3600)
def qr_png(request: HttpRequest, key: str) -> HttpResponse:
    """A payment's QR as a picture, for a buyer whose bank runs on this same phone."""
    asked = asking.asked_by_key(key)
    if asked is None:
        raise Http404
    response = HttpResponse(qr.png(asked.payload, scale=10), content_type="image/png")
    response["Content-Disposition"] = f'inline; filename="vietqr-{asked.payment.code}.png"'
    return response
