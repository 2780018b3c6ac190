"""What farmers and their helpers type about a shop."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.folding import nfc
from sellers.simple_front import FrontWords


class PhotoInput(forms.FileInput):
    """A photo from the camera or the gallery; the phone offers both. photo.js makes it smaller before it is sent."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, camera: bool = False) -> None:
        wishes: dict[str, Any] = {"accept": "image/*", "data-photo": True}
        super().__init__(wishes | ({"capture": "environment"} if camera else {}) | (attrs or {}))


class ShopFrontForm(forms.Form):
    """The shop's page in a few plain questions."""

    tagline = forms.CharField(
        label=_("Một câu giới thiệu"), max_length=120, required=False,
        help_text=_("Câu đầu tiên khách đọc. Ví dụ: Hồng vành khuyên trồng trên núi đá, hái buổi sáng."),
    )  # fmt: skip
    photo = forms.FileField(
        label=_("Ảnh lớn đầu trang"), required=False, widget=PhotoInput(), max_length=200,
        help_text=_("Ảnh vườn, ảnh nhà hoặc ảnh người trồng."),
    )  # fmt: skip
    story = forms.CharField(
        label=_("Chuyện nhà mình"), max_length=1400, required=False, strip=True, widget=forms.Textarea({"rows": 6}),
        help_text=_("Nhà mình ở đâu, trồng thế nào. Nói như kể cho khách nghe."),
    )  # fmt: skip
    delivery_days = forms.CharField(
        label=_("Ngày gửi hàng"),
        max_length=80,
        required=False,
        help_text=_("Ví dụ: thứ Ba và thứ Sáu hằng tuần."),
    )
    delivery = forms.CharField(
        label=_("Cách gửi"), max_length=400, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("Ví dụ: gửi xe khách về Hà Nội, khách ra bến nhận."),
    )  # fmt: skip
    notice = forms.CharField(
        label=_("Nhắn khách"), max_length=200, required=False, widget=forms.Textarea({"rows": 2}),
        help_text=_("Chuyện khách cần biết ngay. Ví dụ: nhà nghỉ bán từ 20 đến 25 tháng Chạp."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The delivery block needs both answers; one alone would say too little."""
        said = super().clean() or {}
        if said.get("delivery") and not said.get("delivery_days") and "delivery_days" not in self.errors:
            self.add_error("delivery_days", _("Hãy ghi ngày gửi hàng."))
        if said.get("delivery_days") and not said.get("delivery") and "delivery" not in self.errors:
            self.add_error("delivery", _("Hãy ghi cách gửi."))
        return said

    def words(self) -> FrontWords:
        """The answers, in the composed letters we store."""
        said = {
            name: nfc(value.replace("\r\n", "\n"))
            for name, value in self.cleaned_data.items()
            if name != "photo"
        }
        return FrontWords(**said)
