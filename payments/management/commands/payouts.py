from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from payments.services import draft_payouts, remind_debtors


class Command(BaseCommand):
    """Propose a payout to every seller to whom enough is owed; people approve them. Reminds debtors once a month.

    For a timer, on the days on which sellers are paid. Safe to run again.
    """

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only-remind", action="store_true", help="remind debtors, propose nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["only_remind"]:
            for what, count in sorted(draft_payouts().items()):
                self.stdout.write(f"{count:5} {what}")
        self.stdout.write(f"{remind_debtors():5} reminded of debts")
