"""The guest's two cookies: which cart is theirs, and which orders this browser placed. Both are set only when needed."""

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from common.compiled import compiled
from common.inserting import insert
from orders.carts import merge_carts
from orders.models import Cart

CART, ORDERS = "gio", "don"
CART_AGE, ORDERS_AGE = 60 * 60 * 24 * 60, 60 * 60 * 24 * 180
MOST_ORDERS = 12


def cart_of(request: HttpRequest) -> Cart | None:
    """The visitor's cart, if they have one: the person's once signed in. 1 query with a cookie, none without."""
    if request.user.is_authenticated:
        return Cart.objects.filter(user=request.user).order_by("-updated_at").first()
    return _guests_cart(request)


def _guests_cart(request: HttpRequest) -> Cart | None:
    key = request.COOKIES.get(CART, "")
    return next(iter(_guests_carts(key)), None) if len(key) == 32 else None


@compiled
def _guests_carts(key: str) -> QuerySet[Cart]:
    return Cart.objects.filter(key=key, user=None)


def cart_for(request: HttpRequest) -> Cart:
    """The visitor's cart, made if they have none."""
    user = request.user if request.user.is_authenticated else None
    return cart_of(request) or insert([Cart(user=user)])[0]


def keep_guests_cart(sender: object, request: HttpRequest, user: User, **_rest: object) -> None:
    """Whoever signs in keeps what they put into the cart before. Called by Django's `user_logged_in`."""
    guests = _guests_cart(request)
    if guests is None:
        return
    own = Cart.objects.filter(user=user).order_by("-updated_at").first()
    if own is None:
        Cart.objects.filter(pk=guests.pk).update(user=user)
    else:
        merge_carts(own, guests)


def remember_cart(response: HttpResponse, cart: Cart) -> None:
    """Let a guest's browser bring the cart back. The cookie is out of reach of scripts."""
    if cart.user_id is None:
        _set(response, CART, cart.key, CART_AGE)


def purchases_of(request: HttpRequest) -> list[str]:
    """Keys of the purchases placed in this browser, newest first."""
    try:
        return signing.loads(request.COOKIES.get(ORDERS, ""), salt=ORDERS)
    except signing.BadSignature:
        return []


def remember_purchase(request: HttpRequest, response: HttpResponse, key: str) -> None:
    """Let this browser find the purchase again under "Đơn của tôi"."""
    keys = [key, *(known for known in purchases_of(request) if known != key)][:MOST_ORDERS]
    _set(response, ORDERS, signing.dumps(keys, salt=ORDERS), ORDERS_AGE)


def _set(response: HttpResponse, name: str, value: str, age: int) -> None:
    response.set_cookie(
        name, value, max_age=age, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
