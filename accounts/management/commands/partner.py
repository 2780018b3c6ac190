from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from accounts.errors import PartnerExists
from accounts.queries import partner_named, partners
from accounts.services import create_partner, set_partner_active
from common.actors import SYSTEM


class Command(BaseCommand):
    """Let a partner's system read the market through the API, or shut it out: partner add|revoke|list."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        does = parser.add_subparsers(dest="do", required=True)
        add = does.add_parser("add", help="Add a partner and show its token, this once.")
        add.add_argument("name")
        add.add_argument("--contact", default="", help="The e-mail of whoever runs the system.")
        does.add_parser("revoke", help="Shut a partner out at once.").add_argument("name")
        does.add_parser("list", help="Show all partners.")

    def handle(self, *args: Any, do: str, **options: Any) -> None:
        getattr(self, do)(options)

    def add(self, options: dict[str, Any]) -> None:
        """Add a partner."""
        name, contact = options["name"].strip(), options["contact"]
        if not 0 < len(name) <= 80:
            raise CommandError("A name has 1 to 80 letters.")
        try:
            if contact:
                validate_email(contact)
            partner, token = create_partner(name, contact, by=SYSTEM)
        except ValidationError as wrong:
            raise CommandError(f"{contact} is no e-mail address.") from wrong
        except PartnerExists as exists:
            raise CommandError(f"There is a partner “{name}” already.") from exists
        self.stdout.write(f"Token of {partner.name}, shown only now:\n{token}")

    def revoke(self, options: dict[str, Any]) -> None:
        """Shut a partner out."""
        partner = partner_named(options["name"])
        if partner is None:
            raise CommandError(f"There is no partner “{options['name']}”. See: manage.py partner list")
        set_partner_active(partner, False, by=SYSTEM)
        self.stdout.write(f"{partner.name}: revoked.")

    def list(self, options: dict[str, Any]) -> None:
        """Show all partners."""
        for partner in partners():
            state = "active" if partner.active else "revoked"
            used = partner.last_used_on or "never"
            self.stdout.write(f"{partner.name}  …{partner.token_end}  {state}  last used: {used}")
