"""What those who run the money say of rates, of sellers' taxes and of invoices."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Category
from common.days import local_day, month_start
from payments.models import Rate
from sellers.models import Shop

LONGEST = 92  # days of one export of invoices
BIGGEST_FILE = 2 * 1024 * 1024


def _day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **more)


class RateForm(forms.Form):
    """A new rate. People write per cent ("1,5"); kept are hundredths of a per cent."""

    kind = forms.ChoiceField(label=_("Loại"), choices=Rate.Kind.choices)
    percent = forms.DecimalField(
        label=_("Bao nhiêu phần trăm"), min_value=Decimal("0.01"), max_value=50, decimal_places=2, localize=True,
        widget=forms.TextInput({"inputmode": "decimal"}), error_messages={"required": _("Hãy ghi mức, ví dụ 1,5.")},
    )  # fmt: skip
    seller_kind = forms.ChoiceField(
        label=_("Người bán nào"), required=False, choices=lambda: [("", _("Tất cả")), *Shop.Kind.choices]
    )
    category = forms.ModelChoiceField(
        label=_("Loại hàng"),
        required=False,
        queryset=Category.objects.order_by("path"),
        empty_label=_("Tất cả"),
    )
    valid_from = _day_field(_("Từ ngày"))
    valid_until = _day_field(_("Đến hết ngày"), required=False)
    source = forms.CharField(
        label=_("Căn cứ"), required=False, max_length=200, help_text=_("Ví dụ: Nghị định 117/2025, điều 5.")
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("valid_from"), said.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("Ngày sau phải không sớm hơn ngày trước."))
        return said

    @property
    def hundredths(self) -> int:
        """The rate as it is kept; of a valid form."""
        return int(self.cleaned_data["percent"] * 100)


class EndRateForm(forms.Form):
    """The last day of a rate."""

    last = _day_field(_("Đến hết ngày"))


class SellerTaxForm(forms.Form):
    """What is known of a seller's taxes."""

    withheld = forms.BooleanField(label=_("Khấu trừ thuế của người bán này"), required=False)
    self_produced_unprocessed = forms.BooleanField(
        label=_("Chỉ bán hàng tự trồng, chưa chế biến: không khấu trừ"), required=False
    )
    note = forms.CharField(label=_("Ghi chú"), required=False, max_length=200)


class PeriodForm(forms.Form):
    """The days of an export of invoices; without any, this month."""

    tu = _day_field(_("Giao từ ngày"), required=False)
    den = _day_field(_("Đến hết ngày"), required=False)
    tat_ca = forms.BooleanField(label=_("Cả đơn đã có hóa đơn"), required=False)

    def __init__(self, data: Any) -> None:
        today = local_day()
        super().__init__({"tu": month_start(today).isoformat(), "den": today.isoformat()} | data.dict())

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first: date | None = said.get("tu")
        last: date | None = said.get("den")
        if not self.errors and not (first and last):
            self.add_error("tu" if first is None else "den", _("Hãy chọn ngày."))
        elif first and last and last < first:
            self.add_error("den", _("Ngày sau phải không sớm hơn ngày trước."))
        elif first and last and last - first > timedelta(days=LONGEST):
            self.add_error("tu", _("Chọn nhiều nhất ba tháng."))
        return said


class InvoiceForm(forms.Form):
    """One invoice, typed by hand."""

    order = forms.CharField(label=_("Mã đơn"), max_length=10)
    number = forms.CharField(label=_("Số hóa đơn"), max_length=40)
    look_up_code = forms.CharField(label=_("Mã tra cứu"), max_length=60)
    provider = forms.CharField(label=_("Nhà cung cấp hóa đơn"), max_length=60)
    issued_at = _day_field(_("Ngày hóa đơn"))


class InvoiceFileForm(forms.Form):
    """The provider's file, and who made it where the file does not say so."""

    file = forms.FileField(
        label=_("Tệp của nhà cung cấp (CSV, XLSX)"),
        help_text=_("Các cột: order, number, look_up_code, issued_at."),
    )
    provider = forms.CharField(label=_("Nhà cung cấp hóa đơn"), max_length=60)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > BIGGEST_FILE:
            raise forms.ValidationError(_("Tệp quá lớn (nhiều nhất 2 MB)."), code="too_large")
        return file
