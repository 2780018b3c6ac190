"""Asking other people's servers in JSON, with a limit on time and size. Every trouble is an OSError."""

import json
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

MOST_BYTES = 256 * 1024


class HttpRefusal(OSError):
    """The server answered, but not with success. `said` is its JSON, empty if it sent none."""

    def __init__(self, status: int, said: Mapping[str, Any]) -> None:
        super().__init__(f"answered {status}")
        self.status = status
        self.said = said


def ask_json(
    address: str,
    said: Mapping[str, Any] | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    timeout: float,
    most_bytes: int = MOST_BYTES,
) -> dict[str, Any]:
    """POST a JSON object (GET without one) and read one back.

    Raises HttpRefusal for an answer above 399, OSError for no connection, no answer in `timeout` seconds, an answer that
    is no JSON object or longer than `most_bytes`.
    """
    body = None if said is None else json.dumps(said, ensure_ascii=False).encode()
    ask = Request(address, body, {"Content-Type": "application/json", **(headers or {})})
    try:
        with urlopen(ask, timeout=timeout) as answer:
            return _object(answer.read(most_bytes + 1), most_bytes)
    except HTTPError as refused:
        with refused:
            try:
                words = _object(refused.read(most_bytes + 1), most_bytes)
            except (OSError, HTTPException):
                words = {}
        raise HttpRefusal(refused.code, words) from refused
    except HTTPException as broken:  # an answer that breaks off, or is no HTTP at all
        raise OSError("the answer is no HTTP") from broken


def _object(body: bytes, most_bytes: int) -> dict[str, Any]:
    if len(body) > most_bytes:
        raise OSError("the answer is too long")
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError) as bad:
        raise OSError("the answer is no JSON") from bad
    if not isinstance(found, dict):
        raise OSError("the answer is no JSON object")
    return found
