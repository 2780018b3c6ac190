"""What a farmer answers about the lines of an order, what the scales say, and what becomes of a promised harvest."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms import DayField, QuantityField
from catalog.models import Product
from common.folding import nfc
from common.quantity import show_quantity
from orders.fulfilment import Answer, Can
from orders.models import Order, OrderLine
from orders.preorders import Rule
from orders.states import LineState

CAN_WORDS = {
    Can.ALL: _("Có đủ"), Can.PART: _("Chỉ có một phần"), Can.NONE: _("Không có"),
    Can.SUBSTITUTE: _("Thay bằng món khác"), Can.LATER: _("Để ngày khác"),
}  # fmt: skip


def lines_left(order: Order) -> list[OrderLine]:
    """Lines that are still part of the order. Uses prefetched lines."""
    return [line for line in order.lines.all() if line.state != LineState.DROPPED]


class LinesForm(forms.Form):
    """One question for each line: is it there? Fields are named after the line: co-5, so-5, thay-5, ngay-5."""

    reason = forms.CharField(label=_("Nhắn khách vì sao"), max_length=150, required=False)
    shelf_too = forms.BooleanField(label=_("Món thiếu thì trên kệ cũng hết"), required=False, initial=True)

    def __init__(self, order: Order, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines_left(order)
        others = Product.objects.on_sale().filter(shop_id=order.shop_id).order_by("title")
        for line in self.lines:
            self.fields[f"co-{line.pk}"] = forms.ChoiceField(
                label=line.title, choices=[(can.value, word) for can, word in CAN_WORDS.items()], initial=Can.ALL,
                widget=forms.RadioSelect, error_messages={"required": _("Hãy chọn một câu trả lời.")},
            )  # fmt: skip
            self.fields[f"so-{line.pk}"] = QuantityField(label=_("Bao nhiêu"), required=False)
            self.fields[f"thay-{line.pk}"] = forms.ModelChoiceField(
                others.exclude(pk=line.product_id),
                label=_("Món nào"),
                required=False,
                empty_label=_("Chọn món"),
            )
            self.fields[f"ngay-{line.pk}"] = DayField(label=_("Ngày nào có"), required=False)

    def rows(self) -> list[dict[str, Any]]:
        """Each line with its fields, for the page."""
        names = {"can": "co", "number": "so", "product": "thay", "day": "ngay"}
        return [
            {"line": line} | {key: self[f"{name}-{line.pk}"] for key, name in names.items()}
            for line in self.lines
        ]

    def answers(self) -> list[Answer]:
        """What was said, line by line."""
        said = self.cleaned_data
        return [
            Answer(
                line.pk, Can(said[f"co-{line.pk}"]), said[f"so-{line.pk}"], said[f"thay-{line.pk}"], said[f"ngay-{line.pk}"]
            )
            for line in self.lines
        ]  # fmt: skip

    @property
    def words(self) -> str:
        return nfc(self.cleaned_data["reason"].strip())


class PackForm(forms.Form):
    """What the scales show, one field for each line sold by weight: can-5."""

    charge_more = forms.BooleanField(label=_("Nặng hơn thì tính thêm tiền"), required=False)

    def __init__(self, order: Order, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [line for line in lines_left(order) if line.is_weighed]
        for line in self.lines:
            asked = {"title": line.title, "asked": show_quantity(line.given), "unit": line.get_unit_display()}
            self.fields[f"can-{line.pk}"] = QuantityField(
                label=_("%(title)s: cân được mấy %(unit)s (khách đặt %(asked)s)") % asked,
                error_messages={"required": _("Hãy ghi số cân được.")},
            )

    def weights(self) -> dict[int, Decimal]:
        """Kilos (or the line's unit) by line."""
        return {line.pk: self.cleaned_data[f"can-{line.pk}"] for line in self.lines}


class HarvestDayForm(forms.Form):
    """Another day of harvest."""

    day = DayField(label=_("Dời thu hoạch sang ngày"))


class HarvestShareForm(forms.Form):
    """A harvest that is too small, and how it is shared."""

    available = QuantityField(label=_("Thu được tất cả bao nhiêu"))
    rule = forms.ChoiceField(
        label=_("Chia thế nào"), widget=forms.RadioSelect, initial=Rule.FIRST_COME,
        choices=[(Rule.FIRST_COME.value, _("Ai đặt trước được trước")), (Rule.EQUAL.value, _("Chia đều cho mọi khách"))],
    )  # fmt: skip
