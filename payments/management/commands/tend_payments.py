from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from payments.services import tend


class Command(BaseCommand):
    """Work on what webhooks lost: open payments, refunds and transfers on their way. For a timer, every minute; with
    --hourly it also reads the lists of banks and providers."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--hourly", action="store_true", help="read the lists of banks and providers, too"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        done = tend(hourly=options["hourly"])
        for what, count in done.items():
            counts = (
                count if isinstance(count, int) else ", ".join(f"{n} {word}" for word, n in count.items())
            )
            self.stdout.write(f"{what}: {counts}")
        if done.get("broken"):
            raise CommandError("Something failed; the log says what.")
