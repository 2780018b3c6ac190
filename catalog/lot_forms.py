"""What a farmer types about a harvest and about a paper."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.certificates import PaperFacts
from catalog.forms import QuantityField
from catalog.lots import LotFacts
from catalog.models import Certificate, Lot, Product
from common.days import local_day
from sellers.forms import PhotoInput
from sellers.models import Picture, Shop


class DayInput(forms.DateInput):
    """The phone's own calendar."""

    def __init__(self) -> None:
        super().__init__({"type": "date"}, format="%Y-%m-%d")


def goods_choices(shop: Shop) -> list[tuple[str, str]]:
    """A shop's goods by public code, newest first. 1 query."""
    rows = Product.objects.filter(shop=shop, archived_at=None).order_by("-created_at")
    return [(row.public_code, row.title) for row in rows[:100]]


class LotForm(forms.Form):
    """One harvest of one of the shop's goods."""

    product = forms.ChoiceField(label=_("Món hàng"))
    harvested_on = forms.DateField(label=_("Thu hoạch ngày"), widget=DayInput())
    plot = forms.CharField(
        label=_("Ở mảnh vườn nào"), max_length=80, help_text=_("Ví dụ: vườn sau nhà, nương Khau Sao.")
    )
    quantity = QuantityField(label=_("Được bao nhiêu"), required=False)
    best_before = forms.DateField(label=_("Dùng ngon đến ngày"), required=False, widget=DayInput())
    area_code = forms.CharField(
        label=_("Mã số vùng trồng"),
        max_length=20,
        required=False,
        help_text=_("Nếu có, ví dụ VN-LSOR-0017."),
    )
    note = forms.CharField(
        label=_("Ghi thêm cho khách"), max_length=300, required=False, widget=forms.Textarea({"rows": 2})
    )
    photo = forms.FileField(label=_("Ảnh lúc thu hoạch"), required=False, widget=PhotoInput(), max_length=200)

    def __init__(self, *args: Any, shop: Shop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].choices = goods_choices(shop)  # type: ignore[attr-defined]
        self.fields["harvested_on"].initial = local_day

    @classmethod
    def values_of(cls, lot: Lot) -> dict[str, Any]:
        """A lot as this form's first values."""
        names = ("harvested_on", "plot", "quantity", "best_before", "area_code", "note")
        return {"product": lot.product.public_code} | {name: getattr(lot, name) for name in names}

    def facts(self, picture: Picture | None) -> LotFacts:
        """What was said, for the service."""
        said = self.cleaned_data
        names = ("harvested_on", "plot", "quantity", "best_before", "area_code", "note")
        return LotFacts(picture=picture, **{name: said[name] for name in names})


class PaperForm(forms.Form):
    """A certificate with a photo of its paper."""

    kind = forms.ChoiceField(label=_("Giấy gì"), choices=Certificate.Kind.choices)
    product = forms.ChoiceField(label=_("Cho món nào"), required=False)
    number = forms.CharField(label=_("Số giấy"), max_length=40)
    issuer = forms.CharField(label=_("Nơi cấp"), max_length=120, help_text=_("Ví dụ: UBND tỉnh Lạng Sơn."))
    issued_on = forms.DateField(label=_("Cấp ngày"), required=False, widget=DayInput())
    valid_until = forms.DateField(label=_("Có giá trị đến ngày"), widget=DayInput())
    photo = forms.FileField(
        label=_("Ảnh chụp tờ giấy"), widget=PhotoInput(camera=True), max_length=200,
        help_text=_("Ảnh được giữ kín, chỉ cán bộ xem giấy thấy."),
        error_messages={"required": _("Hãy chụp tờ giấy.")},
    )  # fmt: skip

    def __init__(self, *args: Any, shop: Shop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shop = shop
        whole = ("", _("Cả gian hàng"))
        self.fields["product"].choices = [whole, *goods_choices(shop)]  # type: ignore[attr-defined]

    def facts(self) -> PaperFacts:
        """What was said, for the service."""
        said = self.cleaned_data
        product = Product.objects.filter(shop=self.shop, public_code=said["product"]).first()
        return PaperFacts(
            kind=said["kind"], number=said["number"], issuer=said["issuer"], issued_on=said["issued_on"],
            valid_until=said["valid_until"], product=product,
        )  # fmt: skip


class RejectForm(forms.Form):
    """Why a paper does not hold, in words that its owner can act on."""

    reason = forms.CharField(
        label=_("Vì sao chưa nhận?"), max_length=200, widget=forms.Textarea({"rows": 2}),
        help_text=_("Chủ hộ sẽ đọc lời này. Ví dụ: ảnh mờ, chụp lại rõ số giấy."),
    )  # fmt: skip
