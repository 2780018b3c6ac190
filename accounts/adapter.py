"""How django-allauth reaches our people: phones stand on the user row, codes go out by our message backend."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import services
from accounts.models import User
from accounts.phones import read_phone
from common.messaging import send_text


class PhoneField(forms.CharField):
    """A Vietnamese phone number; its value is E.164."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Số điện thoại"))
        kwargs.setdefault("max_length", 20)
        super().__init__(**kwargs)
        self.widget.attrs.update(
            {"type": "tel", "inputmode": "tel", "autocomplete": "tel", "placeholder": "0912 345 678"}
        )
        self.widget.input_type = "tel"

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return read_phone(text) if text else ""


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by a code sent to the phone, for everybody who sells, helps or reads figures."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up alone: volunteers open shops, officers appoint volunteers and heads."""
        return False

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        return PhoneField(**kwargs)

    def clean_phone(self, phone: str) -> str:
        return read_phone(phone)

    def get_user_by_phone(self, phone: str) -> User | None:
        return User.objects.filter(phone=phone, is_active=True).first()

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, True) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        services.mark_phone_verified(user, phone)

    def set_phone_verified(self, user: User, phone: str) -> None:
        services.mark_phone_verified(user, phone)

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        send_text(
            phone,
            _("Mã đăng nhập Chợ Bản của bạn là %(code)s. Không đưa mã cho ai.") % {"code": code},
            self.request,
        )

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        """The answer on the page is the same as for a known number; only the phone's owner learns more."""
        send_text(
            phone,
            _("Số này chưa có tài khoản Chợ Bản. Hãy nhờ trưởng thôn hoặc đoàn viên mở giúp."),
            self.request,
        )
