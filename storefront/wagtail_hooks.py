"""What editors find in the Wagtail admin besides their pages: the kinds of produce."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from accounts.models import User
from catalog.models import Category


class LookAndChange(ModelPermissionPolicy):
    """Rows may be looked at and changed; they are made and removed elsewhere."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action in ("view", "change") and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: User, actions: Collection[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


register_permission_policy(Category, LookAndChange(Category))


class CategoryViewSet(SnippetViewSet):
    """Which photo stands for a kind of produce, and in which order they are shown.

    Names and the tree are set up with the catalogue: every product's search text and address is made of them.
    """

    model = Category
    icon = "tag"
    menu_label = _("Loại hàng")
    menu_name = "categories"
    menu_order = 160
    add_to_admin_menu = True
    list_display = ["name", "name_en", "position"]
    ordering = ["position", "id"]
    panels = [FieldPanel("picture"), FieldPanel("position")]
    copy_view_enabled = False


register_snippet(CategoryViewSet)
