from typing import Any

from django.core.management.base import BaseCommand

from accounts.outbox import send_due


class Command(BaseCommand):
    """Send texts that are due: put off at night, or tried again after trouble. For a timer, every minute."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        ended = send_due()
        self.stdout.write(
            ", ".join(f"{count} {state}" for state, count in sorted(ended.items())) or "Nothing was due."
        )
