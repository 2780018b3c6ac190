from django.core.management.base import BaseCommand

from growth.paid_sales import fold_all_sales
from growth.services import fold_all


class Command(BaseCommand):
    """Add waiting sales, returns and payments to the roll-ups. Run it every minute by a timer; running it twice is harmless."""

    help = __doc__

    def handle(self, *args, **options):
        taken = fold_all() + fold_all_sales()
        self.stdout.write(f"Roll-ups: {taken} events folded." if taken else "Roll-ups: nothing waits.")
