"""A cell of a statement, and what is wrong with one that cannot be read."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy

Cell = str | int | float | datetime | date | time | None


class BadCell(ValueError):
    """A cell that cannot be read for sure. `said` tells a person why."""

    def __init__(self, said: Promise) -> None:
        super().__init__()
        self.said = said


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell that holds no value, such as a formula."""

    text: str
    said: Promise


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file, `number` as a spreadsheet shows it."""

    number: int
    cells: tuple[Cell | Unread, ...]

    def at(self, column: int | None) -> Cell | Unread:
        return self.cells[column] if column is not None and column < len(self.cells) else None

    def text(self, column: int | None) -> str:
        """A cell as a person reads it."""
        cell = self.at(column)
        if isinstance(cell, Unread):
            return cell.text
        return "" if cell is None else str(cell)


def about(said: Any, cell: Cell) -> Promise:
    """A lazy sentence about a cell, which it names by {text}."""
    return format_lazy(said, text=str(cell)[:40])
