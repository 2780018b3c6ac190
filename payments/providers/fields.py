"""Reading what providers send: headers, secrets, and the fields of a JSON object, each exactly or not at all.

Everything that cannot be read raises Malformed with the field's name; nothing is rounded, shortened or guessed.
"""

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from payments.providers.base import Malformed

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")  # banks and providers write times on Vietnam's clock
LARGEST = 10**15  # đồng; beyond any transfer, well inside a database's bigint
_WHOLE_TEXT = re.compile(r"([0-9]{1,16})(?:\.0{1,4})?")


def usable(secrets: Sequence[str]) -> list[str]:
    """The secrets without the empty ones: an account without a secret accepts nothing."""
    if isinstance(secrets, str):
        raise TypeError("secrets is a list: a bare text would make each of its letters a valid secret")
    return [secret for secret in secrets if secret]


def header(headers: Mapping[str, str], name: str) -> str | None:
    """A header's value, its name in any case; None if it was not sent."""
    return next((value for key, value in headers.items() if key.lower() == name.lower()), None)


def any_same(given: str, valid: Sequence[str]) -> bool:
    """Whether one of the valid texts was given; the time taken does not tell which or how much of it."""
    same = [hmac.compare_digest(given.encode("utf-8", "replace"), each.encode()) for each in valid]
    return any(same)


def parse_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. Raises Malformed (bad_json)."""
    try:
        found = json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        raise Malformed("bad_json") from error
    if not isinstance(found, dict) or _is_deep(found):
        raise Malformed("bad_json")
    return found


def _is_deep(value: Any) -> bool:
    """Whether it is nested so deep that walking through it could exhaust the stack. No provider needs three levels."""
    inner = [value]
    for _level in range(32):
        nested = (each.values() if isinstance(each, dict) else each for each in inner)
        inner = [each for values in nested for each in values if isinstance(each, dict | list)]
        if not inner:
            return False
    return True


def inner(whole: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The object within an object. Raises Malformed (bad_<key>)."""
    found = whole.get(key)
    if not isinstance(found, dict):
        raise Malformed(f"bad_{key}")
    return found


def keepable(text: str) -> str:
    """A text as a database keeps it: half a character pair and the zero sign are legal JSON, but no database text."""
    return text.encode("utf-8", "replace").decode().replace("\0", " ")


def text(
    line: Mapping[str, Any], key: str, longest: int | None = None, kinds: tuple[type, ...] = (str, int)
) -> str:
    """A field as text, empty if it is missing or null."""
    value = line.get(key)
    if value is None:
        return ""
    if type(value) not in kinds:
        raise Malformed(f"bad_{key}")
    said = keepable(str(value)).strip()
    if longest is not None and len(said) > longest:
        raise Malformed(f"bad_{key}")  # a shortened reference could make two transfers look like one
    return said


def required(line: Mapping[str, Any], key: str, longest: int, kinds: tuple[type, ...] = (str, int)) -> str:
    """A field as text that must not be empty."""
    said = text(line, key, longest, kinds)
    if not said:
        raise Malformed(f"bad_{key}")
    return said


def amount(line: Mapping[str, Any], key: str) -> int:
    """Exactly an int: a float may be a rounded sum, a text may hide a decimal point; we never guess."""
    value = line.get(key)
    if type(value) is not int or abs(value) > LARGEST:
        raise Malformed(f"bad_{key}")
    return value


def whole_amount(line: Mapping[str, Any], key: str) -> int:
    """An amount where the provider says that it writes "150000.00"; decimals other than zero are refused."""
    value = line.get(key)
    match = _WHOLE_TEXT.fullmatch(value) if isinstance(value, str) else None
    return amount({key: int(match[1])} if match else line, key)


def booked_at(line: Mapping[str, Any], key: str) -> datetime:
    """A local "2026-11-20 14:02:37" as an aware time in UTC."""
    try:
        local = datetime.strptime(line[key], "%Y-%m-%d %H:%M:%S")
        return local.replace(tzinfo=LOCAL).astimezone(UTC)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise Malformed(f"bad_{key}") from error
