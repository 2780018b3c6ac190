"""`manage.py catalog_nightly`: pre-orders that came due, badges that ran out, reminders, words for suggestions."""

from typing import Any

from django.core.management.base import BaseCommand

from catalog.nightly import run


class Command(BaseCommand):
    """Do what changes about goods when a day ends. Safe to run twice; for a timer after midnight."""

    help = "End pre-orders, drop expired badges, remind of papers that run out, rebuild the words for suggestions."

    def handle(self, *args: Any, **options: Any) -> None:
        for line in run():
            self.stdout.write(line)
