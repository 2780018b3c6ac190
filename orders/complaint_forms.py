"""What buyers, sellers and officers type about a complaint."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.money import BadAmount, read_dong
from orders.complaints import MOST_PHOTOS, Report
from orders.models import Complaint, Order
from orders.states import LineState
from sellers.forms import PhotoInput


class LineChoice(forms.ModelChoiceField):
    """A line of an order, called by its title."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


class ComplaintForm(forms.Form):
    """What is wrong, with which goods, in a few words and up to three photos."""

    kind = forms.ChoiceField(
        label=_("Có chuyện gì?"), choices=Complaint.Kind.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn một câu trả lời.")},
    )  # fmt: skip
    line = LineChoice(label=_("Món nào"), queryset=None, required=False, empty_label=_("Cả đơn"))
    text = forms.CharField(
        label=_("Kể rõ hơn"), max_length=1000, widget=forms.Textarea({"rows": 4, "maxlength": 1000}),
        error_messages={"required": _("Hãy kể vài lời để người bán hiểu.")},
    )  # fmt: skip
    photo_1 = forms.FileField(label=_("Ảnh"), required=False, widget=PhotoInput(), max_length=200)
    photo_2 = forms.FileField(label=_("Ảnh thứ hai"), required=False, widget=PhotoInput(), max_length=200)
    photo_3 = forms.FileField(label=_("Ảnh thứ ba"), required=False, widget=PhotoInput(), max_length=200)

    def __init__(self, order: Order, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["line"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = order.lines.exclude(state=LineState.DROPPED).order_by("pk")

    def photos(self) -> list[forms.BoundField]:
        """The fields for photos, for the page."""
        return [self[f"photo_{number}"] for number in range(1, MOST_PHOTOS + 1)]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("kind") == Complaint.Kind.RETURN and not said.get("line"):
            self.add_error("line", _("Hãy chọn món muốn trả."))
        return said

    def said(self) -> Report:
        """What was said, for the service."""
        said = self.cleaned_data
        photos: list[Any] = [
            photo for number in range(1, MOST_PHOTOS + 1) if (photo := said[f"photo_{number}"])
        ]
        return Report(said["kind"], said["text"], said["line"], tuple(photos))


class AmountForm(forms.Form):
    """How much goes back, and why; 0 for nothing."""

    amount = forms.CharField(label=_("Trả lại khách bao nhiêu"), max_length=30)
    text = forms.CharField(
        label=_("Nói với khách"), max_length=500, widget=forms.Textarea({"rows": 3, "maxlength": 500}),
        error_messages={"required": _("Hãy viết vài lời.")},
    )  # fmt: skip

    def clean_amount(self) -> int:
        try:
            return read_dong(self.cleaned_data["amount"])
        except BadAmount as bad:
            raise forms.ValidationError(str(bad)) from bad


class AwardForm(AmountForm):
    """An officer's word to both."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Lý do, cả hai bên đọc được")
