"""`can(user, action, thing)`: the one answer to who may do what, for pages, templates, the admin and the API.

`thing` is a Place, a Shop, or anything that has a `shop` or a `place_path`.
"""

from enum import StrEnum
from typing import Any

from accounts.models import User
from common.actors import Actor
from places import access as roles
from places.models import Place, Role
from sellers.models import Consent, Scope, Shop, ShopMember, VillageHeadTask

TEAM = (Role.HEAD, Role.VOLUNTEER)
OFFICERS = (Role.COMMUNE_OFFICER, Role.PROVINCE_OFFICER)


class Do(StrEnum):
    """Everything that needs leave."""

    OPEN_SHOP = "open shop"  # at a village
    SEE_VILLAGE = "see village"
    SEE_FIGURES = "see figures"  # at any place
    ADD_VILLAGE = "add village"  # at a commune
    SEE_SHOP = "see shop"  # its work pages, not its public page
    EDIT_PAGE = "edit page"
    EDIT_PRODUCTS = "edit products"
    HANDLE_ORDERS = "handle orders"
    SEE_MONEY = "see money"
    SET_ACCOUNT = "set account"
    APPROVE_SHOP = "approve shop"
    PAUSE_SHOP = "pause shop"
    VERIFY_PAPERS = "verify papers"
    MODERATE = "moderate"  # what others say about the shop


SCOPE_FOR = {Do.EDIT_PAGE: Scope.PAGE, Do.EDIT_PRODUCTS: Scope.PRODUCTS, Do.HANDLE_ORDERS: Scope.ORDERS}


def can(user: Any, action: Do, thing: Any) -> bool:
    """Whether the person may do it now. At most 3 queries, none for an administrator or an anonymous visitor."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    if user.is_superuser:
        return True
    if isinstance(thing, Place):
        return _can_at_place(user, action, thing.path)
    return _can_in_shop(user, action, thing if isinstance(thing, Shop) else thing.shop)


def _can_at_place(user: User, action: Do, path: str) -> bool:
    allowed: tuple[Role, ...] = {
        Do.OPEN_SHOP: TEAM,
        Do.SEE_VILLAGE: (*TEAM, *OFFICERS),
        Do.SEE_FIGURES: (Role.HEAD, *OFFICERS),
        Do.ADD_VILLAGE: OFFICERS,
    }.get(action, ())
    if allowed and roles.holds(user, path, *allowed):
        return True
    # a head knows the hamlets next door that the list still lacks
    return action == Do.ADD_VILLAGE and roles.holds_below(user, path, Role.HEAD)


def _can_in_shop(user: User, action: Do, shop: Shop) -> bool:
    if action in (Do.EDIT_PAGE, Do.EDIT_PRODUCTS, Do.HANDLE_ORDERS):
        return is_member(user, shop) or _has_leave(user, action, shop)
    if action == Do.SEE_SHOP:
        return is_member(user, shop) or roles.holds(user, shop.place_path, *TEAM, *OFFICERS)
    if action == Do.SEE_MONEY:
        return is_member(user, shop)
    if action == Do.SET_ACCOUNT:
        return shop.owner_id == user.pk
    if action == Do.APPROVE_SHOP:
        return VillageHeadTask().may_decide(shop.front, user)
    if action in (Do.MODERATE, Do.VERIFY_PAPERS):
        return roles.holds(user, shop.place_path, *OFFICERS) and not _works_in(user, shop)
    return action == Do.PAUSE_SHOP and roles.holds(user, shop.place_path, *OFFICERS)


def is_member(user: User, shop: Shop) -> bool:
    """Whether the person works in the shop in their own right. No query for the owner, who always does."""
    return shop.owner_id == user.pk or ShopMember.objects.filter(shop=shop, user=user).exists()


def _works_in(user: User, shop: Shop) -> bool:
    """Whether the person is a member or has the farmer's leave: who works in a shop is no judge of it."""
    return is_member(user, shop) or Consent.objects.in_force().filter(shop=shop, agent=user).exists()


def _has_leave(user: User, action: Do, shop: Shop) -> bool:
    """Consent of the farmer; or the person's own draft, before it is handed in."""
    if action == Do.EDIT_PAGE and shop.status == Shop.Status.DRAFT and shop.opened_by_id == user.pk:
        return roles.holds(user, shop.place_path, *TEAM)
    consent = Consent.objects.in_force().filter(shop=shop, agent=user).first()
    return (
        consent is not None
        and SCOPE_FOR[action] in consent.scopes
        and roles.holds(user, shop.place_path, *TEAM)
    )


def actor_in(shop: Shop, user: User) -> Actor:
    """Whom the audit log names: the member alone, or the agent with the farmer and the consent they act under."""
    if is_member(user, shop):
        return Actor.of(user)
    consent = Consent.objects.in_force().filter(shop=shop, agent=user).first()
    if consent is None:
        return Actor.of(user)
    return Actor(user.pk, on_behalf_of=consent.farmer_id, consent=consent.pk, name=user.name)
