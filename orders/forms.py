"""What a farmer answers about an order."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.adapter import PhoneField
from common.folding import nfc
from orders.services import Sent
from orders.states import FARMERS_NEXT, State


class StepForm(forms.Form):
    """The one next step, as the button that was pressed names it."""

    to = forms.ChoiceField(choices=[(state.value, state.label) for state in FARMERS_NEXT.values()])
    carried_by = forms.CharField(label=_("Gửi với ai (hãng, nhà xe, biển số)"), max_length=60, required=False)
    carrier_phone = PhoneField(label=_("Số điện thoại nhà xe"), required=False)
    tracking = forms.CharField(label=_("Mã vận đơn"), max_length=40, required=False)

    def step(self) -> State:
        """The state to go to."""
        return State(self.cleaned_data["to"])

    def sent(self) -> Sent:
        """With whom the goods travel, as far as it was said."""
        said = self.cleaned_data
        return Sent(said["carried_by"], said["carrier_phone"] or "", said["tracking"])


class CancelForm(forms.Form):
    """Why an order is given up. The buyer reads the reason."""

    OTHER = "other"
    REASONS = {
        "sold_out": _("Hết hàng mất rồi"),
        "not_wanted": _("Khách không lấy nữa"),
        "not_reached": _("Gọi khách không được"),
        "cannot_send": _("Không gửi hàng được"),
        "no_show": _("Khách không đến lấy"),
        OTHER: _("Lý do khác"),
    }
    reason = forms.ChoiceField(
        label=_("Vì sao hủy đơn?"), choices=list(REASONS.items()), widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn một lý do."), "invalid_choice": _("Hãy chọn một lý do.")},
    )  # fmt: skip
    words = forms.CharField(label=_("Nói rõ thêm"), max_length=150, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("reason") == self.OTHER and not said.get("words") and "words" not in self.errors:
            self.add_error("words", _("Hãy ghi lý do."))
        return said

    def sentence(self) -> str:
        """The reason as it is kept and shown."""
        reason, words = self.cleaned_data["reason"], nfc(self.cleaned_data["words"])
        if reason == self.OTHER:
            return words
        return f"{self.REASONS[reason]}. {words}".strip() if words else str(self.REASONS[reason])


class ReturnForm(forms.Form):
    """Why goods came back."""

    REASONS = {
        "not_taken": _("Khách không nhận hàng"),
        "no_show": _("Khách không đến lấy"),
        "not_found": _("Không giao được, hàng quay về"),
        "sent_back": _("Khách trả lại hàng"),
    }
    reason = forms.ChoiceField(
        label=_("Vì sao hàng về?"), choices=list(REASONS.items()), widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn một lý do.")},
    )  # fmt: skip

    def sentence(self) -> str:
        """The reason as it is kept and shown."""
        return str(self.REASONS[self.cleaned_data["reason"]])
