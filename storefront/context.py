"""What the market's templates may name besides the facts in common.context."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from storefront import frame as frames


def frame(request: HttpRequest) -> dict[str, Any]:
    """The frame around every page, read when a template first asks for it."""
    return {"frame": SimpleLazyObject(frames.frame)}
