"""The words that a new market starts with. Editors change them afterwards; nothing here is read again."""

from typing import Any

Block = tuple[str, Any]
