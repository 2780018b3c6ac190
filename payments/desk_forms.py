"""Forms of the finance desk and of a seller's own unclear money."""

import re
from collections.abc import Sequence
from dataclasses import fields as fields_of
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from catalog.forms import DayField, DongField
from common.days import local_day
from common.folding import strip_marks
from payments import vietqr
from payments.banks import bank
from payments.desk_queries import KINDS, Wanted
from payments.models import Dispute, Payment, PaymentAccount, Payout, Receipt, Refund
from payments.payout_forms import offer_receipts
from payments.statements import Mapping

LONGEST = 92  # days of one look; longer figures are for exports of several files


class SumField(DongField):
    """Whole đồng above 0, as people type them."""

    def clean(self, value: Any) -> int | None:
        try:
            return super().clean(value)
        except ValidationError as bad:
            if getattr(bad, "code", "") == "zero":
                raise ValidationError(_("Số tiền phải lớn hơn 0."), code="zero") from bad
            raise


class PeriodForm(forms.Form):
    """From a day to a day, both included; today if nothing is said."""

    tu = DayField(label=gettext_lazy("Từ ngày"), required=False)
    den = DayField(label=gettext_lazy("Đến ngày"), required=False)
    usual_days = 1

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("tu") and said.get("den"):
            if said["den"] < said["tu"]:
                self.add_error("den", _("Ngày cuối phải sau ngày đầu."))
            elif said["den"] - said["tu"] > timedelta(days=LONGEST):
                self.add_error("den", _("Chọn nhiều nhất %(n)s ngày một lần.") % {"n": LONGEST})
        return said

    @property
    def period(self) -> tuple[date, date]:
        """The days that are meant; the usual ones while something is wrong."""
        said = self.cleaned_data if self.is_bound and self.is_valid() else {}
        until = said.get("den") or max(local_day(), said.get("tu") or date.min)
        since = said.get("tu") or until - timedelta(days=self.usual_days - 1)
        return max(since, until - timedelta(days=LONGEST)), until


class ReconcileFilter(PeriodForm):
    """Days, and whether only those with something open are meant."""

    usual_days = 31
    chi = forms.ChoiceField(
        label=gettext_lazy("Xem"), required=False,
        choices=[("", gettext_lazy("Mọi ngày")), ("lech", gettext_lazy("Còn lệch")), ("mo", gettext_lazy("Chưa chốt"))],
    )  # fmt: skip


WORDS = {
    "open": gettext_lazy("Chưa khớp và chưa rõ"), "unmatched": gettext_lazy("Chưa khớp"),
    "ambiguous": gettext_lazy("Chưa rõ"), "partly": gettext_lazy("Còn dư một phần"), "under": gettext_lazy("Trả thiếu"),
    "over": gettext_lazy("Trả thừa"), "duplicate": gettext_lazy("Trả hai lần"), "late": gettext_lazy("Đến muộn"),
    "provider": gettext_lazy("Cổng báo lệch"), "returning": gettext_lazy("Đang trả lại"),
    "ignored": gettext_lazy("Đã bỏ qua"), "out": gettext_lazy("Tiền ra"), "all": gettext_lazy("Tất cả"),
}  # fmt: skip


class WantedForm(PeriodForm):
    """Which receipts are looked for."""

    loai = forms.ChoiceField(
        label=gettext_lazy("Loại"), required=False, choices=[(kind, WORDS[kind]) for kind in KINDS]
    )
    tk = forms.ChoiceField(label=gettext_lazy("Tài khoản"), required=False)
    tien = SumField(label=gettext_lazy("Số tiền"), required=False)
    field_order = ("loai", "tk", "tien", "tu", "den")

    def __init__(self, *args: Any, accounts: Sequence[PaymentAccount] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tk"].choices = [  # type: ignore[attr-defined]
            ("", _("Tất cả")), ("operator", _("Của sàn và cổng")), ("sellers", _("Của người bán")),
            *((str(account.pk), account_words(account)) for account in accounts),
        ]  # fmt: skip

    @property
    def wanted(self) -> Wanted:
        """What is meant, without what was typed wrong."""
        self.is_valid()
        said = getattr(self, "cleaned_data", {})
        return Wanted(
            said.get("loai") or "open",
            said.get("tk") or "",
            said.get("tu"),
            said.get("den"),
            said.get("tien"),
        )


def account_words(account: PaymentAccount | None) -> str:
    """An account as people tell it from others: the bank, the end of its number, whose it is."""
    if account is None:
        return _("Cổng thanh toán")
    known = bank(account.bank_bin)
    whose = account.shop.name if account.shop else _("sàn")
    return f"{known or account.bank_bin} …{account.number_end} · {whose}"


class AssignForm(forms.Form):
    """How much of some money counts for each of the payments that were chosen: a field `so-<id>` for each."""

    def __init__(self, payments: Sequence[Payment], rest: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rest = rest
        for payment in payments:
            self.fields[f"so-{payment.pk}"] = SumField(
                label=_("Số tiền tính cho khoản này"), error_messages={"required": _("Hãy ghi số tiền.")}
            )

    @property
    def amounts(self) -> dict[int, int]:
        """đồng by the payment's id."""
        return {int(name.removeprefix("so-")): amount for name, amount in self.cleaned_data.items()}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        total = sum(amount for amount in said.values() if amount)
        if total > self.rest:
            last = list(said)[-1]
            self.add_error(last, _("Cộng lại lớn hơn số tiền còn lại của khoản về."))
        return said


class IgnoreForm(forms.Form):
    """Why some money is none of ours."""

    why = forms.ChoiceField(
        label=gettext_lazy("Vì sao bỏ qua?"), widget=forms.RadioSelect,
        choices=[
            ("twice", gettext_lazy("Trùng với khoản đã có trong sổ")),
            ("private", gettext_lazy("Tiền riêng, không phải tiền hàng")),
            ("own", gettext_lazy("Tự chuyển giữa các tài khoản")), ("other", gettext_lazy("Lý do khác")),
        ],
        error_messages={"required": gettext_lazy("Hãy chọn lý do.")},
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("Ghi thêm"), max_length=160, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("why") == "other" and not said.get("note"):
            self.add_error("note", _("Hãy ghi lý do."))
        return said

    @property
    def reason(self) -> str:
        """The choice and the words, as the audit log keeps them."""
        return f"{self.cleaned_data['why']}: {self.cleaned_data['note']}".rstrip(": ")


class StatementForm(forms.Form):
    """A statement's file, and whose it is."""

    account = forms.ModelChoiceField(
        PaymentAccount.objects.none(), label=gettext_lazy("Sao kê của tài khoản"), empty_label=None,
        error_messages={"required": gettext_lazy("Hãy chọn tài khoản.")},
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("Tệp sao kê (.xlsx hoặc .csv)"), max_length=200,
        widget=forms.FileInput({"accept": ".xlsx,.csv"}),
        error_messages={"required": gettext_lazy("Hãy chọn tệp."), "empty": gettext_lazy("Tệp này trống.")},
    )  # fmt: skip

    def __init__(self, accounts: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["account"]
        field.queryset = accounts
        field.label_from_instance = account_words


COLUMN_WORDS = {
    "date": gettext_lazy("Ngày giao dịch"), "time": gettext_lazy("Giờ"), "amount_in": gettext_lazy("Tiền vào"),
    "amount_out": gettext_lazy("Tiền ra"), "amount": gettext_lazy("Số tiền (một cột)"),
    "mark": gettext_lazy("Cột ghi vào hay ra"), "balance": gettext_lazy("Số dư"), "memo": gettext_lazy("Nội dung"),
    "reference": gettext_lazy("Mã giao dịch"), "counterparty": gettext_lazy("Người chuyển"),
}  # fmt: skip


class ColumnsForm(forms.Form):
    """Which column of a statement says what."""

    date_order = forms.ChoiceField(
        label=gettext_lazy("Ngày viết theo thứ tự"), required=False,
        choices=[("dmy", gettext_lazy("ngày/tháng/năm")), ("mdy", gettext_lazy("tháng/ngày/năm"))],
    )  # fmt: skip
    thousands = forms.ChoiceField(
        label=gettext_lazy("Dấu ngăn hàng nghìn"), required=False,
        choices=[
            ("", gettext_lazy("tự nhận ra")), (".", gettext_lazy("chấm: 1.000.000")), (",", gettext_lazy("phẩy: 1,000,000")),
        ],
    )  # fmt: skip

    def __init__(self, header: Sequence[str], columns: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial", {name: "" if value is None else value for name, value in columns.items()}
        )
        super().__init__(*args, **kwargs)
        choices = [("", _("không có")), *((str(n), column_name(n, text)) for n, text in enumerate(header))]
        for name, words in COLUMN_WORDS.items():
            self.fields[name] = forms.ChoiceField(label=words, choices=choices, required=name == "date")
        self.order_fields([*COLUMN_WORDS, "date_order", "thousands"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        numbers = {name: int(said[name]) if said.get(name) else None for name in COLUMN_WORDS}
        if self.errors or numbers["date"] is None:
            return said
        facts: dict[str, Any] = numbers | {
            "date_order": said.get("date_order") or "dmy", "thousands": said.get("thousands") or "",
        }  # fmt: skip
        try:
            self.mapping = Mapping(**{each.name: facts[each.name] for each in fields_of(Mapping)})
        except ValueError as bad:
            at_fault = str(bad) if str(bad) in self.fields else None
            self.add_error(
                at_fault, _("Chọn cột tiền vào và tiền ra, hoặc một cột số tiền, không chọn cả hai.")
            )
        return said


def column_name(number: int, text: str) -> str:
    """A column as a spreadsheet names it, with its heading."""
    letters, left = "", number + 1
    while left:
        left, place = divmod(left - 1, 26)
        letters = chr(65 + place) + letters
    return (
        f"{letters}: {' '.join(text.split())[:40]}" if text.strip() else _("Cột %(name)s") % {"name": letters}
    )


class AddressForm(forms.Form):
    """The buyer's account, as the text in their VietQR says it; the holder's name as they told it."""

    qr = forms.CharField(
        label=gettext_lazy("Nội dung mã VietQR của khách"), max_length=600,
        widget=forms.Textarea({"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Hãy quét hoặc dán mã VietQR của khách.")},
    )  # fmt: skip
    holder = forms.CharField(
        label=gettext_lazy("Tên chủ tài khoản"), max_length=80, required=False,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )  # fmt: skip

    def clean_qr(self) -> str:
        text = "".join(self.cleaned_data["qr"].split("\n")).strip()
        try:
            self.decoded = vietqr.decode(text)
        except vietqr.VietQRError as bad:
            raise ValidationError(
                _("Mã này không đọc được. Hãy xin khách ảnh mã VietQR của chính tài khoản họ."), code=bad.code
            ) from bad
        if self.decoded.card:
            raise ValidationError(_("Đây là mã của thẻ. Hãy xin mã của tài khoản."), code="card")
        return text

    def clean_holder(self) -> str:
        return " ".join(strip_marks(self.cleaned_data["holder"]).upper().split())


class FaultForm(forms.Form):
    """Why a transfer did not arrive."""

    fault = forms.CharField(
        label=gettext_lazy("Vì sao không gửi được?"), max_length=60,
        error_messages={"required": gettext_lazy("Hãy ghi lý do.")},
    )  # fmt: skip


class RefundFilter(PeriodForm):
    """Which refunds are looked for."""

    usual_days = LONGEST
    loai = forms.ChoiceField(
        label=gettext_lazy("Bước"),
        required=False,
        choices=[("", gettext_lazy("Còn phải làm")), *Refund.State.choices],
    )
    cach = forms.ChoiceField(
        label=gettext_lazy("Cách hoàn"),
        required=False,
        choices=[("", gettext_lazy("Tất cả")), *Refund.Way.choices],
    )
    field_order = ("loai", "cach", "tu", "den")


class PayoutFilter(PeriodForm):
    """Which payouts are looked for; the days are those on which they were drafted."""

    usual_days = LONGEST
    loai = forms.ChoiceField(
        label=gettext_lazy("Bước"),
        required=False,
        choices=[("", gettext_lazy("Còn phải làm")), *Payout.State.choices],
    )
    field_order = ("loai", "tu", "den")


class DisputeFilter(PeriodForm):
    """Which disputes are looked for; the days are those on which they were opened."""

    usual_days = LONGEST
    loai = forms.ChoiceField(
        label=gettext_lazy("Kết quả"),
        required=False,
        choices=[("", gettext_lazy("Tất cả")), *Dispute.State.choices],
    )
    field_order = ("loai", "tu", "den")

    @property
    def says_days(self) -> bool:
        """Whether the person asked for certain days."""
        return self.is_valid() and bool(self.cleaned_data.get("tu") or self.cleaned_data.get("den"))


class OwnedForm(forms.Form):
    """Who looks after something."""

    owner = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Người theo dõi"),
        required=False,
        empty_label=gettext_lazy("chưa giao ai"),
    )

    def __init__(self, people: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["owner"]
        field.queryset = people
        field.label_from_instance = lambda person: person.name or person.email or f"{person.pk}"


class DisputeForm(OwnedForm):
    """What staff keep of a dispute for themselves."""

    note = forms.CharField(
        label=gettext_lazy("Ghi chú"), max_length=500, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Đã gửi gì cho cổng, đã hỏi ai. Khách và người bán không thấy."),
    )  # fmt: skip


class ArrivedForm(forms.Form):
    """How many đồng the bank got of what a provider paid out in another currency, and the bank's own line of it."""

    arrived = SumField(
        label=gettext_lazy("Ngân hàng nhận được"),
        error_messages={"required": gettext_lazy("Hãy ghi số tiền.")},
    )
    receipt = forms.ModelChoiceField(
        Receipt.objects.none(), label=gettext_lazy("Khoản tiền ngân hàng đã báo"), required=False,
        empty_label=gettext_lazy("chưa báo"),
    )  # fmt: skip

    def __init__(self, receipts: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_receipts(self, receipts)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("receipt") and said.get("arrived") and said["receipt"].amount != said["arrived"]:
            self.add_error("receipt", _("Khoản này ngân hàng báo số tiền khác."))
        return said


class DayForm(OwnedForm):
    """What a person notes of a day on which an account was compared with the books."""

    bank_balance = forms.CharField(
        label=gettext_lazy("Số dư cuối ngày ở ngân hàng"), max_length=30, required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Ghi chú"), max_length=500, required=False, widget=forms.Textarea({"rows": 3})
    )

    def clean_bank_balance(self) -> int | None:
        text = re.sub(r"[\s.,₫đ]", "", self.cleaned_data["bank_balance"])
        if not text:
            return None
        if not re.fullmatch(r"-?\d{1,15}", text, re.ASCII):
            raise ValidationError(_("Hãy ghi số dư bằng chữ số, như 12.500.000."), code="bad_amount")
        return int(text)
