import time
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from payments.providers.fakes.stripe_server import FakeStripe
from payments.providers.fakes.stripe_webhooks import Endpoint


class Command(BaseCommand):
    """Run a Stripe that takes no money: cards of its test page pay, webhooks tell of it. Ctrl-C stops it."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=urlsplit(settings.FAKE_STRIPE).port)
        parser.add_argument("--webhook", default="", help="where events go; without it nobody is told")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            server = FakeStripe(
                port=options["port"],
                key=settings.FAKE_STRIPE_KEY,
                endpoints=endpoints(options["webhook"]),
                telling=True,
            )
        except OSError as trouble:
            raise CommandError(f"Port {options['port']} is taken.") from trouble
        server.start()
        self.stdout.write(
            f"Stripe's fake listens on {server.address} and tells {options['webhook'] or 'nobody'}\n"
            f'  a fault of calls:     curl -d \'{{"call": "drop", "on": "POST /v1/refunds"}}\' {server.address}/_fake/faults\n'
            f'  a fault of webhooks:  curl -d \'{{"webhooks": ["duplicate"]}}\' {server.address}/_fake/faults'
        )
        with suppress(KeyboardInterrupt):
            while True:
                time.sleep(3600)
        server.stop()


def endpoints(webhook: str) -> list[Endpoint]:
    """One address for the platform's and the connected accounts' events, each signed with its own secret."""
    own, connect = settings.FAKE_STRIPE_SECRETS
    return [Endpoint(webhook, own), Endpoint(webhook, connect, connect=True)] if webhook else []
