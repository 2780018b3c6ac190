"""The market's addresses, and one that answers bytes from memory: what Django itself costs."""

import os
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import urlpatterns as market

BODIES = Path(os.environ.get("BENCH_BODIES", "/nowhere"))


@cache
def body_of(name: str) -> bytes:
    """The bytes of a page, as they were once."""
    return (BODIES / name).read_bytes()


def bare(request: HttpRequest, name: str) -> HttpResponse:
    """The same bytes as a page, through the same middleware, without asking anybody anything."""
    return HttpResponse(body_of(name))


urlpatterns = [path("bare/<slug:name>/", bare), *market]
