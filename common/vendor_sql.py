"""Statements that differ by database engine."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any


def run(statements: Mapping[str, Sequence[str]]) -> Callable[[Any, Any], None]:
    """A migration operation that runs the statements of the engine it meets ("postgresql", "sqlite"), one by one.

    Nothing happens on an engine that is not named.
    """

    def operation(apps: Any, schema_editor: Any) -> None:
        for statement in statements.get(schema_editor.connection.vendor, ()):
            schema_editor.execute(statement)

    return operation
