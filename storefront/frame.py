"""What stands around every page: who runs the market by law, and the editors' menus. Kept in the cache.

Read at most once in five minutes and language by each process, and anew after editors change something in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import get_language, override

from storefront.site_models import Operator, SiteMenus

KEPT = 300  # seconds


@dataclass(frozen=True)
class Link:
    """Words and where they lead."""

    label: str
    url: str


@dataclass(frozen=True)
class Column:
    """Links under a heading."""

    heading: str
    links: list[Link]


@dataclass(frozen=True)
class Frame:
    """The operator's legal facts, and links at the top and at the foot."""

    name: str = ""
    phone: str = ""
    tax_number: str = ""
    address: str = ""
    email: str = ""
    responsible: str = ""
    registration: str = ""
    registered_on: date | None = None
    menu: list[Link] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)


def frame() -> Frame:
    """The frame in the language of the page. 2 queries and 1 for each menu that names pages; none while cached."""
    return cache.get_or_set(_key(get_language()), _read, KEPT) or Frame()


def stamp(language: str | None) -> str:
    """Another text whenever the frame is another: for whoever keeps the bytes of whole pages. No query while cached."""
    key = f"{_key(language)}.stamp"
    return cache.get_or_set(key, lambda: _stamp(language), KEPT) or ""


def _stamp(language: str | None) -> str:
    with override(language):
        return sha256(repr(frame()).encode()).hexdigest()[:16]


def remember(known: Frame) -> None:
    """Put a frame into the cache, in every language."""
    for code, _name in settings.LANGUAGES:
        cache.set(_key(code), known, KEPT)
        cache.delete(f"{_key(code)}.stamp")


def forget() -> None:
    """Read the frame anew at the next page."""
    keys = [_key(code) for code, _name in settings.LANGUAGES]
    cache.delete_many([*keys, *(f"{key}.stamp" for key in keys)])


def forget_after_commit(**_signal: Any) -> None:
    """The same once a change is kept: somebody who reads a moment before would put the old frame back."""
    transaction.on_commit(forget)


def plain() -> Frame:
    """What stands there before anybody has filled in anything: the names given at installation."""
    return Frame(name=settings.OPERATOR_NAME, phone=settings.OPERATOR_PHONE)


def _key(language: str | None) -> str:
    return f"storefront.frame.{language}"


def _read() -> Frame:
    of_market = {"site__is_default_site": True}
    operator = Operator.objects.filter(**of_market).first() or Operator()
    menus = SiteMenus.objects.filter(**of_market).first() or SiteMenus()
    columns = [Column(column.value["heading"], list(_links(column.value["links"]))) for column in menus.foot]
    return Frame(
        name=operator.name or settings.OPERATOR_NAME, phone=operator.phone or settings.OPERATOR_PHONE,
        tax_number=operator.tax_number, address=operator.address, email=operator.email, responsible=operator.responsible,
        registration=operator.registration, registered_on=operator.registered_on,
        menu=list(_links(block.value for block in menus.main)), columns=[column for column in columns if column.links],
    )  # fmt: skip


def _links(values: Iterable[Any]) -> Iterable[Link]:
    """The links that lead somewhere: a page that was taken down leaves the menu."""
    for value in values:
        page = value["page"]
        if page is not None and page.live:
            yield Link(value["label"] or page.title, page.get_url() or "/")
        elif page is None and value["address"]:
            yield Link(value["label"], value["address"])
