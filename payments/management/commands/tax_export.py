from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from payments.taxes import month_taxes, taxes_csv, taxes_xlsx


class Command(BaseCommand):
    """Write what was withheld of each seller in a month: `manage.py tax_export 2026-11`, or with --xlsx FILE or --csv FILE."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("month", help="such as 2026-11")
        parser.add_argument("--csv", type=Path, help="write a CSV there instead of to the screen")
        parser.add_argument("--xlsx", type=Path, help="write a workbook there")

    def handle(
        self, *args: Any, month: str, csv: Path | None = None, xlsx: Path | None = None, **options: Any
    ) -> None:
        try:
            first = date.fromisoformat(f"{month}-01")
        except ValueError as error:
            raise CommandError(f"“{month}” is no month; write it like 2026-11.") from error
        rows = month_taxes(first)
        if xlsx:
            xlsx.write_bytes(taxes_xlsx(first, rows))
        if csv:
            csv.write_text(taxes_csv(rows), encoding="utf-8", newline="")
        if csv or xlsx:
            self.stdout.write(f"Taxes: {len(rows)} sellers in {month}.")
        else:
            self.stdout.write(taxes_csv(rows), ending="")
