"""The catalogue's filters as plain GET addresses: every state of the list has an address of its own."""

from typing import Any

import django_filters
from django import forms
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.menus import communes, kind_by_slug, kind_ids, kinds, province_by_code, provinces
from catalog.models import CERT_BITS, Certificate, Product, ProductQuerySet
from common.days import local_day
from sellers.models import Shop

NEWEST, CHEAPEST, POPULAR, RELEVANT = "moi", "re", "chay", "hop"
SORTS = {NEWEST: ("-created_at", "-id"), CHEAPEST: ("price", "id"), POPULAR: ("-popularity", "-id")}
PRICE_BANDS = {
    "0-50": (None, 50_000),
    "50-100": (50_000, 100_000),
    "100-300": (100_000, 300_000),
    "300": (300_000, None),
}


class ProductFilter(django_filters.FilterSet):
    """Kind, province, commune, price band, certificate, shop, in season, in stock. Words are looked up by catalog.search.

    Communes are offered once a province is chosen: 3,321 in one list help nobody. A shop is never asked for; its own
    page leads here with its address, and the tag above the list takes it out again.
    """

    loai = django_filters.ChoiceFilter(
        label=_("Loại hàng"), method="of_kind", empty_label=_("Tất cả"),
        choices=lambda: [(kind.slug, str(kind)) for kind in kinds()],
    )  # fmt: skip
    tinh = django_filters.ChoiceFilter(
        label=_("Tỉnh"), method="of_province", empty_label=_("Cả nước"),
        choices=lambda: [(place.code, place.name) for place in provinces()],
    )  # fmt: skip
    gia = django_filters.ChoiceFilter(
        label=_("Giá"), method="in_band", empty_label=_("Giá nào cũng được"),
        choices=[
            ("0-50", _("Dưới 50.000 ₫")), ("50-100", _("50.000 – 100.000 ₫")),
            ("100-300", _("100.000 – 300.000 ₫")), ("300", _("Trên 300.000 ₫")),
        ],
    )  # fmt: skip
    xa = django_filters.ChoiceFilter(label=_("Xã, phường"), method="of_commune", empty_label=_("Cả tỉnh"))
    giay = django_filters.ChoiceFilter(
        label=_("Giấy chứng nhận"), method="with_paper", empty_label=_("Có hay không cũng được"),
        choices=Certificate.Kind.choices,
    )  # fmt: skip
    nha = django_filters.CharFilter(label=_("Gian hàng"), method="of_shop", widget=forms.HiddenInput)
    mua = django_filters.BooleanFilter(
        label=_("Đang mùa"), method="now_in_season", widget=forms.CheckboxInput
    )
    con = django_filters.BooleanFilter(label=_("Còn hàng"), method="still_there", widget=forms.CheckboxInput)

    class Meta:
        model = Product
        fields: list[str] = []

    def __init__(self, *args: Any, without_kind: bool = False, **kwargs: Any) -> None:
        """`without_kind`: the page itself is of one kind, and does not ask again."""
        super().__init__(*args, **kwargs)
        self.shop: Shop | None = None
        if without_kind:
            del self.filters["loai"]
        province = province_by_code(str((self.data or {}).get("tinh", "")))
        if province is None:
            del self.filters["xa"]
        else:
            self.filters["xa"].extra["choices"] = [(row.code, row.full_name) for row in communes(province.pk)]

    def of_kind(self, rows: ProductQuerySet, name: str, slug: str) -> ProductQuerySet:
        """The kind and everything below it in the tree."""
        kind = kind_by_slug(slug)
        return rows.filter(category_id__in=kind_ids(kind)) if kind else rows

    def of_province(self, rows: ProductQuerySet, name: str, code: str) -> ProductQuerySet:
        place = province_by_code(code)
        return rows.filter(province_id=place.pk) if place else rows

    def of_commune(self, rows: ProductQuerySet, name: str, code: str) -> ProductQuerySet:
        province = province_by_code(self.data.get("tinh", ""))
        place = next((row for row in communes(province.pk) if row.code == code), None) if province else None
        return rows.filter(commune_id=place.pk) if place else rows

    def with_paper(self, rows: ProductQuerySet, name: str, kind: str) -> ProductQuerySet:
        """Only what carries the badge now: verified and in date."""
        bit = CERT_BITS[Certificate.Kind(kind)]
        # says "> 0" for the index that holds goods with any paper, a few of a hundred
        return rows.filter(cert_mask__gt=0).annotate(paper=F("cert_mask").bitand(bit)).filter(paper__gt=0)

    def of_shop(self, rows: ProductQuerySet, name: str, slug: str) -> ProductQuerySet:
        """One shop's goods, by its address; nothing for an address that is nobody's. 1 query."""
        self.shop = Shop.objects.live().filter(slug=slug).first()
        return rows.filter(shop=self.shop) if self.shop else rows.none()

    def in_band(self, rows: ProductQuerySet, name: str, band: str) -> ProductQuerySet:
        least, most = PRICE_BANDS.get(band, (None, None))
        rows = rows.filter(price__gte=least) if least else rows
        return rows.filter(price__lt=most) if most else rows

    def now_in_season(self, rows: ProductQuerySet, name: str, wanted: bool) -> ProductQuerySet:
        return rows.harvested_in(local_day().month) if wanted else rows

    def still_there(self, rows: ProductQuerySet, name: str, wanted: bool) -> ProductQuerySet:
        return rows.filter(Q(counted=False) | Q(stock__gte=F("minimum"))) if wanted else rows

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """What is filtered by now, for the removable tags: parameter and value in words."""
        tags = []
        for name, value in self.form.cleaned_data.items() if self.form.is_valid() else ():
            if value in (None, "", False):
                continue
            field = self.form.fields[name]
            choices = dict(getattr(field, "choices", []))
            tags.append((name, str(choices.get(value, self._shop_words(name, value) or field.label))))
        return tags

    def _shop_words(self, name: str, value: str) -> str:
        return (self.shop.name if self.shop else value) if name == "nha" else ""
