import time
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from payments.providers.fakes.stripe_server import FakeStripe
from payments.providers.fakes.stripe_webhooks import Endpoint

NOTICES = "/thanh-toan/bao/stripe/"  # where an installation hears its providers


class Command(BaseCommand):
    """Run a Stripe that takes no money: cards of its test page pay, webhooks tell of it. Ctrl-C stops it."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=urlsplit(settings.FAKE_STRIPE).port)
        parser.add_argument(
            "--site", default=settings.SITE_URL, help="who is told of events; this installation if left out"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            server = fake_stripe(options["site"], port=options["port"])
        except OSError as trouble:
            raise CommandError(f"Port {options['port']} is taken.") from trouble
        server.start()
        self.stdout.write(
            f"Stripe's fake listens on {server.address} and tells {server.outbox.endpoints[0].url}\n"
            f'  a fault of calls:     curl -d \'{{"call": "drop", "on": "POST /v1/refunds"}}\' {server.address}/_fake/faults\n'
            f'  a fault of webhooks:  curl -d \'{{"webhooks": ["duplicate"]}}\' {server.address}/_fake/faults'
        )
        with suppress(KeyboardInterrupt):
            while True:
                time.sleep(3600)
        server.stop()


def fake_stripe(site: str, *, port: int | None = None) -> FakeStripe:
    """The fake for an installation at `site`: one address hears of the platform and of connected accounts, each signed
    with its own secret. Raises OSError if the port is taken."""
    own, connect = settings.FAKE_STRIPE_SECRETS
    url = site.rstrip("/") + NOTICES
    return FakeStripe(
        port=urlsplit(settings.FAKE_STRIPE).port or 0 if port is None else port,
        key=settings.FAKE_STRIPE_KEY,
        endpoints=[Endpoint(url, own), Endpoint(url, connect, connect=True)],
        telling=True,
    )
