"""The page tree that a new installation starts with, and what editors may change in it."""

from datetime import timedelta
from typing import TypeVar

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Page, Site

from common.days import local_day
from storefront.models import (
    CampaignsPage,
    EditorsPage,
    GuidePage,
    GuidesPage,
    HomePage,
    PlainPage,
    StoriesPage,
    StoryPage,
)
from storefront.starting.guides import GUIDES
from storefront.starting.plain import INTRODUCTION, LISTS, PLAIN_PAGES
from storefront.starting.stories import STORIES

FINANCE_GROUP = "Tiền"
Kind = TypeVar("Kind", bound=EditorsPage)
EDITORS_RIGHTS = [
    "add_placeintro", "change_placeintro", "delete_placeintro", "publish_placeintro", "change_sitemenus", "change_category",
]  # fmt: skip


@transaction.atomic
def ensure_site() -> HomePage:
    """The front page, lists with their first stories and guides, a few plain pages, and the site that serves them.

    Doing it again changes nothing that is there, and puts back no story or guide that editors removed.
    """
    ensure_finance_group()
    home = HomePage.objects.first() or _first_page()
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "port": 80, "root_page": home, "site_name": "Chợ Bản"},
    )
    if _list_page(home, StoriesPage, "tin"):
        _stories(StoriesPage.objects.child_of(home).get())
    if _list_page(home, GuidesPage, "huong-dan"):
        _guides(GuidesPage.objects.child_of(home).get())
    _list_page(home, CampaignsPage, "chien-dich")
    for title, slug, text in PLAIN_PAGES:
        if not PlainPage.objects.child_of(home).filter(slug=slug).exists():
            home.add_child(instance=PlainPage(title=title, slug=slug, body=[{"type": "text", "value": text}]))
    return home


def ensure_finance_group() -> Group:
    """The group of those who run the market's money, made with its right; an administrator's later changes stay."""
    group, new = Group.objects.get_or_create(name=FINANCE_GROUP)
    if new:
        group.permissions.add(
            Permission.objects.get(content_type__app_label="payments", codename="run_money")
        )
    return group


def _first_page() -> HomePage:
    """The front page in place of the one Wagtail comes with; the group of editors gets its rights."""
    root = Page.get_first_root_node()
    Page.objects.filter(depth=2, slug="home").exclude(content_type__model="homepage").delete()
    root.refresh_from_db()
    rights = Permission.objects.filter(codename__in=EDITORS_RIGHTS)
    for group in Group.objects.filter(name__in=["Editors", "Moderators"]):
        group.permissions.add(*rights)
    return root.add_child(instance=HomePage(title="Chợ Bản", slug="home", introduction=INTRODUCTION))


def _list_page(home: HomePage, kind: type[Kind], slug: str) -> bool:
    """Make a list page if there is none of its kind. True if it was made now."""
    if kind.objects.child_of(home).exists():
        return False
    title, introduction = LISTS[slug]
    home.add_child(instance=kind(title=title, slug=slug, introduction=introduction))
    return True


def _stories(parent: StoriesPage) -> None:
    for number, (title, slug, summary, body) in enumerate(STORIES):
        parent.add_child(
            instance=StoryPage(
                title=title, slug=slug, summary=summary, author_line="Ban biên tập Chợ Bản",
                date=local_day() - timedelta(days=1 + 7 * number),
                body=[{"type": kind, "value": value} for kind, value in body],
            )
        )  # fmt: skip


def _guides(parent: GuidesPage) -> None:
    for title, slug, audience, minutes, summary, body, checklist in GUIDES:
        parent.add_child(
            instance=GuidePage(
                title=title, slug=slug, audience=audience, minutes=minutes, summary=summary,
                body=[{"type": kind, "value": value} for kind, value in body],
                checklist=[{"type": "item", "value": item} for item in checklist],
            )
        )  # fmt: skip
