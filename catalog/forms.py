"""What a farmer types about goods: amounts and quantities as they are spoken, everything else chosen."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from catalog.gtin import BadGtin, read_gtin, show_gtin
from catalog.models import Category, Product
from catalog.seasons import ALL_YEAR, mask_of
from catalog.services import ProductFacts
from catalog.units import NetUnit, Unit, usual_step
from common.days import local_day
from common.money import BadAmount, read_dong
from common.quantity import BadQuantity, read_quantity, show_quantity
from sellers.forms import PhotoInput
from sellers.models import Picture, Shop

TOLERANCES = [
    ("", _("Không, bán đúng số khách đặt")), (5, _("Có, chênh nhiều nhất 5 %")), (10, _("Có, chênh nhiều nhất 10 %")),
    (15, _("Có, chênh nhiều nhất 15 %")), (20, _("Có, chênh nhiều nhất 20 %")), (30, _("Có, chênh nhiều nhất 30 %")),
]  # fmt: skip


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


class GtinField(forms.CharField):
    """A bar code number, kept as 14 digits and shown as it stands under the bars."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        return show_gtin(value) if isinstance(value, str) and len(value) == 14 else value

    def clean(self, value: Any) -> str:
        try:
            return read_gtin(super().clean(value))
        except BadGtin as bad:
            raise forms.ValidationError(str(bad), code="bad_gtin") from bad


class DayField(forms.DateField):
    """A calendar day, picked with the phone's own calendar or typed as 12/6/2027."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        formats = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]
        super().__init__(widget=widget, input_formats=formats, **kwargs)
        self.error_messages["invalid"] = _("Hãy ghi ngày như 12/6/2027.")


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
    variety = forms.CharField(
        label=_("Giống gì"), max_length=60, required=False, help_text=_("Ví dụ: na dai, chè shan tuyết.")
    )
    grade = forms.ChoiceField(
        label=_("Loại mấy"), required=False, choices=[("", _("Không phân loại")), *Product.Grade.choices]
    )
    making = forms.ChoiceField(
        label=_("Tươi hay chế biến"), required=False, choices=[("", _("Không ghi")), *Product.Making.choices]
    )
    net_quantity = QuantityField(label=_("Mỗi gói, mỗi chai đựng"), required=False, above_zero=True)
    net_unit = forms.ChoiceField(label=_("Tính bằng"), required=False, choices=[("", "–"), *NetUnit.choices])
    keeps = forms.ChoiceField(
        label=_("Để được bao lâu"), required=False, choices=Product.Keeps.choices, initial=Product.Keeps.WEEKS,
        help_text=_("Hàng mau hỏng chỉ giao gần, không gửi hãng giao hàng."),
    )  # fmt: skip
    kilos = QuantityField(
        label=_("Gói xong, một đơn vị nặng mấy kg"), required=False, above_zero=True,
        help_text=_("Để tính phí giao. Bỏ trống thì máy tự ước."),
    )  # fmt: skip
    tolerance = forms.TypedChoiceField(
        label=_("Cân lại lúc gói"), required=False, coerce=int, empty_value=None, choices=TOLERANCES,
        help_text=_("Con gà, quả mít không ra đúng cân khách đặt: máy tính tiền theo số cân lúc gói."),
    )  # fmt: skip
    gtin = GtinField(
        label=_("Số mã vạch"),
        required=False,
        help_text=_("Chỉ ghi nếu bao bì đã in mã vạch. Chép dãy số dưới các vạch."),
    )
    preorder = forms.BooleanField(label=_("Hàng chưa thu hoạch, khách đặt trước"), required=False)
    harvest_on = DayField(label=_("Khoảng ngày nào thu hoạch"), required=False)
    preorder_cap = QuantityField(
        label=_("Nhận đặt nhiều nhất"),
        required=False,
        above_zero=True,
        help_text=_("Bỏ trống thì lấy số “có bao nhiêu”."),
    )

    def __init__(
        self, *args: Any, shop: Shop, categories: list[Category], common: list[Product], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.shop = shop
        self.kept: Picture | None = None  # the photo already here, to be sent back as an id
        self.common_goods = common
        self.categories = categories
        self.fields["category"].queryset = Category.objects.all()  # type: ignore[attr-defined]

    @classmethod
    def values_of(cls, product: Product) -> dict[str, Any]:
        """A product as this form's first values."""
        return {
            "title": product.title, "category": product.category_id, "price": f"{product.price:,}".replace(",", "."),
            "unit": product.unit, "stock": product.stock if product.counted else "", "stock_seen": product.stock,
            "uncounted": not product.counted,
            "months": [] if product.all_year else product.season_months, "description": product.description,
            "minimum": product.minimum, "variety": product.variety, "grade": product.grade, "making": product.making,
            "net_quantity": product.net_quantity, "net_unit": product.net_unit, "gtin": product.gtin,
            "keeps": product.keeps, "kilos": Decimal(product.grams) / 1000 if product.grams else None,
            "tolerance": "" if product.tolerance is None else product.tolerance,
            "preorder": product.is_preorder, "harvest_on": product.harvest_on if product.is_preorder else None,
            "preorder_cap": product.preorder_cap if product.is_preorder else None,
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
        if said.get("preorder") and said.get("stock") is None and said.get("stock_seen") is None:
            said["stock"] = said.get("preorder_cap")
        if said.get("stock") is None and not said.get("uncounted") and "stock" not in self.errors:
            self.add_error("stock", _("Hãy ghi còn bao nhiêu."))
        if said.get("net_quantity") and not said.get("net_unit"):
            self.add_error("net_unit", _("Hãy chọn g, kg, ml hoặc lít."))
        if said.get("preorder"):
            self._clean_preorder(said)
        return said

    def _clean_preorder(self, said: dict[str, Any]) -> None:
        day = said.get("harvest_on")
        if day is None and "harvest_on" not in self.errors:
            self.add_error("harvest_on", _("Hãy ghi ngày thu hoạch."))
        elif day is not None and day <= local_day():
            self.add_error("harvest_on", _("Ngày thu hoạch phải là một ngày sắp tới."))
        if said.get("uncounted"):
            self.add_error("uncounted", _("Hàng đặt trước thì phải ghi số lượng."))

    MORE = (
        "description", "minimum", "months", "variety", "grade", "making", "net_quantity", "net_unit", "gtin", "preorder",
        "harvest_on", "preorder_cap", "kilos",
    )  # fmt: skip

    @property
    def more_to_say(self) -> bool:
        """Whether something that need not be said was said or went wrong: the page then shows that part open."""
        return any(self[name].errors or (self.is_bound and self[name].value()) for name in self.MORE)

    def facts(self, *, picture: Picture | None, product: Product | None = None) -> ProductFacts:
        """What was said, for the services; what this form does not ask stays as it is on `product`."""
        said = self.cleaned_data
        same_unit = product is not None and product.unit == said["unit"]
        step = product.step if product and same_unit else usual_step(said["unit"])
        stock = said["stock"] or Decimal(0)
        cap = self._cap(product, stock)
        if product is not None and stock == said["stock_seen"]:
            stock = product.stock
            if cap is not None and product.is_preorder and product.preorder_cap is not None:
                stock = max(
                    Decimal(0), stock + cap - product.preorder_cap
                )  # a higher bound leaves more to order
        return ProductFacts(
            title=said["title"], category=said["category"], unit=said["unit"], price=said["price"], stock=stock,
            counted=not said["uncounted"], step=step, minimum=said["minimum"] or step,
            season_mask=mask_of(said["months"]) or ALL_YEAR, description=said["description"].replace("\r\n", "\n"),
            picture=picture, hidden=product.hidden if product else False,
            variety=said["variety"], grade=said["grade"], making=said["making"], gtin=said["gtin"],
            net_quantity=said["net_quantity"], net_unit=said["net_unit"] if said["net_quantity"] else "",
            keeps=said["keeps"] or (product.keeps if product else Product.Keeps.WEEKS),
            grams=int(said["kilos"] * 1000) or 1 if said["kilos"] else None,
            tolerance=said["tolerance"],
            harvest_on=said["harvest_on"] if said["preorder"] else None, preorder_cap=cap,
        )  # fmt: skip

    def _cap(self, product: Product | None, stock: Decimal) -> Decimal | None:
        """How much may be ordered ahead in all: what was said, else what was said before, else what there is."""
        if not self.cleaned_data["preorder"]:
            return None
        if self.cleaned_data["preorder_cap"] is not None:
            return self.cleaned_data["preorder_cap"]
        before = product.preorder_cap if product is not None and product.is_preorder else None
        return max(stock, before or stock)
