import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from orders.carriers import offered
from orders.models import CarrierPlace
from places.models import Level, Place

COLUMNS = ("commune", "district", "ward")


class Command(BaseCommand):
    """Read a carrier's own ids of communes from a CSV file with the columns commune (official code), district, ward."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("carrier")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, carrier: str, file: Path, **options: Any) -> None:
        if carrier not in offered():
            raise CommandError(f"No carrier {carrier!r}; there are: {', '.join(offered()) or 'none'}.")
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                table = csv.DictReader(lines)
                if not set(COLUMNS) <= set(table.fieldnames or ()):
                    raise CommandError(f"The first line must name {', '.join(COLUMNS)}.")
                rows = list(table)
        except (OSError, UnicodeDecodeError) as trouble:
            raise CommandError(f"{file} cannot be read as UTF-8 text.") from trouble
        communes = dict(Place.objects.filter(level=Level.COMMUNE).values_list("code", "pk"))
        unknown = [row["commune"] for row in rows if row["commune"] not in communes]
        kept = [
            CarrierPlace(
                carrier=carrier, place_id=communes[row["commune"]], district=row["district"], ward=row["ward"]
            )
            for row in {row["commune"]: row for row in rows}.values()
            if row["commune"] in communes
        ]
        with transaction.atomic():
            CarrierPlace.objects.bulk_create(
                kept,
                update_conflicts=True,
                unique_fields=["carrier", "place"],
                update_fields=["district", "ward"],
            )
        without = len(communes) - CarrierPlace.objects.filter(carrier=carrier).count()
        self.stdout.write(f"{len(kept)} communes kept; {without} communes have no id with {carrier} yet.")
        for code in unknown[:20]:
            self.stdout.write(self.style.WARNING(f"  no commune has the code {code}"))
        if len(unknown) > 20:
            self.stdout.write(self.style.WARNING(f"  and {len(unknown) - 20} more"))
