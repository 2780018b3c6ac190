import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from importlib import import_module

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from common.days import local_day
from common.self_check import CHECKS
from payments.models import (
    Allocation,
    LedgerEntry,
    LedgerLine,
    Receipt,
    Reconciliation,
    Refund,
    SellerBalance,
    StatementRow,
)
from payments.reconcile_queries import day_of, operators_accounts

MODULES = ("payments.self_checks", "payments.ledger_checks")
DAYS = 7  # of which the balances that banks tell are compared with the lines they told


class Command(BaseCommand):
    """Prove the ledger: sums, kept balances, bank, refunds and buyers' money against their rows; exit 1 with a list if not."""

    help = __doc__

    def handle(self, *args, **options):
        start = time.monotonic()
        for module in MODULES:
            import_module(module)
        for name, rows in self._looked_at():
            self.stdout.write(f"{name:<24}{rows.count():>10}")
        wrong = [line for name, check in self._checks() for line in self._run(name, check)]
        if wrong:
            raise CommandError(f"{len(wrong)} differences; docs/ledger.md says what to do.")
        self.stdout.write(self.style.SUCCESS(f"The books agree ({time.monotonic() - start:.1f} s)."))

    def _looked_at(self):
        """What there is to compare, with counts."""
        return [
            ("ledger entries", LedgerEntry.objects), ("ledger lines", LedgerLine.objects),
            ("sellers' balances", SellerBalance.objects), ("receipts", Receipt.objects),
            ("allocations", Allocation.objects), ("refunds", Refund.objects),
            ("statement lines", StatementRow.objects.filter(taken=True)),
            ("days not closed", Reconciliation.objects.filter(~Q(difference=0), closed_at__isnull=True)),
        ]  # fmt: skip

    def _checks(self) -> list[tuple[str, Callable[[], Iterable[str]]]]:
        own = [(name, check) for name, check in CHECKS.items() if check.__module__ in MODULES]
        return [*own, ("balances that banks told agree with their lines", self._told)]

    def _run(self, name: str, check: Callable[[], Iterable[str]]) -> list[str]:
        differences = list(check())
        mark = self.style.ERROR("differs") if differences else self.style.SUCCESS("ok")
        self.stdout.write(f"{name:<72} {mark}")
        for difference in differences:
            self.stdout.write(f"  - {difference}")
        return differences

    def _told(self):
        """Money that moved on the operator's accounts without a notice: the told balance gives it away."""
        for account in operators_accounts():
            for back in range(DAYS):
                shown = day_of(account, local_day() - timedelta(days=back))
                if shown.gap:
                    yield f"{account.party} on {shown.day}: {shown.gap} đồng without a line"
