"""Forms of paying sellers and of settling with carriers."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.money import BadAmount, read_dong, show_dong
from payments.carrier_queries import Held
from payments.models import Payout, Receipt
from payments.payout_files import LAYOUTS
from payments.services.carriers import Row

MOST_ROWS = 500


class BatchForm(forms.Form):
    """Which approved payouts go to the bank together, in whose layout."""

    payouts = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, label=gettext_lazy("Khoản đã duyệt"),
        error_messages={"required": gettext_lazy("Hãy chọn ít nhất một khoản.")},
    )  # fmt: skip
    layout = forms.ChoiceField(
        label=gettext_lazy("Mẫu tệp của ngân hàng"),
        choices=[(each.code, each.name) for each in LAYOUTS.values()],
    )

    def __init__(self, payouts: Sequence[Payout], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["payouts"]
        field.choices = [(f"{p.pk}", f"{p.shop.name} · {show_dong(p.amount)}") for p in payouts]
        self.initial.setdefault("payouts", [f"{p.pk}" for p in payouts])

    @property
    def ids(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["payouts"]]


class SettlementForm(forms.Form):
    """What a carrier hands over: a line for each order, pasted from its list or read from its file, and what it keeps."""

    key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)
    rows = forms.CharField(
        label=gettext_lazy("Mã đơn và số tiền hãng thu"), max_length=30_000,
        help_text=gettext_lazy("Mỗi dòng một đơn, như: ABCD234567 120000; dán từ bảng tính cũng được. Khách không nhận: 0."),
        widget=forms.Textarea({"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Hãy ghi ít nhất một đơn.")},
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("Tệp của hãng (.xlsx hoặc .csv)"), max_length=200, required=False,
        widget=forms.FileInput({"accept": ".xlsx,.csv"}), error_messages={"empty": gettext_lazy("Tệp này trống.")},
    )  # fmt: skip
    fee = forms.CharField(
        label=gettext_lazy("Phí hãng giữ lại"), max_length=30, required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    receipt = forms.ModelChoiceField(
        Receipt.objects.none(), label=gettext_lazy("Khoản tiền ngân hàng đã báo"), required=False,
        empty_label=gettext_lazy("chưa báo"),
    )  # fmt: skip

    def __init__(self, receipts: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_receipts(self, receipts)

    def clean_rows(self) -> list[Row]:
        lines = [line for line in self.cleaned_data["rows"].splitlines() if line.strip()]
        if len(lines) > MOST_ROWS:
            raise ValidationError(_("Mỗi lần nhiều nhất %(n)s đơn.") % {"n": MOST_ROWS})
        return [self._row(number, line) for number, line in enumerate(lines, start=1)]

    def _row(self, number: int, line: str) -> Row:
        code, _gap, amount = line.replace("\t", " ").replace(";", " ").strip().partition(" ")
        try:
            return Row(code.strip().upper(), read_dong(amount.strip()))
        except BadAmount as bad:
            raise ValidationError(
                _("Dòng %(n)s: hãy ghi mã đơn rồi số tiền.") % {"n": number}, code="bad_row"
            ) from bad

    def clean_fee(self) -> int:
        try:
            return read_dong(self.cleaned_data["fee"]) if self.cleaned_data["fee"].strip() else 0
        except BadAmount as bad:
            raise ValidationError(str(bad), code="bad_amount") from bad


def with_list(typed: str, offered: str, listed: Sequence[tuple[str, int]]) -> str:
    """The lines of the form once a file was read: the file's own in place of what the page had `offered`, but behind what a
    person has typed, and never a second line for an order that they typed."""
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    if lines == offered.splitlines():
        lines = []
    there = {line.replace(";", " ").split()[0].upper() for line in lines if line.replace(";", " ").split()}
    return "\n".join([*lines, *(f"{code} {amount}" for code, amount in listed if code not in there)])


class WriteOffForm(forms.Form):
    """Which orders' cash a carrier will never hand over, and why."""

    key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)
    orders = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, label=gettext_lazy("Đơn hãng không nộp"),
        error_messages={"required": gettext_lazy("Hãy chọn ít nhất một đơn.")},
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Vì sao không đòi được?"), max_length=200,
        error_messages={"required": gettext_lazy("Hãy ghi lý do.")},
    )  # fmt: skip

    def __init__(self, held: Sequence[Held], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "xoa_%s"  # another form of the page has a key as well
        field: Any = self.fields["orders"]
        field.choices = [
            (
                each.order.public_code,
                f"{each.order.public_code} · {show_dong(each.amount)} · {each.order.shop.name}",
            )
            for each in held
            if not each.asked
        ]


class TieForm(forms.Form):
    """The bank's line of a settlement that was written down before it came."""

    receipt = forms.ModelChoiceField(
        Receipt.objects.none(), label=gettext_lazy("Khoản tiền ngân hàng đã báo"), empty_label=gettext_lazy("chọn khoản tiền"),
        error_messages={"required": gettext_lazy("Hãy chọn khoản tiền.")},
    )  # fmt: skip

    def __init__(self, receipts: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_receipts(self, receipts)


def offer_receipts(form: forms.Form, receipts: Any) -> None:
    """Let a form choose among some money that came, shown by amount, day and memo."""
    field: Any = form.fields["receipt"]
    field.queryset = receipts
    field.label_from_instance = lambda row: (
        f"{show_dong(row.amount)} · {row.booked_at:%d/%m} · {row.memo[:40]}"
    )
