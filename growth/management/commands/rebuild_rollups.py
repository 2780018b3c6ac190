from datetime import date, timedelta

from django.core.management.base import BaseCommand, CommandParser

from common.days import local_day, month_start
from growth.paid_sales import rebuild_sales
from growth.services import rebuild


class Command(BaseCommand):
    """Build roll-ups anew from the events. Nightly for the last 3 days; with --since for a repair.

    Whole months are built, because a month's row is the sum of its days."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=date.fromisoformat, help="first day, such as 2026-01-31")

    def handle(self, *args, since: date | None = None, **options):
        since = since or local_day() - timedelta(days=3)
        rows = rebuild(since) + rebuild_sales(month_start(since))
        self.stdout.write(f"Roll-ups: {rows} rows built from {month_start(since):%d/%m/%Y} on.")
