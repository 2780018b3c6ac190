"""What heads and volunteers type at the door and at the desk."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.adapter import PhoneField
from places.models import Kind, Place, Role
from sellers.forms import PhotoInput
from sellers.models import Shop, Visit
from sellers.starters import CHOICES as STARTERS

VILLAGE_KINDS = [(kind.value, kind.label) for kind in (Kind.THON, Kind.BAN, Kind.TO)]


class NewShopForm(forms.Form):
    """A draft shop, one question a screen: who, which phone, what it is called, and the household's yes."""

    household = forms.CharField(
        label=_("Họ và tên chủ hộ"),
        max_length=80,
        help_text=_("Viết đủ họ, đệm, tên. Ví dụ: Lý Thị Sen."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "words"}),
    )
    phone = PhoneField(
        label=_("Số điện thoại của chủ hộ"),
        help_text=_("Mã đồng ý và tin báo đơn hàng gửi đến số này. Cả nhà dùng chung một số cũng được."),
    )
    name = forms.CharField(
        label=_("Tên gian hàng"),
        max_length=80,
        help_text=_("Khách sẽ thấy tên này. Ví dụ: Vườn hồng bà Sen."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=_("Loại hình"), choices=Shop.Kind, initial=Shop.Kind.HOUSEHOLD, widget=forms.RadioSelect
    )
    starter = forms.ChoiceField(
        label=_("Nhà bán gì là chính?"), choices=STARTERS, widget=forms.RadioSelect, required=False,
        help_text=_("Trang của nhà có sẵn lời và kiểu theo nghề, sửa lại sau cũng được."),
    )  # fmt: skip
    agreed = forms.BooleanField(
        label=_("Tôi đã đọc cho chủ hộ nghe và chủ hộ đồng ý"),
        error_messages={"required": _("Hãy đọc cho chủ hộ nghe. Chủ hộ đồng ý thì mới mở gian hàng.")},
    )

    def __init__(self, *args: Any, village: Place, **kwargs: Any) -> None:
        self.village = village
        super().__init__(*args, **kwargs)
        self.fields["phone"].widget.attrs["autocomplete"] = "off"  # not the volunteer's own number


class CodeForm(forms.Form):
    """The code that the farmer reads out."""

    code = forms.RegexField(
        label=_("Mã 6 số trên máy chủ hộ"),
        regex=r"^\s*\d{6}\s*$",
        max_length=12,
        error_messages={"invalid": _("Mã có 6 chữ số.")},
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code"}),
    )


class PaperForm(forms.Form):
    """A photo of the signed paper, for a household without a phone at hand."""

    photo = forms.FileField(
        label=_("Ảnh chụp giấy đồng ý có chữ ký"),
        widget=PhotoInput(camera=True),
        help_text=_("Chụp rõ cả tờ. Ảnh được giữ kín, chỉ người duyệt xem được."),
    )


class ReturnForm(forms.Form):
    """Why a page goes back, in words that its writer can act on."""

    reason = forms.CharField(
        label=_("Cần sửa gì?"),
        max_length=200,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Người soạn sẽ đọc lời này. Ví dụ: ảnh bìa bị tối, chụp lại giúp bà con nhé."),
    )


class VisitForm(forms.Form):
    """One visit to one household."""

    household = forms.CharField(
        label=_("Tên chủ hộ"), max_length=80, widget=forms.TextInput({"autocomplete": "off"})
    )
    outcome = forms.ChoiceField(label=_("Kết quả"), choices=Visit.Outcome, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Ghi chú"), max_length=300, required=False, widget=forms.Textarea({"rows": 2}),
        help_text=_("Việc hẹn lần sau, điều bà con cần giúp. Không ghi số giấy tờ, số tài khoản."),
    )  # fmt: skip


class VillageForm(forms.Form):
    """A new village in a commune."""

    kind = forms.ChoiceField(
        label=_("Gọi là"), choices=VILLAGE_KINDS, widget=forms.RadioSelect, initial=Kind.THON
    )
    name = forms.CharField(label=_("Tên"), max_length=80, help_text=_("Chỉ ghi tên. Ví dụ: Đồng Mỏ."))


class AppointForm(forms.Form):
    """Who gets which role, known by phone."""

    phone = PhoneField(label=_("Số điện thoại"))
    name = forms.CharField(
        label=_("Họ và tên"), max_length=80, help_text=_("Tên đã có trong hệ thống thì giữ nguyên.")
    )
    role = forms.ChoiceField(label=_("Vai trò"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast(forms.ChoiceField, self.fields["role"])
        choice.choices = [(role.value, role.label) for role in roles]
        self.fields["phone"].widget.attrs["autocomplete"] = "off"
        if len(roles) == 1:
            self.fields["role"].initial = roles[0].value
