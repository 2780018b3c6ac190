"""What farmers and their helpers type about a shop."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.days import local_day
from common.folding import nfc
from sellers import themes
from sellers.models import Shop

MOST_DAYS_AWAY = 90


class PhotoInput(forms.FileInput):
    """A photo from the camera or the gallery; the phone offers both. photo.js makes it smaller before it is sent."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, camera: bool = False) -> None:
        wishes: dict[str, Any] = {"accept": "image/*", "data-photo": True}
        super().__init__(wishes | ({"capture": "environment"} if camera else {}) | (attrs or {}))


class HeadForm(forms.Form):
    """What stands first on the page: a sentence, a big picture, the household's sign."""

    tagline = forms.CharField(
        label=_("Một câu giới thiệu"), max_length=120, required=False,
        help_text=_("Câu đầu tiên khách đọc. Ví dụ: Hồng vành khuyên trồng trên núi đá, hái buổi sáng."),
    )  # fmt: skip
    cover = forms.FileField(
        label=_("Ảnh lớn đầu trang"), required=False, widget=PhotoInput(), max_length=200,
        help_text=_("Ảnh vườn, ảnh nhà hoặc ảnh người trồng."),
    )  # fmt: skip
    cover_drop = forms.BooleanField(label=_("Bỏ ảnh này"), required=False)
    logo = forms.FileField(
        label=_("Biểu trưng, nếu nhà có"), required=False, widget=PhotoInput(), max_length=200,
        help_text=_("Dấu hiệu riêng của nhà hoặc hợp tác xã. Không có cũng được."),
    )  # fmt: skip
    logo_drop = forms.BooleanField(label=_("Bỏ ảnh này"), required=False)

    def clean_tagline(self) -> str:
        return nfc(" ".join(self.cleaned_data["tagline"].split()))


class LookForm(forms.Form):
    """Which look the page wears."""

    theme = forms.ChoiceField(label=_("Kiểu trang"), choices=themes.CHOICES, widget=forms.RadioSelect)


class LegalForm(forms.Form):
    """What the seller is before the law. Businesses and co-operatives have a number, households may have one."""

    kind = forms.ChoiceField(
        label=_("Bán với tư cách gì?"), choices=Shop.Kind.choices, widget=forms.RadioSelect
    )
    tax_number = forms.RegexField(
        r"^\d{10}(-?\d{3})?$|^\d{12}$", label=_("Mã số thuế"), required=False, max_length=14,
        help_text=_("10, 12 hoặc 13 chữ số. Khách thấy số này trước khi đặt."),
        error_messages={"invalid": _("Mã số thuế có 10, 12 hoặc 13 chữ số.")},
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        registered = said.get("kind") in (Shop.Kind.HOUSEHOLD_BUSINESS, Shop.Kind.COOPERATIVE)
        if registered and not said.get("tax_number") and "tax_number" not in self.errors:
            self.add_error("tax_number", _("Hộ kinh doanh và hợp tác xã phải ghi mã số thuế."))
        return said


class OpeningForm(forms.Form):
    """Whether the household sells now. A holiday needs its days."""

    opening = forms.ChoiceField(
        label=_("Nhà đang thế nào?"), choices=Shop.Opening.choices, widget=forms.RadioSelect
    )
    away_from = forms.DateField(
        label=_("Nghỉ từ ngày"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    away_until = forms.DateField(
        label=_("Nghỉ đến hết ngày"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label=_("Nhắn khách"), max_length=120, required=False,
        help_text=_("Ví dụ: nhà đi gặt, về sẽ gửi hàng ngay."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("opening") != Shop.Opening.HOLIDAY:
            return said
        for name in ("away_from", "away_until"):
            if not said.get(name) and name not in self.errors:
                self.add_error(name, _("Hãy chọn ngày."))
        first, last = said.get("away_from"), said.get("away_until")
        if first and last and last < first:
            self.add_error("away_until", _("Ngày cuối phải sau ngày đầu."))
        elif last and last < local_day():
            self.add_error("away_until", _("Ngày này đã qua."))
        elif first and last and (last - first).days > MOST_DAYS_AWAY:
            self.add_error("away_until", _("Nghỉ lâu hơn 90 ngày thì chọn “Tạm nghỉ bán”."))
        return said
