"""Products in the Wagtail admin, to look up: the farmer's own pages change them."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import Panel
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from accounts.requests import SignedInRequest
from catalog.models import Product
from sellers.access import Do
from sellers.admin_guard import GuardedViewSet, RowPolicy

register_permission_policy(Product, RowPolicy(Product, {"view": Do.SEE_SHOP}))


class ProductViewSet(GuardedViewSet):
    """What is on sale, newest first. Says `live`, because the catalogue's indexes cover live rows only."""

    model = Product
    icon = "tag"
    menu_label = _("Hàng")
    menu_name = "products"
    menu_order = 160
    add_to_admin_menu = True
    list_display: ClassVar[list[Any]] = ["title", "shop", "price", "public_code"]
    search_fields: ClassVar[list[str]] = ["public_code"]
    ordering: ClassVar[list[str]] = ["-created_at", "-id"]
    list_per_page = 50
    inspect_view_enabled = True
    inspect_view_fields: ClassVar[list[str]] = [
        "title", "public_code", "shop", "category", "price", "unit", "stock", "live", "hidden", "variety", "grade", "gtin",
    ]  # fmt: skip
    panels: ClassVar[list[Panel]] = []
    changing = Do.PAUSE_SHOP

    def get_queryset(self, request: SignedInRequest) -> QuerySet:
        return super().get_queryset(request).filter(live=True).select_related("shop")


register_snippet(ProductViewSet)
