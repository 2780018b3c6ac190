"""Settings of payments that must be right before anything starts."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from payments.order_codes import BadPrefix, check_prefix


@register()
def code_prefix(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A prefix that its own codes could contain would find order codes where none are."""
    try:
        check_prefix(settings.PAYMENT_CODE_PREFIX)
    except BadPrefix as bad:
        return [Error(f"PAYMENT_CODE_PREFIX: {bad}", id="payments.E001")]
    return []
