"""The door to the farmer's pages: which shop a request works in, who acts, and under whose leave."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts.models import User
from common.actors import Actor
from sellers.access import SCOPE_FOR, Do, can
from sellers.errors import ShopNotAllowed
from sellers.models import Consent, Shop
from sellers.queries import consent_to_act, own_shop, village_helpers

ACTING = "acting"  # the session's key for the id of the consent a person acts under
View = Callable[..., HttpResponse]


class NoShop(ShopNotAllowed):
    """The person sells nothing here yet."""

    code = "no_shop"
    message = _("Bạn chưa có gian hàng. Hãy nhờ trưởng thôn hoặc đoàn viên mở giúp.")


class LeaveEnded(ShopNotAllowed):
    """The farmer took the leave back, or it ran out, while the person was working."""

    code = "leave_ended"
    message = _("Bạn không còn được làm giúp gian hàng này nữa. Việc vừa rồi chưa được ghi lại.")


class SellerRequest(HttpRequest):
    """A request that passed the door.

    `acting` is the consent under which somebody else works here, None for the farmer. `may` tells templates what to
    show. `helpers` are the people of the village to call, read when a page names them.
    """

    user: User
    shop: Shop
    actor: Actor
    acting: Consent | None
    may: dict[str, bool]
    helpers: Any


def selling(action: Do) -> Callable[[View], View]:
    """A page of the shop the person works in: their own, or that of the farmer they act for.

    Everybody else is asked to sign in, or refused: NoShop, LeaveEnded, ShopNotAllowed (403). Leave is read again at
    each request, so that taking it back ends it at once. 5 queries at most, with the session and the person.
    """

    def decorate(view: View) -> View:
        @never_cache
        @wraps(view)
        def checked(request: SellerRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            _enter_shop(request)
            if not can(request.user, action, request.shop):
                raise ShopNotAllowed
            return view(request, *args, **kwargs)

        return checked

    return decorate


def _enter_shop(request: SellerRequest) -> None:
    """Find the shop. Never falls back from somebody else's shop to one's own: the form sent was not meant for it."""
    request.acting = _leave_of(request)
    if request.acting is not None:
        consent = request.acting
        request.shop = consent.shop
        request.actor = Actor(request.user.pk, consent.farmer_id, consent.pk, request.user.name)
    else:
        shop = own_shop(request.user)
        if shop is None:
            raise NoShop
        request.shop, request.actor = shop, Actor.of(request.user)
    request.may = _may(request)
    path = request.shop.place_path
    request.helpers = SimpleLazyObject(lambda: village_helpers(path))


def _leave_of(request: SellerRequest) -> Consent | None:
    """The consent the session names. Raises LeaveEnded, once, if it no longer holds."""
    consent_id = request.session.get(ACTING)
    if consent_id is None:
        return None
    consent = consent_to_act(consent_id, request.user)
    if consent is None:
        del request.session[ACTING]
        raise LeaveEnded
    return consent


def _may(request: SellerRequest) -> dict[str, bool]:
    """What the person's buttons are: everything for the farmer, what the consent names for somebody else."""
    scopes = {"page": Do.EDIT_PAGE, "products": Do.EDIT_PRODUCTS, "orders": Do.HANDLE_ORDERS}
    if request.acting is None:
        return dict.fromkeys(scopes, True) | {
            "money": True,
            "account": request.shop.owner_id == request.user.pk,
        }
    return {name: SCOPE_FOR[action] in request.acting.scopes for name, action in scopes.items()}
