"""What buyers, shops and officers type about reviews."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.folding import nfc
from orders.models import Review
from orders.reviews import Said
from sellers.forms import PhotoInput

STAR_WORDS = [
    (5, _("Rất ngon")), (4, _("Ngon")), (3, _("Tạm được")), (2, _("Chưa ưng")), (1, _("Không hài lòng")),
]  # fmt: skip


class ReviewForm(forms.Form):
    """Stars, a few words, one photo. `no_photo` takes away the photo that is there."""

    stars = forms.TypedChoiceField(
        label=_("Bạn thấy hàng thế nào?"), coerce=int, choices=STAR_WORDS, widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn số sao."), "invalid_choice": _("Hãy chọn số sao.")},
    )  # fmt: skip
    text = forms.CharField(
        label=_("Kể thêm cho người bán và khách khác"), max_length=1000, required=False,
        widget=forms.Textarea({"rows": 5, "maxlength": 1000}),
        help_text=_("Đừng ghi số điện thoại hay địa chỉ: ai cũng đọc được."),
    )  # fmt: skip
    photo = forms.FileField(label=_("Ảnh"), required=False, widget=PhotoInput(), max_length=200)
    no_photo = forms.BooleanField(label=_("Bỏ ảnh này"), required=False)

    @classmethod
    def values_of(cls, review: Review | None) -> dict[str, Any]:
        """A review as this form's first values."""
        return {"stars": review.stars, "text": review.text} if review else {}

    def said(self) -> Said:
        """What was said, for the service."""
        return Said(**self.cleaned_data)


class AnswerForm(forms.Form):
    """What the shop says below a review; nothing takes the answer back."""

    answer = forms.CharField(
        label=_("Trả lời của nhà mình"), max_length=500, required=False,
        widget=forms.Textarea({"rows": 3, "maxlength": 500}), help_text=_("Khách nào cũng đọc được. Để trống là gỡ."),
    )  # fmt: skip


class ReportForm(forms.Form):
    """Why a review should be looked at."""

    REASONS = {
        "rude": _("Lời lẽ thô tục, xúc phạm"),
        "private": _("Lộ số điện thoại, địa chỉ của người khác"),
        "advert": _("Quảng cáo, mời mua chỗ khác"),
        "other_goods": _("Không nói về món hàng này"),
        "untrue": _("Nói sai sự thật"),
    }
    who = _("Khách báo")
    reason = forms.ChoiceField(
        label=_("Nhận xét này sai ở đâu?"), choices=list(REASONS.items()), widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn một lý do."), "invalid_choice": _("Hãy chọn một lý do.")},
    )  # fmt: skip

    def sentence(self) -> str:
        """The reason as the officers read it."""
        return f"{self.who}: {self.REASONS[self.cleaned_data['reason']]}."


class SellerReportForm(ReportForm):
    """The same from the shop, which may add its own words."""

    who = _("Người bán báo")
    words = forms.CharField(label=_("Nói rõ thêm"), max_length=110, required=False)

    def sentence(self) -> str:
        return f"{super().sentence()} {nfc(self.cleaned_data['words'])}".strip()


class DecisionForm(forms.Form):
    """An officer's word on a review: it stays, or it goes, and why."""

    KEEP, HIDE = "keep", "hide"
    REASONS = {
        "rude": _("Lời lẽ thô tục, xúc phạm"),
        "private": _("Lộ thông tin riêng của người khác"),
        "advert": _("Quảng cáo"),
        "other_goods": _("Không nói về món hàng này"),
        "other": _("Lý do khác"),
    }
    decision = forms.ChoiceField(choices=[(KEEP, KEEP), (HIDE, HIDE)])
    reason = forms.ChoiceField(
        label=_("Vì sao ẩn?"), choices=list(REASONS.items()), widget=forms.RadioSelect, required=False,
        error_messages={"invalid_choice": _("Hãy chọn một lý do.")},
    )  # fmt: skip
    words = forms.CharField(label=_("Nói rõ thêm"), max_length=140, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("decision") == self.HIDE and "reason" not in self.errors:
            if not said.get("reason"):
                self.add_error("reason", _("Hãy chọn một lý do. Người viết đọc được lý do này."))
            elif said["reason"] == "other" and not said.get("words"):
                self.add_error("words", _("Hãy ghi lý do."))
        return said

    @property
    def hides(self) -> bool:
        """Whether the review goes."""
        return self.cleaned_data["decision"] == self.HIDE

    def sentence(self) -> str:
        """The reason as it is kept; the author of a hidden review reads it."""
        reason, words = self.cleaned_data["reason"], nfc(self.cleaned_data["words"])
        if not self.hides or reason == "other":
            return words
        return f"{self.REASONS[reason]}. {words}".strip()
