"""Shops in the Wagtail admin, for editors and administrators. Everybody else works on the phone pages."""

from typing import ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import Panel
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.home import WorkflowObjectsToModeratePanel
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from accounts.requests import SignedInRequest
from sellers.access import Do
from sellers.admin_guard import GuardedViewSet, RowPolicy
from sellers.models import Shop, ShopFront

register_permission_policy(ShopFront, RowPolicy(ShopFront, {"view": Do.SEE_SHOP, "change": Do.EDIT_PAGE}))
register_permission_policy(Shop, RowPolicy(Shop, {"view": Do.SEE_SHOP}))


class ShopFrontViewSet(GuardedViewSet):
    """The pages of shops: drafts, versions, previews. Approving stays on the village head's page."""

    model = ShopFront
    icon = "doc-full"
    menu_label = _("Trang gian hàng")
    menu_name = "shop-pages"
    list_display = ["__str__", Column("tagline", label=_("Một câu giới thiệu")), "live"]
    search_fields = ["shop__folded", "shop__name", "shop__public_code"]
    ordering = ["-pk"]
    list_per_page = 50


class ShopViewSet(GuardedViewSet):
    """The business facts of shops, to look up. They are changed by services, each with its own page."""

    model = Shop
    icon = "home"
    menu_label = _("Gian hàng")
    menu_name = "shops"
    list_display = ["name", "village", "get_status_display", "public_code"]
    list_filter = ["status"]
    search_fields = ["folded", "name", "public_code", "slug"]
    ordering = ["-pk"]
    list_per_page = 50
    inspect_view_enabled = True
    inspect_view_fields = [
        "name",
        "public_code",
        "slug",
        "kind",
        "village",
        "status",
        "pause_reason",
        "verified_at",
    ]
    panels: ClassVar[list[Panel]] = []
    changing = Do.PAUSE_SHOP

    def get_queryset(self, request: SignedInRequest) -> QuerySet:
        return super().get_queryset(request).select_related("village")


class ShopsGroup(SnippetViewSetGroup):
    """One entry in the menu for both."""

    items = (ShopFrontViewSet, ShopViewSet)
    menu_label = _("Gian hàng")
    menu_icon = "home"
    menu_name = "cho-ban-shops"
    menu_order = 150


register_snippet(ShopsGroup)


@hooks.register("construct_homepage_panels")
def without_the_unbounded_queue(request: HttpRequest, panels: list[Component]) -> None:
    """Leave out the panel of everything that waits for review: 500 waiting shops cost 1,520 queries."""
    panels[:] = [panel for panel in panels if not isinstance(panel, WorkflowObjectsToModeratePanel)]
