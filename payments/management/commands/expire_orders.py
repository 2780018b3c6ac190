from django.core.management.base import BaseCommand

from payments.services import close_expired


class Command(BaseCommand):
    """Cancel prepaid orders whose money did not come in time. For a timer, every few minutes."""

    help = __doc__

    def handle(self, *args, **options):
        self.stdout.write(f"{close_expired()} unpaid orders cancelled, their goods are back on the shelf.")
