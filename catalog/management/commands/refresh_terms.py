"""`manage.py refresh_terms`: rebuild the words for suggestions. For a nightly timer."""

from typing import Any

from django.core.management.base import BaseCommand

from catalog.terms import refresh_terms


class Command(BaseCommand):
    """Rebuild the table of names that completions and "did you mean" read."""

    help = "Rebuild the words for search suggestions from what is on sale."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{refresh_terms():,} terms")
