"""What a trader types at the stall, and what a phone sends that was without a signal."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.money import BadAmount, read_dong, show_dong
from payments.models import StallSale
from payments.vietqr import MOST

LEAST = 500  # đồng; below it is a slip of the finger: there is hardly a smaller note
KEPT = (StallSale.Method.PLATE, StallSale.Method.CASH)  # what a phone may record by itself


def read_amount(text: str) -> int:
    """Whole đồng of one sale. Raises BadAmount."""
    amount = read_dong(text)
    if not LEAST <= amount <= MOST:
        raise BadAmount(
            _("Số tiền từ %(least)s đến %(most)s.") % {"least": show_dong(LEAST), "most": show_dong(MOST)}
        )
    return amount


class TillForm(forms.Form):
    """One sale. `key` is the till's name for it, so that two taps are one."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    amount = forms.CharField(
        label=gettext_lazy("Số tiền khách trả"), max_length=20,
        error_messages={"required": gettext_lazy("Hãy bấm số tiền.")},
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "placeholder": "0"}),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Ghi chú"), max_length=80, required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    how = forms.ChoiceField(choices=StallSale.Method.choices, widget=forms.HiddenInput)

    def clean_amount(self) -> int:
        try:
            return read_amount(self.cleaned_data["amount"])
        except BadAmount as bad:
            raise forms.ValidationError(str(bad), code="bad_amount") from bad


class ReturnForm(forms.Form):
    """Goods that come back. `most` is what of the sale has not gone back yet, in đồng; `key` makes two taps one."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    amount = forms.CharField(
        label=gettext_lazy("Trả lại khách"), max_length=20,
        error_messages={"required": gettext_lazy("Hãy ghi số tiền.")},
        help_text=gettext_lazy("Khách chỉ trả một phần hàng thì sửa số tiền."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    how = forms.ChoiceField(choices=[("cash", ""), ("transfer", "")], widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, most: int) -> None:
        super().__init__(data, initial={"amount": f"{most:,}".replace(",", ".")})
        self.most = most

    def clean_amount(self) -> int:
        try:
            amount = read_dong(self.cleaned_data["amount"])
        except BadAmount as bad:
            raise forms.ValidationError(str(bad), code="bad_amount") from bad
        if amount < 1:
            raise forms.ValidationError(_("Hãy ghi số tiền."), code="required")
        return amount


class SessionForm(forms.Form):
    """A market day to begin."""

    name = forms.CharField(
        label=gettext_lazy("Chợ nào"), max_length=60,
        error_messages={"required": gettext_lazy("Hãy ghi tên chợ.")},
        help_text=gettext_lazy("Ví dụ: Chợ phiên Đồng Mỏ."),
    )  # fmt: skip
    place = forms.CharField(label=gettext_lazy("Chỗ ngồi"), max_length=60, required=False)


@dataclass(frozen=True)
class KeptSale:
    """A sale as a phone kept it."""

    client_uuid: uuid.UUID
    method: str
    amount: int
    note: str
    at: datetime


def read_kept(record: Any, shop_code: str) -> KeptSale:
    """A record as a phone sends it. Raises ValueError with a word for the fault: not_a_sale, other_shop, bad_amount."""
    if not isinstance(record, dict):
        raise ValueError("not_a_sale")
    if record.get("shop") != shop_code:  # a phone that two traders share
        raise ValueError("other_shop")
    amount, at, note = record.get("amount"), record.get("at"), record.get("note", "")
    if type(amount) is not int or not LEAST <= amount <= MOST:
        raise ValueError("bad_amount")
    if record.get("how") not in KEPT or type(at) is not int or not isinstance(note, str):
        raise ValueError("not_a_sale")
    try:
        name, moment = uuid.UUID(str(record.get("uuid"))), datetime.fromtimestamp(at / 1000, UTC)
    except (ValueError, OverflowError, OSError) as bad:
        raise ValueError("not_a_sale") from bad
    return KeptSale(name, record["how"], amount, note[:80], moment)
