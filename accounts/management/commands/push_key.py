from typing import Any

from django.core.management.base import BaseCommand

from accounts.push import new_private_key


class Command(BaseCommand):
    """Make a key for notices on phones and print the setting. A new key makes every phone ask anew, so keep it."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"PUSH_PRIVATE_KEY={new_private_key()}")
