"""Every write about places and roles."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common import audit
from common.actors import Actor
from common.folding import fold, nfc, slug
from places.access import holds
from places.errors import MayNotAppoint, VillageExists, WrongLevel
from places.models import LEVEL_OF_ROLE, STEP, Kind, Level, Place, PlaceAlias, PlaceRole, Role

ADMIN_UNITS = Path(__file__).parent / "data" / "admin_units.csv"
MAY_APPOINT = {  # who gives which role: the level above, and the head his volunteers
    Role.VOLUNTEER: (Role.HEAD, Role.COMMUNE_OFFICER, Role.PROVINCE_OFFICER),
    Role.HEAD: (Role.COMMUNE_OFFICER, Role.PROVINCE_OFFICER),
    Role.COMMUNE_OFFICER: (Role.PROVINCE_OFFICER,),
    Role.PROVINCE_OFFICER: (),
}


def path_of(place: Place, parent: Place | None) -> str:
    """The place's path: its ancestors' ids and its own, each seven digits and a slash."""
    return f"{parent.path if parent else ''}{place.pk:0{STEP - 1}d}/"


@dataclass
class Loaded:
    """What a load changed, in rows."""

    added: int = 0
    changed: int = 0
    closed: int = 0
    same: int = 0


@transaction.atomic
def load_places(rows: Iterable[dict[str, str]] | None = None) -> Loaded:
    """Bring provinces and communes in line with the official list. Safe to run again; deletes nothing.

    `rows` have code, level, kind, name, parent_code (the file in places/data if none are given). Upsert by code; a
    place that vanished from the list is closed, one that came back is opened; a changed name keeps its old address.
    """
    rows = list(rows) if rows is not None else read_admin_units()
    report = Loaded()
    for level in (Level.PROVINCE, Level.COMMUNE):
        _load_level(level, [row for row in rows if int(row["level"]) == level], report)
    return report


def read_admin_units(path: Path = ADMIN_UNITS) -> list[dict[str, str]]:
    """The rows of the official list. Codes are strings with leading zeros."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _load_level(level: Level, rows: list[dict[str, str]], report: Loaded) -> None:
    parents = {place.code: place for place in Place.objects.filter(level=level - 1)} if level > 1 else {}
    known = {place.code: place for place in Place.objects.filter(level=level)}
    taken = {(place.parent_id, place.slug) for place in known.values()}
    fresh, changed = [], []
    for row in rows:
        parent = parents[row["parent_code"]] if level > 1 else None
        name = nfc(row["name"])
        place = known.pop(row["code"], None)
        if place is None:
            address = _free_slug(name, parent, row["code"], taken)
            fresh.append(
                Place(
                    code=row["code"], level=level, kind=row["kind"], name=name, folded=fold(name), slug=address,
                    parent=parent, path=f"?{level}{row['code']}",
                )
            )  # fmt: skip
        elif (place.name, place.kind, place.active, place.parent_id) != (
            name,
            row["kind"],
            True,
            parent and parent.pk,
        ):
            if place.name != name:
                PlaceAlias.objects.get_or_create(
                    parent=place.parent, slug=place.slug, defaults={"place": place, "code": place.code}
                )
                place.slug = _free_slug(name, parent, place.code, taken)
            place.name, place.folded, place.kind, place.active, place.parent = (
                name,
                fold(name),
                row["kind"],
                True,
                parent,
            )
            changed.append(place)
        else:
            report.same += 1
    Place.objects.bulk_create(fresh)
    for place in fresh:
        place.path = path_of(place, place.parent)
    Place.objects.bulk_update(fresh, ["path"], batch_size=500)
    Place.objects.bulk_update(changed, ["name", "folded", "slug", "kind", "active", "parent"], batch_size=500)
    gone = [place.pk for place in known.values() if place.active]
    report.closed += Place.objects.filter(pk__in=gone).update(active=False)
    report.added += len(fresh)
    report.changed += len(changed)


def _free_slug(name: str, parent: Place | None, code: str, taken: set[tuple[int | None, str]]) -> str:
    address = slug(name, 70)
    parent_id = parent.pk if parent else None
    if (parent_id, address) in taken:
        address = f"{address}-{code}"
    taken.add((parent_id, address))
    return address


@transaction.atomic
def add_village(commune: Place, name: str, kind: str = Kind.THON, *, by: Actor) -> Place:
    """Add a village to a commune. Villages have no national code; theirs is the commune's and a running number.

    Raises VillageExists when an active village of that name stands in the commune already.
    """
    name = nfc(" ".join(name.split()))
    commune = Place.objects.select_for_update().get(pk=commune.pk, level=Level.COMMUNE)
    siblings = Place.objects.filter(parent=commune)
    if siblings.active().filter(folded=fold(name)).exists():
        raise VillageExists
    number = siblings.count() + 1
    village = Place.objects.create(
        code=f"{commune.code}-{number:03d}", level=Level.VILLAGE, kind=kind, name=name, folded=fold(name),
        slug=_free_slug(name, commune, str(number), set(siblings.values_list("parent_id", "slug"))),
        parent=commune, path=f"?3{commune.code}-{number:03d}",
    )  # fmt: skip
    village.path = path_of(village, commune)
    village.save(update_fields=["path"])
    audit.record("place.added", village, by=by, name=name)
    return village


def may_appoint(by: User, place: Place, role: Role) -> bool:
    """Whether the person stands above that role at this place. False where the place is of another level. 1 query."""
    if LEVEL_OF_ROLE[role] != place.level:
        return False
    return by.is_superuser or (bool(MAY_APPOINT[role]) and holds(by, place.path, *MAY_APPOINT[role]))


@transaction.atomic
def grant_role(user: User, place: Place, role: Role, *, by: User | None) -> PlaceRole:
    """Give a person a role at a place. Giving it twice changes nothing.

    Raises MayNotAppoint unless `by` stands above (None: the operator's administrator or the demo), WrongLevel for a
    village's role at a commune and the like.
    """
    if LEVEL_OF_ROLE[role] != place.level:
        raise WrongLevel
    if by is not None and not may_appoint(by, place, role):
        raise MayNotAppoint
    held, new = PlaceRole.objects.get_or_create(
        user=user, place=place, role=role, revoked_at=None,
        defaults={"level": place.level, "granted_by": by},
    )  # fmt: skip
    if new:
        audit.record("role.granted", held, by=Actor.of(by) if by else Actor(), role=role, user=user.pk)
    return held


@transaction.atomic
def revoke_role(held: PlaceRole, *, by: User) -> None:
    """End a role at once. Raises MayNotAppoint as `grant_role` does."""
    if not may_appoint(by, held.place, Role(held.role)):
        raise MayNotAppoint
    if PlaceRole.objects.filter(pk=held.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
        audit.record("role.revoked", held, by=Actor.of(by), role=held.role, user=held.user_id)
