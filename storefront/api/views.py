"""The page that describes the API, and answers to addresses and methods that it does not have."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from storefront.api.auth import RATE
from storefront.api.problems import problem
from storefront.api.routes import api
from storefront.caching import public_page


@require_safe
@public_page
def docs(request: HttpRequest) -> HttpResponse:
    """Every address with its parameters and answers, written from the OpenAPI document. No query."""
    schema = api.get_openapi_schema()
    known = schema["components"]["schemas"]
    operations = [
        {"path": path, **operation, "asks": _asks(operation), "fields": _fields(operation, known)}
        for path, methods in schema["paths"].items()
        for operation in methods.values()
    ]
    return render(
        request,
        "storefront/api_docs.html",
        {"about": schema["info"], "operations": operations, "a_minute": RATE.amount},
    )


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    """An address that the API does not have."""
    return problem(404, "There is nothing at this address. See /api/v1/docs for those there are.")


def read_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The API's own view, whose plain refusal of a method becomes a problem document."""

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = view(request, *args, **kwargs)
        if answer.status_code != 405:
            return answer
        refusal = problem(405, "This API is read only: use GET.")
        refusal["Allow"] = answer["Allow"]
        return refusal

    return checked


def _asks(operation: dict[str, Any]) -> list[dict[str, str]]:
    """The parameters of an address, with what each one takes."""
    return [
        {
            "name": asked["name"],
            "kind": _kind(asked["schema"], {}),
            "about": asked.get("description", ""),
            "example": (asked["schema"].get("examples") or [""])[0],
        }
        for asked in operation.get("parameters", ())
    ]


def _fields(operation: dict[str, Any], known: dict[str, Any]) -> list[dict[str, str]]:
    """The fields of an answer, those of a list's rows in its place."""
    schema = _named(operation["responses"][200]["content"]["application/json"]["schema"], known)
    rows = schema["properties"].get("items", {}).get("items")
    shown = _named(rows, known) if rows else schema
    return [
        {"name": name, "kind": _kind(facts, known), "about": facts.get("description", "")}
        for name, facts in shown["properties"].items()
    ]


def _named(schema: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """A schema, looked up if it is only named."""
    return known[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def _kind(facts: dict[str, Any], known: dict[str, Any]) -> str:
    """What a value is, in a word or its possible values."""
    if "anyOf" in facts:
        return " | ".join(_kind(one, known) for one in facts["anyOf"])
    schema = _named(facts, known)
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"[{_kind(schema['items'], known)}]"
    if "properties" in schema:
        return "{" + ", ".join(schema["properties"]) + "}"
    return schema.get("format") or schema.get("const") or schema.get("type", "")
