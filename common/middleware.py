"""Middleware of our own: sessions, language by path, refusals as pages, headers of files and of the admin."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from common.errors import Refusal

log = logging.getLogger("cho_ban.refusals")
Handler = Callable[[HttpRequest], HttpResponse]
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")  # RFC 9110, 9.2.1


class KeptSessions(SessionMiddleware):
    """Sessions whose cookie is taken back only in the answer to a request that may change something.

    Signing in gives the session a new key. A request that a page had sent just before, with the key of then, finds no
    session, and Django would delete the cookie in its answer: by then the new one, and the person is signed out again.
    Signing out is a POST, and a cookie without a session opens nothing.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """As Django's; `Vary: Cookie` stays."""
        response = super().process_response(request, response)
        cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None and cookie["max-age"] == 0 and request.method in SAFE_METHODS:
            del response.cookies[settings.SESSION_COOKIE_NAME]
        return response


class LanguageByPath:
    """Vietnamese, unless the address begins with /en/.

    Django's own middleware also reads a cookie and `Accept-Language`, and then every public page would vary by them
    and no shared cache could keep it.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class Refusals:
    """Shows a refusal that no view caught: as a page with its sentence, with the status it carries."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refusal):
            return None
        log.info("refused", extra={"code": error.code, "path": request.path})
        return render(request, "refused.html", {"refusal": error}, status=error.status)


class StaticHeaders:
    """Headers that belong to whole parts of the site: no sniffing and a long life for pictures, the admin's policy."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(settings.ADMIN_PREFIXES):
            response["Content-Security-Policy"] = settings.ADMIN_CONTENT_SECURITY_POLICY
        response.headers.setdefault(
            "Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=()"
        )
        return response
