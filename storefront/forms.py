"""What buyers type: quantities, the checkout, the search for a lost order. What editors upload."""

import secrets
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from wagtail.images.forms import BaseImageForm

from accounts.adapter import PhoneField
from accounts.models import User
from catalog.models import Product
from catalog.queries import product_to_buy
from common.folding import fold
from common.quantity import BadQuantity, read_quantity
from orders.placing import BuyerFacts
from payments import methods
from payments.providers.base import Method as Way
from places.models import Level, Place
from places.typed import communes_like, communes_near, label_of
from sellers.errors import PictureRefused
from sellers.models import Picture
from sellers.photos import BadPhoto, clean_photo
from sellers.tasks import make_renditions


class QuantityField(forms.CharField):
    """A quantity with a comma or a point; its value is a Decimal."""

    def clean(self, value: Any) -> Decimal:
        try:
            return read_quantity(super().clean(value) or "")
        except BadQuantity as bad:
            raise forms.ValidationError(str(bad)) from bad


class ProductField(forms.ModelChoiceField):
    """A product on sale, by its public code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Product.objects.on_sale(), to_field_name="public_code", **options)

    def to_python(self, value: Any) -> Product | None:
        """The product with its shop. 1 query."""
        if value in self.empty_values:
            return None
        product = product_to_buy(str(value))
        if product is None:
            raise forms.ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value}
            )
        return product


class AddForm(forms.Form):
    """Something for the cart."""

    product = ProductField()
    quantity = QuantityField(label=_("Số lượng"))
    price = forms.IntegerField(min_value=1, max_value=10**12, required=False)  # as it stood on the page


MOST_GUESSES = 8


class CommuneInput(forms.TextInput):
    """A line to type in; where the page also offers a list, what was chosen there counts."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        values = data.getlist(name) if isinstance(data, QueryDict) else [data.get(name)]
        return next((value for value in reversed(values) if value), "")


class CommuneField(forms.CharField):
    """A commune, typed with or without accents ("chi lang, lang son") and chosen from a list of all of them.

    What may be meant by a name that is old or stands for several is kept in `guesses`, for the page to ask.
    """

    guesses: Sequence[Place] = ()

    def clean(self, value: Any) -> Place | None:
        text = super().clean(value)
        if not text:
            return None
        rows = communes_like(text, MOST_GUESSES)
        wanted = fold(text)
        exact = [
            row
            for row in rows
            if wanted in (fold(label_of(row)), fold(f"{row.name} {row.parent.name if row.parent else ''}"))
        ]
        if len(exact) == 1 or len(rows) == 1:
            return (exact or rows)[0]
        if rows:
            self.guesses = rows
            raise forms.ValidationError(
                _("Có nhiều nơi tên như vậy. Hãy ghi cả tỉnh, ví dụ “Xã Chi Lăng, Lạng Sơn”.")
            )
        self.guesses = communes_near(text, MOST_GUESSES)
        if self.guesses:
            raise forms.ValidationError(_("Tên này có từ trước 1/7/2025. Hãy chọn xã, phường bây giờ."))
        raise forms.ValidationError(
            _("Không thấy xã, phường này. Hãy ghi tên mới (sau 1/7/2025) kèm tên tỉnh.")
        )


def commune_named(text: str) -> Place | None:
    """The one commune that a text names, if it does. 2 queries at most."""
    try:
        return CommuneField(max_length=120, required=False).clean(text)
    except forms.ValidationError:
        return None


def communes_of(province: str) -> list[str]:
    """The communes of a province by its code, as a person would type them. 1 query."""
    rows = Place.objects.active().filter(level=Level.COMMUNE, parent__code=province).select_related("parent")
    return [label_of(place) for place in rows.order_by("folded")]


class CheckoutForm(forms.Form):
    """Who receives the goods, and how they pay. `form_key` makes a double tap one purchase."""

    name = forms.CharField(
        label=_("Tên người nhận"), max_length=80, widget=forms.TextInput({"autocomplete": "name"})
    )
    phone = PhoneField(label=_("Số điện thoại người nhận"))
    commune = CommuneField(
        label=_("Xã, phường"),
        max_length=120,
        help_text=_("Ghi tên xã hoặc phường, rồi tên tỉnh. Không cần dấu."),
        widget=CommuneInput(
            {
                "autocomplete": "off",
                "placeholder": _("Phường Đông Kinh, Lạng Sơn"),
                "list": "communes",
                "data-leads": "xa",
            }
        ),
    )
    address = forms.CharField(
        label=_("Số nhà, đường, thôn"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "street-address"}),
    )
    note = forms.CharField(
        label=_("Nhắn người bán"),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2, "maxlength": 300}),
    )
    pay = forms.ChoiceField(
        label=_("Cách trả tiền"), widget=forms.RadioSelect, initial="vietqr",
        choices=lambda: [(way.code, way.label) for way in methods.all_ways()],
    )  # fmt: skip
    form_key = forms.CharField(widget=forms.HiddenInput, min_length=16, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = secrets.token_hex(16)

    def offer(self, ways: Sequence[Way]) -> None:
        """Show these ways to pay only, the first of them ticked."""
        field = self.fields["pay"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(way.code, way.said) for way in ways]
        if ways and field.initial not in {way.code for way in ways}:
            field.initial = ways[0].code

    @property
    def guesses(self) -> list[str]:
        """Communes that may be meant by what was typed, as a person would type them. Asked once the form was checked."""
        field = self.fields["commune"]
        assert isinstance(field, CommuneField)
        return [label_of(place) for place in field.guesses]

    def buyer(self, cart_key: str, user: User | None) -> BuyerFacts:
        """The typed facts for the checkout service."""
        said = self.cleaned_data
        return BuyerFacts(
            key=cart_key, name=said["name"], phone=said["phone"], commune=said["commune"], address=said["address"],
            note=said["note"], pay_on_delivery=said["pay"] == "cod", user=user,
        )  # fmt: skip


class FindOrderForm(forms.Form):
    """For a buyer who lost the link."""

    code = forms.CharField(
        label=_("Mã đơn"), max_length=12, help_text=_("10 chữ và số, có trong tin nhắn của bạn."),
        widget=forms.TextInput({"autocapitalize": "characters", "autocomplete": "off"}),
    )  # fmt: skip
    phone = PhoneField(label=_("Số điện thoại đã đặt hàng"))


class EditorsPictureForm(BaseImageForm):
    """A picture uploaded in the admin: cleaned like a farmer's, its sizes made by a task after the commit."""

    def clean_file(self) -> Any:
        """The photo without metadata, at most 1280 px long."""
        file = self.cleaned_data["file"]
        if "file" not in self.changed_data:
            return file
        try:
            clean = clean_photo(file)
        except BadPhoto as bad:
            raise forms.ValidationError(str(PictureRefused(bad.code))) from bad
        return ContentFile(clean.jpeg, name="photo.jpg")

    def save(self, commit: bool = True) -> Picture:
        picture = super().save(commit=commit)
        if commit and "file" in self.changed_data:
            transaction.on_commit(lambda: make_renditions.enqueue(picture.pk))
        return picture
