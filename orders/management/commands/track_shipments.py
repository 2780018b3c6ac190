from typing import Any

from django.core.management.base import BaseCommand

from orders.shipments import follow_up


class Command(BaseCommand):
    """Ask carriers about parcels they were silent on, and again for bookings without an answer. For a timer."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        done = follow_up()
        self.stdout.write(
            f"{done['asked']} parcels asked about, {done['news']} news, {done['away']} times no answer."
        )
