"""What editors find in the Wagtail admin besides their pages: kinds of produce, introductions of places, choosers."""

from collections.abc import Collection

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import UpdatedAtColumn
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from accounts.models import User
from catalog.models import Category
from sellers.models import Picture
from storefront.chooser_views import CHOOSERS
from storefront.models import PlaceIntro


class LookAndChange(ModelPermissionPolicy):
    """Rows may be looked at and changed; they are made and removed elsewhere."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action in ("view", "change") and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: User, actions: Collection[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


register_permission_policy(Category, LookAndChange(Category))


class CategoryForm(WagtailAdminModelForm):
    """Offers what may be asked as boxes to tick, since the row keeps a list."""

    asks = forms.MultipleChoiceField(
        label=_("Hỏi thêm người bán"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[
            ("variety", _("Giống")), ("grade", _("Phân loại")), ("making", _("Tươi hay chế biến")),
            ("net", _("Mỗi đơn vị nặng")),
        ],
    )  # fmt: skip


class CategoryViewSet(SnippetViewSet):
    """Which photo stands for a kind of produce, what its sellers are asked, and in which order kinds are shown.

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
    edit_handler = ObjectList(
        [FieldPanel("picture"), FieldPanel("asks"), FieldPanel("position")], base_form_class=CategoryForm
    )
    copy_view_enabled = False


register_snippet(CategoryViewSet)


class PlaceIntroViewSet(SnippetViewSet):
    """The words and the picture at the top of a province's or commune's page."""

    model = PlaceIntro
    icon = "site"
    menu_label = _("Giới thiệu nơi bán")
    menu_name = "place-intros"
    menu_order = 170
    add_to_admin_menu = True
    list_display = ["__str__", "live", UpdatedAtColumn()]
    search_fields = ["place__name", "place__folded", "place__parent__name"]
    ordering = ["place__path"]
    copy_view_enabled = False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return PlaceIntro.objects.select_related("place__parent")


register_snippet(PlaceIntroViewSet)


@hooks.register("register_admin_viewset")
def choosers() -> list[ViewSet]:
    """Shops, goods and places to choose from."""
    return CHOOSERS


@hooks.register("construct_image_chooser_queryset")
def editors_pictures(pictures: QuerySet, request: HttpRequest) -> QuerySet:
    """Editors choose from their own pictures: not from millions of farmers' photos, and never from private papers."""
    return pictures.filter(shop=None, purpose=Picture.Purpose.EDITORS)
