"""What every schema of the API shares."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import AwareDatetime, BeforeValidator, Field


class Facts(Schema):
    """Facts about one thing."""


_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _moment(text: Any) -> Any:
    """A moment with its zone; what lies outside of any market's life is brought to its ends."""
    if isinstance(text, str) and not _MOMENT.fullmatch(text):
        raise ValueError(
            "Write a moment with its zone, such as 2026-11-01T00:00:00Z (a + must be sent as %2B)"
        )
    if isinstance(text, str) and not "2000" <= text[:4] < "2200":
        return _EARLIEST if text < "2000" else _LATEST
    return text


Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]
Code = Annotated[str, Field(pattern=r"^[0-9A-Z]{10}$", examples=["7KQ2M9XWAB"])]
PlaceCode = Annotated[str, Field(pattern=r"^[0-9A-Z-]{1,12}$", examples=["06463"])]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}$", examples=["trai-cay"])]
# What we say ourselves is not checked against a pattern: a strange old code must not hide a whole page of rows
Quantity = Annotated[str, Field(examples=["12.5"], description="A decimal number with a point, as a string.")]
Dong = Annotated[int, Field(examples=[45000], description="Whole Vietnamese đồng.")]
