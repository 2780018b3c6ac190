"""What a farmer types about goods: amounts and quantities as they are spoken, everything else chosen."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from catalog.models import Category, Product
from catalog.seasons import ALL_YEAR, mask_of
from catalog.services import ProductFacts
from catalog.units import Unit, usual_step
from common.money import BadAmount, read_dong
from common.quantity import BadQuantity, read_quantity, show_quantity
from sellers.forms import PhotoInput
from sellers.models import Picture, Shop


class DongField(forms.CharField):
    """Whole đồng above 0, typed as people say them: 125000, 125.000, 125k, 1tr2."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, **kwargs)
        self.widget.attrs |= {"inputmode": "text", "autocomplete": "off", "data-dong": True}

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = read_dong(text)
        except BadAmount as bad:
            raise forms.ValidationError(str(bad), code="bad_amount") from bad
        if amount <= 0:
            raise forms.ValidationError(_("Giá phải lớn hơn 0 đồng."), code="zero")
        return amount


class QuantityField(forms.CharField):
    """A quantity of at most three places, typed with a comma or a point."""

    def __init__(self, *, above_zero: bool = False, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)
        self.above_zero = above_zero
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        return show_quantity(value) if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            number = read_quantity(text)
        except BadQuantity as bad:
            raise forms.ValidationError(str(bad), code="bad_quantity") from bad
        if self.above_zero and number <= 0:
            raise forms.ValidationError(_("Số này phải lớn hơn 0."), code="zero")
        return number


class ProductForm(forms.Form):
    """One product, for a new one and for a change.

    `picture` holds the id of a photo that arrived with an earlier try, so that a slip of the finger in the price does
    not cost a second upload; it must belong to the shop. `common` is a product pointed at among the neighbours': it
    stands in for the name and the kind that were not given. `stock_seen` is the figure the page showed: what was sold
    since is not put back on the shelf by saving an old page.
    """

    photo = forms.FileField(label=_("Ảnh"), required=False, widget=PhotoInput(camera=True), max_length=200)
    picture = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    common = forms.IntegerField(required=False, min_value=1)
    title = forms.CharField(label=_("Tên hàng"), max_length=80, required=False)
    category = forms.ModelChoiceField(
        label=_("Loại hàng"), queryset=Category.objects.none(), required=False, widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"invalid_choice": _("Hãy chọn một loại hàng trong danh sách.")},
    )  # fmt: skip
    price = DongField(label=_("Giá bán"), error_messages={"required": _("Hãy ghi giá bán.")})
    unit = forms.ChoiceField(label=_("Tính theo"), choices=Unit.choices, initial=Unit.KG)
    stock = QuantityField(label=_("Có bao nhiêu"), required=False)
    stock_seen = QuantityField(required=False, widget=forms.HiddenInput)
    uncounted = forms.BooleanField(label=_("Lúc nào cũng có, không cần đếm"), required=False)
    months = forms.TypedMultipleChoiceField(
        label=_("Bán vào tháng nào"), coerce=int, required=False, choices=[(n, MONTHS[n]) for n in range(1, 13)],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    description = forms.CharField(
        label=_("Kể thêm cho khách"), max_length=2000, required=False, widget=forms.Textarea({"rows": 4})
    )
    minimum = QuantityField(label=_("Khách mua ít nhất"), required=False, above_zero=True)

    def __init__(
        self, *args: Any, shop: Shop, categories: list[Category], common: list[Product], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.shop = shop
        self.kept: Picture | None = None  # the photo already here, to be sent back as an id
        self.common_goods = common
        self.categories = categories
        self.fields["category"].queryset = Category.objects.filter(parent=None)  # type: ignore[attr-defined]

    @classmethod
    def values_of(cls, product: Product) -> dict[str, Any]:
        """A product as this form's first values."""
        return {
            "title": product.title, "category": product.category_id, "price": f"{product.price:,}".replace(",", "."),
            "unit": product.unit, "stock": product.stock if product.counted else "", "stock_seen": product.stock,
            "uncounted": not product.counted,
            "months": [] if product.all_year else product.season_months, "description": product.description,
            "minimum": product.minimum,
        }  # fmt: skip

    def clean_picture(self) -> int | None:
        """Only a photo of this very shop; anybody else's is refused like one that does not exist."""
        pk = self.cleaned_data["picture"]
        mine = Picture.objects.filter(pk=pk, shop=self.shop, purpose=Picture.Purpose.PRODUCT)
        if pk and not mine.exists():
            raise forms.ValidationError(_("Ảnh này không thuộc gian hàng."), code="not_yours")
        return pk

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        pointed_at = next((row for row in self.common_goods if row.pk == said.get("common")), None)
        if pointed_at is not None:
            said["title"] = said.get("title") or pointed_at.title
            said["category"] = said.get("category") or pointed_at.category
        if not said.get("title") and "title" not in self.errors:
            self.add_error("title", _("Hãy chọn hoặc ghi tên hàng."))
        if not said.get("category") and "category" not in self.errors:
            self.add_error("category", _("Hãy chọn loại hàng."))
        if said.get("stock") is None and not said.get("uncounted") and "stock" not in self.errors:
            self.add_error("stock", _("Hãy ghi còn bao nhiêu."))
        return said

    def facts(self, *, picture: Picture | None, product: Product | None = None) -> ProductFacts:
        """What was said, for the services; what this form does not ask stays as it is on `product`."""
        said = self.cleaned_data
        same_unit = product is not None and product.unit == said["unit"]
        step = product.step if product and same_unit else usual_step(said["unit"])
        stock = said["stock"] or Decimal(0)
        if product is not None and stock == said["stock_seen"]:
            stock = product.stock
        return ProductFacts(
            title=said["title"], category=said["category"], unit=said["unit"], price=said["price"], stock=stock,
            counted=not said["uncounted"], step=step, minimum=said["minimum"] or step,
            season_mask=mask_of(said["months"]) or ALL_YEAR, description=said["description"].replace("\r\n", "\n"),
            picture=picture, hidden=product.hidden if product else False,
        )  # fmt: skip
