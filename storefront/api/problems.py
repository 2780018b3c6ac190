"""Refusals as problem documents, each with a sentence that says what to do. Source: RFC 9457."""

import logging
from collections.abc import Callable, Iterable
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError
from pydantic import Field

from storefront.api.base import Facts

log = logging.getLogger("cho_ban.api")
CONTENT_TYPE = "application/problem+json"


class WrongField(Facts):
    """One parameter that cannot be read."""

    field: str = Field(description="The parameter's name.", examples=["limit"])
    message: str = Field(examples=["Input should be less than or equal to 100"])


class Problem(Facts):
    """What went wrong, in a sentence."""

    type: str = Field(default="about:blank", description="Always about:blank: the status says the kind.")
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["There is no product on sale with the code 7KQ2M9XWAB."])
    errors: list[WrongField] = Field(default_factory=list, description="With 422: what is wrong where.")


class NotThere(HttpError):
    """There is nothing of that code that the public may see."""

    def __init__(self, kind: str, code: str) -> None:
        super().__init__(404, f"There is no {kind} with the code {code}.")


class WrongParameter(Exception):
    """Parameters that are readable one by one and wrong all the same."""

    def __init__(self, *wrong: WrongField) -> None:
        super().__init__(wrong)
        self.wrong = wrong


def problem(status: int, detail: str, errors: Iterable[WrongField] = ()) -> JsonResponse:
    """The answer for a refusal. Nobody keeps it."""
    body = Problem(
        type="about:blank", title=HTTPStatus(status).phrase, status=status, detail=detail, errors=list(errors)
    )
    response = JsonResponse(body.model_dump(), status=status, content_type=CONTENT_TYPE)
    response["Cache-Control"] = "no-store"
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="api"'
    return response


def _http(request: HttpRequest, error: HttpError) -> JsonResponse:
    if error.status_code == HTTPStatus.UNAUTHORIZED:
        return problem(401, "Send the header “Authorization: Bearer TOKEN” with a token that is in force.")
    return problem(error.status_code, str(error))


def _throttled(request: HttpRequest, error: Throttled) -> JsonResponse:
    wait = error.wait or 1
    response = problem(429, f"Too many requests. Ask again in {wait} seconds.")
    response["Retry-After"] = str(wait)
    return response


def _unreadable(request: HttpRequest, error: ValidationError) -> JsonResponse:
    wrong = [WrongField(field=str(found["loc"][-1]), message=found["msg"]) for found in error.errors]
    return _wrong(request, WrongParameter(*wrong))


def _wrong(request: HttpRequest, error: WrongParameter) -> JsonResponse:
    fields = ", ".join(dict.fromkeys(found.field for found in error.wrong))
    return problem(422, f"These parameters cannot be read: {fields}.", error.wrong)


def _missing(request: HttpRequest, error: Http404) -> JsonResponse:
    return problem(404, "There is nothing at this address. See /api/v1/docs for those there are.")


def _bug(request: HttpRequest, error: Exception) -> JsonResponse:
    log.error("api failed", exc_info=error, extra={"path": request.path})
    return problem(500, "Something is broken on our side. It has been written down; please try again later.")


HANDLERS: dict[type[Exception], Callable[..., HttpResponse]] = {
    Exception: _bug, Http404: _missing, HttpError: _http, Throttled: _throttled, ValidationError: _unreadable,
    WrongParameter: _wrong,
}  # fmt: skip


def handle_problems(api: NinjaAPI) -> None:
    """Let every refusal of an API come out as a problem document."""
    for kind, handler in HANDLERS.items():
        api.add_exception_handler(kind, handler)
