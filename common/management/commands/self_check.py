import time

from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import autodiscover_modules

from common import self_check


class Command(BaseCommand):
    """Compare ledger, stock, roll-ups and copied columns with their sources; exit 1 if anything differs."""

    help = __doc__

    def handle(self, *args, **options):
        autodiscover_modules("self_checks")
        wrong = 0
        for name, check in self_check.CHECKS.items():
            start = time.monotonic()
            differences = list(check())
            wrong += len(differences)
            mark = self.style.ERROR("differs") if differences else self.style.SUCCESS("ok")
            self.stdout.write(f"{name:<56} {mark}  {time.monotonic() - start:6.2f} s")
            for difference in differences:
                self.stdout.write(f"  - {difference}")
        if wrong:
            raise CommandError(f"{wrong} differences found.")
        self.stdout.write(f"{len(self_check.CHECKS)} checks, no difference.")
