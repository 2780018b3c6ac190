import time
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from payments.providers.fakes.momo_server import FakeMoMo


class Command(BaseCommand):
    """Run a MoMo that moves no money: a page to pay on, signed notices, refunds. Ctrl-C stops it."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=urlsplit(settings.FAKE_MOMO).port)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            server = FakeMoMo(port=options["port"])
        except OSError as trouble:
            raise CommandError(f"Port {options['port']} is taken.") from trouble
        server.start()
        self.stdout.write(
            f"The fake MoMo listens on {server.address}\n"
            f'  a fault:  curl -d \'{{"ipn": "lost"}}\' {server.address}/_/faults\n'
            "  ipn: twice, tampered, foreign, delayed, lost; create, query, refund, refund/query: 500, silent, nonsense,\n"
            "  lost answer; refund: slow"
        )
        with suppress(KeyboardInterrupt):
            while True:
                time.sleep(3600)
        server.stop()
