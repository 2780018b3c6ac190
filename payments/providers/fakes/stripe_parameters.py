"""What Stripe accepts in a call, read from the types of Stripe's own library: so the fake refuses what we misspell.

Stripe's bodies are forms with nested names: `line_items[0][price_data][currency]=vnd`.
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict
from urllib.parse import parse_qsl

from stripe import RequestOptions
from stripe._stripe_object import UntypedStripeObject
from typing_extensions import is_typeddict as is_extended_typeddict

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
METADATA_KEYS, METADATA_KEY, METADATA_VALUE = 50, 40, 500  # how many, how long in characters


class StripeFault(Exception):
    """An error as Stripe answers it."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        param: str = "",
        status: int = 400,
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.status = status
        said = {"type": kind, "message": message, "code": code, "param": param}
        self.body = {"error": {name: value for name, value in said.items() if value}}


def nested(form: str) -> dict[str, Any]:
    """A form's text as nested dictionaries; lists are still dictionaries of their positions. Raises StripeFault."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(form, keep_blank_values=True):
        parts = _NAME.fullmatch(name)
        if not parts:
            raise StripeFault(f"Invalid request: {name}", param=name)
        inside = found
        path = [parts[1], *re.findall(r"\[([^\[\]]*)\]", parts[2])]
        for step in path[:-1]:
            inside = inside.setdefault(step, {})
            if not isinstance(inside, dict):
                raise StripeFault(f"Invalid object: {name}", param=name)
        inside[path[-1] or str(len(inside))] = value
    return found


@cache
def _hints(shape: Any) -> dict[str, Any]:
    names = {"StripeContext": Any, "Mapping": Mapping}  # the library imports them for type checkers only
    hints = get_type_hints(shape, localns=names)
    return {name: hint for name, hint in hints.items() if name not in RequestOptions.__annotations__}


def checked(given: Mapping[str, Any], shape: Any, path: str = "") -> dict[str, Any]:
    """`given` with numbers and truths as such, if `shape` (a TypedDict of the library) knows it all. Raises StripeFault."""
    hints, values = _hints(shape), {}
    for name, value in given.items():
        where = f"{path}[{name}]" if path else name
        if name not in hints:
            raise StripeFault(f"Received unknown parameter: {where}", code="parameter_unknown", param=where)
        values[name] = _value(value, hints[name], where)
    for name in sorted(getattr(shape, "__required_keys__", ())):
        if name in hints and name not in values:
            where = f"{path}[{name}]" if path else name
            raise StripeFault(f"Missing required param: {where}.", code="parameter_missing", param=where)
    return values


def _value(value: Any, hint: Any, where: str) -> Any:
    choices = _choices(hint)
    if isinstance(value, dict):
        return _compound(value, choices, where)
    words = [word for choice in choices if get_origin(choice) is Literal for word in get_args(choice)]
    if value == "":
        if "" in words:
            return ""
        message = f"You passed an empty string for '{where}'."
        raise StripeFault(message, code="parameter_invalid_empty", param=where)
    if words and words != [
        ""
    ]:  # the library adds `str` for words that come later; today's Stripe knows these
        if value in words:
            return value
        if not {int, bool} & set(choices):
            allowed = ", ".join(str(word) for word in words)
            raise StripeFault(f"Invalid {where}: must be one of {allowed}", param=where)
    return _scalar(value, choices, where)


def _choices(hint: Any) -> list[Any]:
    if get_origin(hint) in (Union, UnionType):
        return [each for part in get_args(hint) for each in _choices(part)]
    return [] if hint is NoneType else [hint]


def _compound(value: dict[str, Any], choices: list[Any], where: str) -> Any:
    for choice in choices:
        if is_typeddict(choice) or is_extended_typeddict(choice):
            return checked(value, choice, where)
        if get_origin(choice) is list:
            (inner,) = get_args(choice)
            return [_value(each, inner, f"{where}[{at}]") for at, each in value.items()]
        if choice is dict or get_origin(choice) in (dict, UntypedStripeObject):
            return _metadata(value, where)
    raise StripeFault(f"Invalid string: {where}", param=where)


def _metadata(value: dict[str, Any], where: str) -> dict[str, str]:
    if len(value) > METADATA_KEYS:
        raise StripeFault(f"Metadata can have at most {METADATA_KEYS} keys.", param=where)
    for name, text in value.items():
        if len(name) > METADATA_KEY or not isinstance(text, str) or len(text) > METADATA_VALUE:
            raise StripeFault(f"Metadata is too long at {name}.", param=f"{where}[{name}]")
    return value


def _scalar(value: str, choices: list[Any], where: str) -> Any:
    if bool in choices and value in ("true", "false"):
        return value == "true"
    if int in choices and re.fullmatch(r"-?\d{1,15}", value):
        return int(value)
    if str in choices or any(get_origin(choice) is Literal for choice in choices):
        return value
    if Decimal in choices or float in choices:
        try:
            return Decimal(value)
        except InvalidOperation:
            pass
    kind = "boolean" if bool in choices else "integer" if int in choices else "object"
    code = "parameter_invalid_integer" if kind == "integer" else ""
    raise StripeFault(f"Invalid {kind}: {value}", code=code, param=where)
