"""The market behind what stands in front of it on a real installation: a proxy that ends TLS and compresses pages.

Also `/bare/`, one sentence on an otherwise empty page: what the line costs before any page of ours.
"""

from collections.abc import Callable, Iterable
from typing import Any

import brotli

from config.wsgi import application as market

COMPRESSED = ("text/", "application/json", "application/manifest+json", "image/svg+xml")
QUALITY = 5  # of 11, what a proxy does while the reader waits
BARE = (
    "<!DOCTYPE html><html lang=vi><meta name=viewport content='width=device-width'><title>x</title><p>Chợ Bản"
).encode()


def application(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
    """Answer a request as proxy and market together would."""
    if environ["PATH_INFO"] == "/bare/":
        start_response(
            "200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(BARE)))]
        )
        return [BARE]
    environ["HTTP_X_FORWARDED_PROTO"] = "https"
    answer: list[Any] = []

    def note(*status_and_headers: Any) -> Callable[[bytes], None]:
        answer.extend(status_and_headers[:2])
        return lambda data: None  # Django never writes by it

    body = market(environ, note)
    status, headers = answer
    named = {name.lower(): value for name, value in headers}
    if (
        "br" not in environ.get("HTTP_ACCEPT_ENCODING", "")
        or "content-encoding" in named
        or not named.get("content-type", "").startswith(COMPRESSED)
    ):
        start_response(status, headers)
        return body
    small = brotli.compress(b"".join(body), quality=QUALITY)
    if hasattr(body, "close"):
        body.close()
    headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
    start_response(status, [*headers, ("Content-Encoding", "br"), ("Content-Length", str(len(small)))])
    return [small]
