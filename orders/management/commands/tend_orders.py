from typing import Any

from django.core.management.base import BaseCommand

from orders.silence import tend


class Command(BaseCommand):
    """Remind silent sellers, tell the village's desk, give up unpaid and unanswered orders. For a timer, every minute."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        done = tend()
        for what, count in sorted(done.items()):
            self.stdout.write(f"{count:5} {what}")
        if not done:
            self.stdout.write("Nothing was due.")
