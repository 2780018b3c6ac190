"""A shop comes into being, gets another name, rests, is taken off the market and comes back."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import person_with_phone
from common import audit
from common.actors import Actor
from common.folding import fold, nfc, slug
from common.public_pages import purge
from places.models import Place
from sellers.access import Do, actor_in, can
from sellers.errors import ShopExists, ShopNotAllowed, WrongShopStatus
from sellers.models import Shop, ShopFront, ShopMember, ShopSlug, Visit
from sellers.starters import NONE, STARTERS


@transaction.atomic
def open_draft_shop(
    village: Place,
    *,
    name: str,
    farmer_phone: str,
    farmer_name: str,
    by: User,
    kind: str = Shop.Kind.HOUSEHOLD,
    starter: str = "",
) -> Shop:
    """A new shop for a household, not visible to buyers yet. The farmer becomes its owner and only member.

    `starter` is a key of STARTERS: the page then begins with its words and look instead of empty.
    `farmer_phone` is E.164. Raises ShopNotAllowed unless `by` belongs to the village's team, ShopExists for a second
    shop of that name of the same household.
    """
    if not can(by, Do.OPEN_SHOP, village):
        raise ShopNotAllowed
    commune = village.parent
    if commune is None or commune.parent_id is None:
        raise ShopNotAllowed
    farmer = person_with_phone(farmer_phone, farmer_name)
    name = nfc(" ".join(name.split()))
    User.objects.select_for_update().get(
        pk=farmer.pk
    )  # a double tap waits here and finds the first one's shop
    if (
        Shop.objects.filter(owner=farmer, village=village, folded=fold(name))
        .exclude(status=Shop.Status.CLOSED)
        .exists()
    ):
        raise ShopExists
    shop = Shop.objects.create(
        name=name, folded=fold(name), slug=free_slug(name), kind=kind, village=village, commune_id=commune.pk,
        province_id=commune.parent_id, place_path=village.path, owner=farmer, opened_by=by,
    )  # fmt: skip
    ShopSlug.objects.create(shop=shop, slug=shop.slug)
    ShopMember.objects.create(shop=shop, user=farmer, role=ShopMember.Role.OWNER)
    begin = STARTERS.get(starter, NONE)
    body = begin.body() if begin is not NONE else []
    ShopFront.objects.create(shop=shop, live=False, tagline=begin.tagline, theme=begin.theme, body=body)
    audit.record("shop.opened", shop, by=Actor.of(by), name=name)
    return shop


def free_slug(name: str) -> str:
    """An address for a new shop: its folded name, with a number behind it where another shop was first."""
    base = slug(name, 60) or "gian-hang"
    taken = set(ShopSlug.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(f"{base}-{number}" for number in range(2, len(taken) + 3) if f"{base}-{number}" not in taken)


@transaction.atomic
def rename_shop(shop: Shop, name: str, *, by: Actor) -> None:
    """Give a shop another name and address. The old address keeps working."""
    before = shop.name
    shop.name = nfc(" ".join(name.split()))
    shop.folded = fold(shop.name)
    shop.slug = free_slug(shop.name)
    shop.save(update_fields=["name", "folded", "slug", "updated_at"])
    ShopSlug.objects.create(shop=shop, slug=shop.slug)
    purge(shop.page_tag)
    audit.record("shop.renamed", shop, by=by, before=before, after=shop.name)


@transaction.atomic
def set_opening(
    shop: Shop,
    opening: str,
    *,
    by: User,
    away_from: date | None = None,
    away_until: date | None = None,
    note: str = "",
) -> None:
    """Open the shop, rest for some days (both days included), or rest until further notice. Counts at once.

    The page and the goods stay to be looked at; nothing can be ordered meanwhile. Orders already placed go on.
    """
    if not can(by, Do.EDIT_PAGE, shop):
        raise ShopNotAllowed
    shop = Shop.objects.select_for_update(of=("self",)).get(pk=shop.pk)
    before = {"opening": shop.opening, "until": str(shop.away_until or "")}
    holiday = opening == Shop.Opening.HOLIDAY
    shop.opening = opening
    shop.away_from, shop.away_until = (away_from, away_until) if holiday else (None, None)
    shop.away_note = nfc(note) if opening != Shop.Opening.OPEN else ""
    shop.save(update_fields=["opening", "away_from", "away_until", "away_note", "updated_at"])
    after = {"opening": shop.opening, "until": str(shop.away_until or "")}
    purge(shop.page_tag)
    audit.record("shop.opening", shop, by=actor_in(shop, by), before=before, after=after)


@transaction.atomic
def set_legal_facts(shop: Shop, *, kind: str, tax_number: str, by: User) -> None:
    """What the seller is before the law, and its number. Orders placed before keep what their buyers were told."""
    if not can(by, Do.EDIT_PAGE, shop):
        raise ShopNotAllowed
    before = {"kind": shop.kind, "tax_number": shop.tax_number}
    after = {"kind": kind, "tax_number": tax_number}
    Shop.objects.filter(pk=shop.pk).update(**after, updated_at=timezone.now())
    purge(shop.page_tag)
    audit.record("shop.legal", shop, by=actor_in(shop, by), before=before, after=after)


@transaction.atomic
def pause_shop(shop: Shop, *, by: User, reason: str) -> None:
    """Take a shop off the market for a reason that its owner is told."""
    if not can(by, Do.PAUSE_SHOP, shop):
        raise ShopNotAllowed
    if not Shop.objects.filter(pk=shop.pk, status=Shop.Status.LIVE).update(
        status=Shop.Status.PAUSED, pause_reason=nfc(reason), updated_at=timezone.now()
    ):
        raise WrongShopStatus
    purge(shop.page_tag)
    audit.record("shop.paused", shop, by=Actor.of(by), reason=reason)


@transaction.atomic
def resume_shop(shop: Shop, *, by: User) -> None:
    """Put a paused shop back on the market."""
    if not can(by, Do.PAUSE_SHOP, shop):
        raise ShopNotAllowed
    if not Shop.objects.filter(pk=shop.pk, status=Shop.Status.PAUSED).update(
        status=Shop.Status.LIVE, pause_reason="", updated_at=timezone.now()
    ):
        raise WrongShopStatus
    purge(shop.page_tag)
    audit.record("shop.resumed", shop, by=Actor.of(by))


def record_visit(
    village: Place, *, by: User, household: str, outcome: str, note: str = "", shop: Shop | None = None
) -> Visit:
    """Note one door-to-door visit. Raises ShopNotAllowed outside the person's own villages."""
    if not can(by, Do.OPEN_SHOP, village):
        raise ShopNotAllowed
    return Visit.objects.create(
        village=village, by=by, household=nfc(household), outcome=outcome, note=nfc(note), shop=shop
    )
