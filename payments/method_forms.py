"""Which ways to pay are taken, and between which amounts."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from payments.desk_forms import SumField
from payments.models import MethodRule
from payments.providers.base import Method as Way


class Said(NamedTuple):
    """What is said of one way: whether it is taken, and the least and most in đồng."""

    taken: bool
    least: int | None
    most: int | None


class WayFields(NamedTuple):
    """One way as the page shows it."""

    way: Way
    taken: BoundField
    least: BoundField
    most: BoundField


class WaysForm(forms.Form):
    """A question for each way that this installation has: taken or not, from which amount to which."""

    def __init__(
        self, *args: Any, ways: Iterable[Way], rules: Mapping[str, MethodRule], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.ways = list(ways)
        for way in self.ways:
            rule = rules.get(way.code)
            self.fields[f"take-{way.code}"] = forms.BooleanField(
                label=way.label, required=False, initial=not (rule and rule.refused)
            )
            for name, label in (("least", _("Từ")), ("most", _("Đến"))):
                kept = getattr(rule, name) if rule else None
                self.fields[f"{name}-{way.code}"] = SumField(label=label, required=False, initial=kept)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for way in self.ways:
            least, most = found.get(f"least-{way.code}"), found.get(f"most-{way.code}")
            if least and most and least > most:
                self.add_error(f"most-{way.code}", _("Số sau phải lớn hơn số trước."))
        if not any(found.get(f"take-{way.code}") for way in self.ways):
            raise forms.ValidationError(_("Phải nhận ít nhất một cách, không thì không ai mua được."))
        return found

    def said(self) -> dict[str, Said]:
        """What was said, by the way's code."""
        found = self.cleaned_data
        return {
            way.code: Said(
                found[f"take-{way.code}"], found.get(f"least-{way.code}") or None, found.get(f"most-{way.code}") or None
            )
            for way in self.ways
        }  # fmt: skip

    def rows(self) -> list[WayFields]:
        """The fields, way by way."""
        return [
            WayFields(way, *(self[f"{name}-{way.code}"] for name in ("take", "least", "most")))
            for way in self.ways
        ]
