"""Which figures are asked for."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.days import local_day, months_back
from growth.windows import Window
from growth.wording import channel_name

LONGEST = 3 * 366  # days


class PeriodForm(forms.Form):
    """The days and the channel of a table; without any, the last twelve months with the running one, all channels."""

    tu = forms.DateField(
        label=_("Từ ngày"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    den = forms.DateField(
        label=_("Đến hết ngày"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    kenh = forms.ChoiceField(label=_("Bán ở đâu"), required=False)

    def __init__(self, data: Any, *, channels: list[str], today: date | None = None) -> None:
        self.today = today or local_day()
        first = months_back(self.today, 11)
        super().__init__({"tu": first.isoformat(), "den": self.today.isoformat()} | data.dict())
        choices = [("", _("Tất cả")), *((channel, channel_name(channel)) for channel in channels)]
        self.fields["kenh"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        start, end = said.get("tu"), said.get("den")
        if start is None and "tu" not in self.errors:
            said["tu"] = start = months_back(self.today, 11)
        if end is None and "den" not in self.errors:
            said["den"] = end = self.today
        if start and end and start > end:
            self.add_error("den", _("Ngày sau phải không sớm hơn ngày trước."))
        elif start and end and end - start > timedelta(days=LONGEST):
            self.add_error("tu", _("Chọn nhiều nhất ba năm."))
        return said

    @property
    def window(self) -> Window:
        """The days asked for; of a valid form."""
        return Window(self.cleaned_data["tu"], self.cleaned_data["den"])
