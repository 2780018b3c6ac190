"""What a farmer or a village head answers about one way of delivery: where and when, and what it costs to whom."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms import QuantityField
from common.money import BadAmount, read_dong
from orders.carriers import offered
from orders.delivery_models import EVERY_DAY, DeliveryMethod, DeliveryRate
from orders.delivery_setup import Fee, MethodFacts
from places.models import Place
from places.typed import communes_like, label_of

WEEKDAYS = [
    (0, _("Thứ Hai")), (1, _("Thứ Ba")), (2, _("Thứ Tư")), (3, _("Thứ Năm")), (4, _("Thứ Sáu")), (5, _("Thứ Bảy")),
    (6, _("Chủ nhật")),
]  # fmt: skip
REACHES = (DeliveryRate.Reach.COMMUNE, DeliveryRate.Reach.PROVINCE, DeliveryRate.Reach.COUNTRY)
MOST_PLACES = 40
HINTS = {
    DeliveryMethod.Kind.FARM: _("Đường vào nhà, giờ có người ở nhà"),
    DeliveryMethod.Kind.POINT: _("Lấy ở đâu, giờ nào"),
    DeliveryMethod.Kind.OWN: _("Dặn khách điều gì (giờ giao…)"),
    DeliveryMethod.Kind.BUS: _("Nhà xe nào, khách ra đâu lấy"),
    DeliveryMethod.Kind.CARRIER: _("Hãng nào"),
    DeliveryMethod.Kind.VILLAGE: _("Bản gửi thế nào"),
}


class FeeField(forms.CharField):
    """Whole đồng, 0 included, as people say them: 30k, 30.000. Nothing means: not served."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, required=False, **kwargs)
        self.widget.attrs |= {"autocomplete": "off", "data-dong": True}

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_dong(text)
        except BadAmount as bad:
            raise forms.ValidationError(str(bad)) from bad


class DeliveryForm(forms.Form):
    """One way of delivery. Ways that the buyer comes for are asked no fees."""

    hint = forms.CharField(max_length=160, required=False)
    carrier = forms.ChoiceField(
        label=_("Gửi với hãng nào"), required=False, widget=forms.RadioSelect,
        help_text=_("Chọn một hãng thì đặt được hãng đến lấy ngay trên máy."),
    )  # fmt: skip
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Những ngày nào"), coerce=int, choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Hãy chọn ít nhất một ngày.")},
    )  # fmt: skip
    days_from = forms.IntegerField(label=_("Đặt xong sớm nhất mấy ngày có hàng"), min_value=0, max_value=30)
    days_to = forms.IntegerField(label=_("Muộn nhất mấy ngày"), min_value=0, max_value=30)
    fee_2 = FeeField(label=_("Trong xã"))
    fee_1 = FeeField(label=_("Trong tỉnh"))
    fee_0 = FeeField(label=_("Tỉnh khác"))
    places = forms.CharField(
        label=_("Nơi tính phí riêng"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3}),
        help_text=_("Mỗi dòng một xã, phường rồi phí. Ví dụ: Xã Chi Lăng, Lạng Sơn: 10.000"),
    )  # fmt: skip
    first_kilos = QuantityField(label=_("Phí trên là cho mấy kg đầu"), required=False, above_zero=True)
    per_kilo = FeeField(label=_("Mỗi kg sau đó thêm"))
    free_from = FeeField(label=_("Mua từ bao nhiêu thì giao không lấy tiền"))

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["hint"].label = HINTS[DeliveryMethod.Kind(kind)]
        movers = offered() if kind == DeliveryMethod.Kind.CARRIER else {}
        if movers:
            names = [(code, mover.name) for code, mover in movers.items()]
            field = self.fields["carrier"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [*names, ("", _("Hãng khác, tôi tự gửi"))]
            self.order_fields(["carrier"])
            self.fields["hint"].label = _("Dặn khách điều gì, hoặc hãng nào")
        else:
            del self.fields["carrier"]
        if kind in DeliveryMethod.PICKED_UP:
            for name in ("fee_2", "fee_1", "fee_0", "places", "first_kilos", "per_kilo", "free_from"):
                del self.fields[name]

    @property
    def has_fees(self) -> bool:
        return "fee_0" in self.fields

    @classmethod
    def values_of(cls, method: DeliveryMethod | None) -> dict[str, Any]:
        """A method as this form's first values; usual ones for a new way."""
        if method is None:
            return {"weekdays": list(range(7)), "days_from": 1, "days_to": 3, "first_kilos": Decimal(2)}
        said: dict[str, Any] = {
            "carrier": method.carrier, "hint": method.hint, "weekdays": [day for day in range(7) if method.weekdays >> day & 1],
            "days_from": method.days_from, "days_to": method.days_to,
        }  # fmt: skip
        own = [(rate.place, rate.fee) for rate in method.rates.all()]
        said["places"] = "\n".join(f"{label_of(place)}: {_typed(fee)}" for place, fee in own if place)
        # one set of terms for all reaches; where they differ the dearest reach's are the ones to keep
        for rate in sorted(method.rates.all(), key=lambda rate: rate.fee):
            if rate.reach is not None:
                said |= {
                    f"fee_{rate.reach}": _typed(rate.fee), "first_kilos": Decimal(rate.first_grams) / 1000,
                    "per_kilo": _typed(rate.per_kilo), "free_from": _typed(rate.free_from),
                }  # fmt: skip
        return said

    def clean_places(self) -> dict[Place, int]:
        """Each commune that was named, with its fee in đồng."""
        found: dict[Place, int] = {}
        lines = [line.strip() for line in self.cleaned_data["places"].splitlines() if line.strip()]
        if len(lines) > MOST_PLACES:
            raise forms.ValidationError(_("Nhiều nhất 40 nơi."))
        for line in lines:
            name, _colon, fee = line.rpartition(":")
            rows = communes_like(name, 2) if name else []
            if len(rows) != 1:
                raise forms.ValidationError(
                    _("Không rõ nơi nào: “%(line)s”. Ghi tên xã, tên tỉnh, dấu hai chấm rồi phí.")
                    % {"line": line}
                )
            try:
                found[rows[0]] = read_dong(fee)
            except BadAmount as bad:
                raise forms.ValidationError(f"“{line}”: {bad}") from bad
        return found

    def facts(self) -> MethodFacts:
        """What was said of the way itself."""
        said = self.cleaned_data
        weekdays = sum(1 << day for day in said["weekdays"])
        return MethodFacts(
            said["hint"],
            weekdays & EVERY_DAY,
            said["days_from"],
            said["days_to"],
            carrier=said.get("carrier", ""),
        )

    def fees(self) -> dict[int, Fee]:
        """What was said of the fees, by reach; empty for ways without."""
        if not self.has_fees:
            return {}
        said = self.cleaned_data
        return {
            int(reach): self._fee(fee) for reach in REACHES if (fee := said[f"fee_{reach.value}"]) is not None
        }

    def named(self) -> dict[Place, Fee]:
        """Communes with fees of their own, on the same terms."""
        return {place: self._fee(fee) for place, fee in self.cleaned_data.get("places", {}).items()}

    def _fee(self, fee: int) -> Fee:
        said = self.cleaned_data
        grams = int((said["first_kilos"] or Decimal(2)) * 1000)
        return Fee(fee, grams, said["per_kilo"] or 0, said["free_from"] or None)


def _typed(amount: int | None) -> str:
    return "" if amount is None else f"{amount:,}".replace(",", ".")
