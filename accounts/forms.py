"""allauth's sign-in forms in words that a farmer uses."""

from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm, LoginForm, RequestLoginCodeForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Channel, User


class ReachedByForm(forms.Form):
    """How a person wants to hear of their orders: the ways this installation has."""

    reached_by = forms.ChoiceField(label=_("Báo tin cho tôi bằng"), widget=forms.RadioSelect)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"reached_by": user.reached_by})
        super().__init__(*args, **kwargs)
        having = {Channel.SMS, Channel.NONE, *settings.MESSAGE_CHANNELS}
        if not user.email:
            having.discard(Channel.EMAIL)
        if not user.push_devices.exists():
            having.discard(Channel.PUSH)  # a browser has to agree first, by the button below
        field = self.fields["reached_by"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [choice for choice in Channel.choices if choice[0] in having]


class AskForCode(RequestLoginCodeForm):
    """The phone that a code goes to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].label = _("Số điện thoại")
        self.fields["phone"].required = True
        self.fields.pop("email", None)


class TypeCode(ConfirmLoginCodeForm):
    """The code that came."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = _("Mã 6 số")
        code.widget.attrs.update({"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "6"})
        code.widget.attrs.pop("placeholder", None)


class StaffSignIn(LoginForm):
    """E-mail and password, for staff."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {"login": _("Thư điện tử"), "password": _("Mật khẩu"), "remember": _("Nhớ máy này")}
        for name, field in self.fields.items():
            field.label = words.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
