"""What every template may name."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Facts about this installation. Nothing of the visitor: public pages are the same for everybody."""
    return {
        "SITE_URL": settings.SITE_URL,
        "OPERATOR_NAME": settings.OPERATOR_NAME,
        "OPERATOR_PHONE": settings.OPERATOR_PHONE,
        "DEMO": settings.DEMO,
    }
