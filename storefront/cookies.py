"""The guest's two cookies: which cart is theirs, and which orders this browser placed. Both are set only when needed."""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from orders.models import Cart

CART, ORDERS = "gio", "don"
CART_AGE, ORDERS_AGE = 60 * 60 * 24 * 60, 60 * 60 * 24 * 180
MOST_ORDERS = 12


def cart_of(request: HttpRequest) -> Cart | None:
    """The visitor's cart, if they have one. 1 query with a cookie, none without."""
    key = request.COOKIES.get(CART, "")
    return Cart.objects.filter(key=key).first() if len(key) == 32 else None


def cart_for(request: HttpRequest) -> Cart:
    """The visitor's cart, made if they have none."""
    return cart_of(request) or Cart.objects.create()


def remember_cart(response: HttpResponse, cart: Cart) -> None:
    """Let the browser bring the cart back. The cookie is out of reach of scripts."""
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
