import time
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from orders.carriers.fake_server import FakeCarrier


class Command(BaseCommand):
    """Run Xe Bản, the carrier that carries nothing: it takes bookings, moves parcels and sends webhooks. Ctrl-C stops it."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8090)
        parser.add_argument(
            "--every", type=float, default=20, help="seconds until parcels take a step; 0: only when told"
        )
        parser.add_argument("--webhook", default="", help="where updates go; this installation if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            server = FakeCarrier(port=options["port"], webhook=options["webhook"] or webhook_address())
        except OSError as trouble:
            raise CommandError(f"Port {options['port']} is taken.") from trouble
        server.start(options["every"])
        curl = "curl -H 'Authorization: Bearer xe-ban'"
        self.stdout.write(
            f"Xe Bản listens on {server.address} and tells {server.webhook}\n"
            f'  one step:  {curl} -d \'{{"code": "XB…"}}\' {server.address}/_/move\n'
            f'  a fault:   {curl} -d \'{{"create": "lost answer"}}\' {server.address}/_/faults'
        )
        with suppress(KeyboardInterrupt):
            while True:
                time.sleep(3600)
        server.stop()


def webhook_address() -> str:
    """Where this installation hears Xe Bản."""
    return settings.SITE_URL.rstrip("/") + reverse("carrier_update", args=["xe-ban", "xe-ban"])
