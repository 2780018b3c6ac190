"""Where a farmer's money goes."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from common.folding import strip_marks
from payments.banks import BANKS


class AccountForm(forms.Form):
    """A bank account: which bank, which number, whose name.

    The name is kept in the bank's own spelling, capitals without marks, so that a buyer can compare it letter by
    letter with what their app shows. Source of the number's length: EMVCo merchant account, at most 19 signs.
    """

    bank_bin = forms.ChoiceField(
        label=_("Ngân hàng"),
        choices=lambda: [("", _("Chọn ngân hàng")), *((b.bin, b.short_name) for b in BANKS if b.can_receive)],
        error_messages={
            "required": _("Hãy chọn ngân hàng."), "invalid_choice": _("Hãy chọn một ngân hàng trong danh sách."),
        },
    )  # fmt: skip
    number = forms.CharField(
        label=_("Số tài khoản"), max_length=40, error_messages={"required": _("Hãy ghi số tài khoản.")},
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    again = forms.CharField(
        label=_("Ghi lại số tài khoản một lần nữa"), max_length=40,
        error_messages={"required": _("Hãy ghi lại số tài khoản.")},
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    holder = forms.CharField(
        label=_("Tên chủ tài khoản"), max_length=80, error_messages={"required": _("Hãy ghi tên chủ tài khoản.")},
        help_text=_("Ghi đúng như trên thẻ, ví dụ LY THI SEN."),
        widget=forms.TextInput({"autocomplete": "name", "autocapitalize": "characters"}),
    )  # fmt: skip

    def clean_number(self) -> str:
        number = re.sub(r"[\s.-]", "", self.cleaned_data["number"])
        if not re.fullmatch(r"[0-9]{6,19}", number):
            raise forms.ValidationError(_("Số tài khoản chỉ gồm 6 đến 19 chữ số."), code="bad_number")
        return number

    def clean_again(self) -> str:
        again = re.sub(r"[\s.-]", "", self.cleaned_data["again"])
        if "number" in self.cleaned_data and again != self.cleaned_data["number"]:
            raise forms.ValidationError(
                _("Hai lần ghi chưa giống nhau. Hãy xem lại từng số."), code="differs"
            )
        return again

    def clean_holder(self) -> str:
        name = " ".join(strip_marks(self.cleaned_data["holder"]).upper().split())
        if not re.fullmatch(r"[A-Z][A-Z0-9 .,&'-]{1,79}", name):
            raise forms.ValidationError(_("Tên chỉ gồm chữ cái, như in trên thẻ."), code="bad_name")
        return name


class AccountCodeForm(forms.Form):
    """The code that came to the owner's phone."""

    code = forms.RegexField(
        label=_("Mã 6 số trong tin nhắn"), regex=r"^\s*\d{6}\s*$", max_length=12,
        error_messages={"required": _("Hãy ghi mã trong tin nhắn."), "invalid": _("Mã có 6 chữ số.")},
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code"}),
    )  # fmt: skip
