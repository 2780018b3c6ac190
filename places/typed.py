"""Communes as people type them: with or without accents and kinds, with districts that are gone, with old provinces.

Since 1 July 2025 there are no districts and 29 provinces fewer. Old names are taken as help: an old province stands for
the one it went into; a district says where to look, because many a new commune took the name of its old district.
"""

import re
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from common.compiled import compiled
from common.folding import fold
from places.models import Level, Place

# Old province, folded, to the code of the one it is part of now. Source: Resolution 202/2025/QH15, article 1
OLD_PROVINCES = {
    "ha giang": "08", "yen bai": "15", "bac kan": "19", "bac giang": "24", "vinh phuc": "25", "hoa binh": "25",
    "hai duong": "31", "thai binh": "33", "ha nam": "37", "nam dinh": "37", "quang binh": "44", "quang nam": "48",
    "kon tum": "51", "binh dinh": "52", "ninh thuan": "56", "phu yen": "66", "dak nong": "68", "binh thuan": "68",
    "binh phuoc": "75", "binh duong": "79", "ba ria vung tau": "79", "long an": "80", "tien giang": "82", "ben tre": "86",
    "tra vinh": "86", "kien giang": "91", "hau giang": "92", "soc trang": "92", "bac lieu": "96", "thua thien hue": "46",
}  # fmt: skip
SHORT = {"hcm": "79", "tphcm": "79", "sai gon": "79", "hn": "01"}
_KINDS = r"(?:xa|phuong|dac khu|thi tran|huyen|quan|thi xa|tinh|thanh pho|tp)"
_KIND = re.compile(rf"^{_KINDS} (?=\D)")
_DISTRICT = re.compile(r"^(?:huyen|quan|thi xa|tx|q) ")
_ABOVE = re.compile(
    r" (?=(?:huyen|quan|thi xa|tinh|thanh pho|tp) )"
)  # where a text without commas goes one level up


@dataclass(frozen=True)
class Typed:
    """What a text names, folded: a commune, districts of old, and a province's code or the beginning of its name."""

    name: str
    districts: tuple[str, ...] = ()
    province: str = ""
    province_code: str = ""


def read(text: str) -> Typed:
    """ "Quang Lang, huyện Chi Lăng, Lạng Sơn" as its parts."""
    parts = [fold(part) for part in text.split(",")]
    if len(parts) == 1:
        parts = _ABOVE.split(parts[0])
    parts = [part for part in parts if part]
    if not parts:
        return Typed("")
    name, rest = _bare(parts[0]), parts[1:]
    code = province = ""
    if rest and not _DISTRICT.match(rest[-1]):
        province = _bare(rest.pop())
        code = OLD_PROVINCES.get(province) or SHORT.get(province, "")
    return Typed(name, tuple(_bare(part) for part in rest), province, code)


def _bare(folded: str) -> str:
    return _KIND.sub("", folded)


def label_of(place: Place) -> str:
    """ "Xã Chi Lăng, Lạng Sơn": names repeat, so the province stands beside."""
    return f"{place.full_name}, {place.parent.name}" if place.parent else place.full_name


def communes_like(text: str, most: int = 24) -> list[Place]:
    """Communes whose name is what was typed, or else begins with it, in the province named if there is one. 1 query for a
    whole name, else 2."""
    said = read(text)
    exact = [row for row in _named(said.name) if _lies_there(row, said)]
    return exact[:most] or list(_in_province(said).filter(folded__startswith=said.name)[:most])


@compiled
def _named(folded: str) -> QuerySet[Place]:
    rows = Place.objects.active().filter(level=Level.COMMUNE, folded=folded).select_related("parent")
    return rows.order_by("folded", "code")


def _lies_there(commune: Place, said: Typed) -> bool:
    """Whether a commune's province is the one named, if one is."""
    if commune.parent is None:
        return not said.province
    if said.province_code:
        return commune.parent.code == said.province_code
    return commune.parent.folded.startswith(said.province)


def communes_near(text: str, most: int = 8) -> list[Place]:
    """What an old name may mean now: communes called after the district that was typed, or after a part of the name.

    To be chosen from by the person, never taken for them: an old commune may lie in several new ones. 4 queries at most.
    """
    said = read(text)
    rows = _in_province(said)
    if said.province and not rows.exists():  # "Quang Lang, Chi Lăng": what stands last was a district
        said = replace(said, districts=(said.province, *said.districts), province="")
        rows = _in_province(said)
    for name in (*said.districts, said.name.rpartition(" ")[0], said.name.partition(" ")[2]):
        if len(name) > 2 and (found := list(rows.filter(folded__contains=name)[:most])):
            return found
    return []


def _in_province(said: Typed) -> QuerySet[Place]:
    rows = (
        Place.objects.active().filter(level=Level.COMMUNE).select_related("parent").order_by("folded", "code")
    )
    if said.province_code:
        return rows.filter(parent__code=said.province_code)
    return rows.filter(parent__folded__startswith=said.province) if said.province else rows
