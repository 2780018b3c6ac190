"""The API as a whole: what belongs to every answer, and the document that describes it."""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

from storefront.api import problems

KEPT = (
    "private, max-age=60"  # seconds; a partner's own cache only, since the answer was asked for with a token
)


class PlainJSON(JSONRenderer):
    """Vietnamese letters as they are: half the size of escaped ones."""

    json_dumps_params = {"ensure_ascii": False, "separators": (",", ":")}


class PartnerAPI(NinjaAPI):
    """Answers carry an ETag, so that a partner who asks again for what has not changed gets 304 and no body."""

    def create_response(self, request: HttpRequest, data: Any, **how: Any) -> HttpResponse:
        response = super().create_response(request, data, **how)
        if response.status_code != 200:
            return response
        response["Cache-Control"] = KEPT
        patch_vary_headers(response, ["Authorization"])
        response["ETag"] = _etag(response.content, data)
        kept = get_conditional_response(request, etag=response["ETag"], response=response)
        assert isinstance(kept, HttpResponse)  # it was given one
        return kept

    def get_openapi_schema(self, **where: Any) -> OpenAPISchema:
        """Problems are declared as what they are, and a parameter is there or not: an address knows no null."""
        schema = super().get_openapi_schema(**where)
        for path in schema["paths"].values():
            for operation in path.values():
                for parameter in operation.get("parameters", ()):
                    parameter["schema"] = _without_null(parameter["schema"])
                for status, answer in operation["responses"].items():
                    if status >= 400 and "content" in answer:
                        answer["content"] = {problems.CONTENT_TYPE: answer["content"]["application/json"]}
        return schema


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    kinds = [kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
    if len(kinds) != 1:
        return schema
    return kinds[0] | {name: value for name, value in schema.items() if name != "anyOf"}


def _etag(content: bytes, data: Any) -> str:
    """A weak tag of what is said. The key of the next page is left out: it holds the moment at which it was signed."""
    key = data.get("next") if isinstance(data, dict) else None
    said = content.replace(key.encode(), b"") if key else content
    return f'W/"{hashlib.sha256(said).hexdigest()[:32]}"'
