from django.core.management.base import BaseCommand

from places.services import load_places


class Command(BaseCommand):
    """Load or refresh the provinces and communes. Run it after every change of the official list."""

    help = __doc__

    def handle(self, *args, **options):
        report = load_places()
        self.stdout.write(
            f"Places: {report.added} added, {report.changed} changed, {report.closed} closed, {report.same} as before."
        )
