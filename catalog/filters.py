"""The catalogue's filters as plain GET addresses: every state of the list has an address of its own."""

from typing import Any

import django_filters
from django import forms
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Category, Product, ProductQuerySet
from common.days import local_day
from places.models import Level, Place

NEWEST, CHEAPEST, POPULAR = "moi", "re", "chay"
SORTS = {NEWEST: ("-created_at", "-id"), CHEAPEST: ("price", "id"), POPULAR: ("-popularity", "-id")}
PRICE_BANDS = {"0-50": (None, 50_000), "50-100": (50_000, 100_000), "100-300": (100_000, 300_000), "300": (300_000, None)}


class ProductFilter(django_filters.FilterSet):
    """Kind, province, commune, price band, in season, in stock. Words are looked up by catalog.search."""

    loai = django_filters.ModelChoiceFilter(
        label=_("Loại hàng"), to_field_name="slug", method="of_kind", empty_label=_("Tất cả"),
        queryset=lambda request: Category.objects.all(),
    )  # fmt: skip
    tinh = django_filters.ModelChoiceFilter(
        label=_("Tỉnh"), to_field_name="code", method="of_place", empty_label=_("Cả nước"),
        queryset=lambda request: Place.objects.active().filter(level=Level.PROVINCE).order_by("folded"),
    )  # fmt: skip
    gia = django_filters.ChoiceFilter(
        label=_("Giá"), method="in_band", empty_label=_("Giá nào cũng được"),
        choices=[
            ("0-50", _("Dưới 50.000 ₫")), ("50-100", _("50.000 – 100.000 ₫")),
            ("100-300", _("100.000 – 300.000 ₫")), ("300", _("Trên 300.000 ₫")),
        ],
    )  # fmt: skip
    mua = django_filters.BooleanFilter(label=_("Đang mùa"), method="now_in_season", widget=forms.CheckboxInput)
    con = django_filters.BooleanFilter(label=_("Còn hàng"), method="still_there", widget=forms.CheckboxInput)

    class Meta:
        model = Product
        fields: list[str] = []

    def of_kind(self, rows: ProductQuerySet, name: str, kind: Category) -> ProductQuerySet:
        """The kind and everything below it in the tree."""
        return rows.filter(category__path__startswith=kind.path) if kind else rows

    def of_place(self, rows: ProductQuerySet, name: str, place: Place) -> ProductQuerySet:
        return rows.filter(province_id=place.pk) if place else rows

    def in_band(self, rows: ProductQuerySet, name: str, band: str) -> ProductQuerySet:
        least, most = PRICE_BANDS.get(band, (None, None))
        rows = rows.filter(price__gte=least) if least else rows
        return rows.filter(price__lt=most) if most else rows

    def now_in_season(self, rows: ProductQuerySet, name: str, wanted: bool) -> ProductQuerySet:
        return rows.harvested_in(local_day().month) if wanted else rows

    def still_there(self, rows: ProductQuerySet, name: str, wanted: bool) -> ProductQuerySet:
        return rows.filter(Q(counted=False) | Q(stock__gte=F("minimum"))) if wanted else rows

    @property
    def chosen(self) -> list[tuple[str, str, Any]]:
        """What is filtered by now, for the removable tags: parameter, label, value in words."""
        if not self.form.is_valid():
            return []
        tags = []
        for name, value in self.form.cleaned_data.items():
            if value in (None, "", False):
                continue
            label = self.filters[name].label
            words = dict(self.filters[name].extra["choices"])[value] if name == "gia" else value
            tags.append((name, str(label), label if value is True else words))
        return tags
