"""Made-up samples for the page of components: no database behind it."""

from types import SimpleNamespace as Sample
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from payments import qr, vietqr


class KitForm(forms.Form):
    """One field of each kind, the first of them wrong."""

    phone = forms.CharField(
        label=_("Số điện thoại"), help_text=_("Ghi tên xã hoặc phường, rồi tên tỉnh. Không cần dấu.")
    )
    note = forms.CharField(label=_("Ghi chú"), required=False, widget=forms.Textarea({"rows": 2}))
    pay = forms.ChoiceField(
        label=_("Cách trả tiền"), widget=forms.RadioSelect, initial="a",
        choices=[("a", _("Chuyển khoản VietQR")), ("b", _("Trả tiền khi nhận hàng"))],
    )  # fmt: skip
    agreed = forms.BooleanField(label=_("Đang mùa"), required=False)


def _place(name: str, parent: Any = None) -> Sample:
    return Sample(name=name, full_name=name, slug="x", parent=parent)


def _product(title: str, price: int, **facts: Any) -> Sample:
    village = _place("Thôn Đồng Mỏ", _place("Xã Chi Lăng", _place("Lạng Sơn")))
    shop = Sample(name="Vườn nhà Sen", village=village)
    usual = {
        "in_stock": True,
        "in_season_now": False,
        "all_year": True,
        "picture": None,
        "get_unit_display": "kg",
    }
    return Sample(title=title, price=price, shop=shop, get_absolute_url="#", **(usual | facts))


def samples() -> dict[str, Any]:
    """What the page of components shows."""
    form = KitForm({"phone": "O912", "note": "Gửi xe khách", "pay": "a"})
    form.add_error("phone", _("Số điện thoại chưa đúng. Số di động có 10 chữ số, ví dụ 0912 345 678."))
    transfer = vietqr.VietQR(bank_bin="970405", account="3500201234567", amount=150_000, memo="LUA7K2M9QXH")
    code: SafeString = qr.svg(
        vietqr.encode(transfer), label=_("Mã VietQR cho %(code)s") % {"code": "LUA7K2M9QXH"}
    )
    shop = _product("", 0).shop
    return {
        "form": form,
        "products": [
            _product("Hồng vành khuyên", 35_000, all_year=False, in_season_now=True),
            _product("Mật ong rừng", 180_000, get_unit_display="chai"),
            _product("Na dai Chi Lăng", 45_000, in_stock=False),
        ],
        "shop": Sample(
            name=shop.name,
            village=shop.village,
            front=Sample(cover=None, tagline="Nhà trồng, nhà hái"),
            get_absolute_url="#",
        ),
        "qr": code,
        "colors": ["brand", "accent", "price", "danger", "warn", "info"],
    }
