"""Where editors pick a shop, something on sale or a place: by a few letters, accents or not.

Asks first whether the person edits pages at all, and stops at 50 rows: nobody leafs through the whole country.
"""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser as views
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.chooser import BaseChooser
from wagtail.models import Page
from wagtail.permissions import policy_registry

from catalog.models import Product
from catalog.search import search
from common.folding import fold
from places.models import Level, Place
from sellers.models import Shop
from storefront.choosers import PlaceChooser, ProductChooser, ShopChooser, where

MOST_ROWS = 50
MOST_WORDS = 8


def may_choose(user: Any) -> bool:
    """Whether somebody writes pages or introductions of places: those alone look through shops and goods here."""
    pages = policy_registry.get_by_type(Page)
    return pages.user_has_any_permission(user, {"add", "change", "publish"}) or user.has_perm(
        "storefront.change_placeintro"
    )


def all_words(typed: str, *columns: str) -> Q:
    """Rows that hold every typed word, folded, in one of the folded columns."""
    found = Q()
    for word in fold(typed)[:100].split()[:MOST_WORDS]:
        of_word = Q()
        for column in columns:
            of_word |= Q(**{f"{column}__contains": word})
        found &= of_word
    return found


class EditorsOnly:
    """Refuses everybody who does not write pages, whatever brought them into the admin."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_choose(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class WordsForm(BaseFilterForm):
    """One search field, given to the rule of the list that is searched."""

    q = forms.CharField(
        label=_("Tìm"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"placeholder": _("Gõ vài chữ, không cần dấu")}),
    )
    rule: ClassVar[Any]

    def filter(self, objects: QuerySet) -> QuerySet:
        typed = self.cleaned_data.get("q")
        if not typed or not fold(typed):
            return objects
        self.is_searching, self.search_query = True, typed
        return self.rule(objects, typed)


class Rows(EditorsOnly):
    """At most 50 rows, ten at a time; the paginator counts no further."""

    shown: Any = None  # the viewset below that knows the rows

    def get_object_list(self) -> QuerySet:
        return self.shown.rows()

    def get_filter_form_class(self) -> type[forms.Form]:
        return type("FilterForm", (WordsForm,), {"rule": staticmethod(self.shown.find)})

    def filter_object_list(self, objects: QuerySet) -> QuerySet:
        return super().filter_object_list(objects)[:MOST_ROWS]  # type: ignore[misc]

    @property
    def columns(self) -> list[Column]:
        title = self.title_column  # type: ignore[attr-defined]
        title.label = self.shown.heading
        return [title, Column("at", label=_("Ở"), accessor=self.shown.place_of)]


class Picked(EditorsOnly):
    """The row that was chosen, if it may be chosen."""

    shown: Any = None  # the viewset below that knows the rows

    def get_object(self, pk: str) -> Any:
        return self.shown.rows().get(pk=pk if pk.isdecimal() else 0)

    def get_objects(self, pks: list[str]) -> QuerySet:
        return self.shown.rows().filter(pk__in=[pk for pk in pks[:MOST_ROWS] if pk.isdecimal()])

    def get_display_title(self, instance: Any) -> str:
        return self.shown.field().get_display_title(instance)  # as the form shows it after saving


class ChooseRows(Rows, views.ChooseView):
    """The window with its search field."""


class ResultRows(Rows, views.ChooseResultsView):
    """The list alone, while somebody types."""


class PickedRow(Picked, views.ChosenView):
    """One choice."""


class PickedRows(Picked, views.ChosenMultipleView):
    """Several choices at once."""


class Choosable(ChooserViewSet):
    """A list to choose from: which rows, how words find them, what stands beside the name."""

    field: ClassVar[type[BaseChooser]]
    choose_view_class = ChooseRows
    choose_results_view_class = ResultRows
    chosen_view_class = PickedRow
    chosen_multiple_view_class = PickedRows
    heading: ClassVar[Any]
    register_widget = False
    per_page = 10

    @classmethod
    def rows(cls) -> QuerySet:
        """What may be chosen, best first."""
        raise NotImplementedError

    @classmethod
    def find(cls, rows: QuerySet, typed: str) -> QuerySet:
        """Those of the rows that the typed words mean."""
        raise NotImplementedError

    @staticmethod
    def place_of(row: Any) -> str:
        """Where a row belongs, to tell equal names apart."""
        raise NotImplementedError

    def get_urlpatterns(self) -> list[URLPattern]:
        """Without the address for making new rows: those are opened by the people they belong to."""
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "create"]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(shown=type(self), **kwargs)


class ShopChooserViewSet(Choosable):
    """Open shops, most sold first; found by name, or by the code on their poster."""

    model = Shop
    field = ShopChooser
    icon = "home"
    page_title = heading = _("Gian hàng")

    @classmethod
    def rows(cls) -> QuerySet:
        return Shop.objects.live().select_related("village__parent").order_by("-popularity", "-id")

    @classmethod
    def find(cls, rows: QuerySet, typed: str) -> QuerySet:
        return rows.filter(all_words(typed, "folded") | Q(public_code=typed.strip().upper()))

    @staticmethod
    def place_of(row: Shop) -> str:
        return where(row.village)


class ProductChooserViewSet(Choosable):
    """Goods on sale, most wanted first; found as buyers find them."""

    model = Product
    field = ProductChooser
    icon = "tag"
    page_title = heading = _("Món hàng")

    @classmethod
    def rows(cls) -> QuerySet:
        return (
            Product.objects.on_sale().select_related("shop__village__parent").order_by("-popularity", "-id")
        )

    @classmethod
    def find(cls, rows: Any, typed: str) -> QuerySet:
        return search(typed, rows)

    @staticmethod
    def place_of(row: Product) -> str:
        return f"{row.shop.name} · {where(row.shop.village)}"


class PlaceChooserViewSet(Choosable):
    """Provinces and communes of today; found by their name and that of their province."""

    model = Place
    field = PlaceChooser
    icon = "site"
    page_title = heading = _("Tỉnh, xã")

    @classmethod
    def rows(cls) -> QuerySet:
        rows = Place.objects.active().filter(level__lte=Level.COMMUNE)
        return rows.select_related("parent").order_by("level", "folded", "pk")

    @classmethod
    def find(cls, rows: QuerySet, typed: str) -> QuerySet:
        return rows.filter(all_words(typed, "folded", "parent__folded"))

    @staticmethod
    def place_of(row: Place) -> str:
        return row.parent.full_name if row.parent else ""


CHOOSERS = [
    ShopChooserViewSet("choose_shop", url_prefix="chon/gian-hang"),
    ProductChooserViewSet("choose_product", url_prefix="chon/mon-hang"),
    PlaceChooserViewSet("choose_place", url_prefix="chon/noi"),
]
