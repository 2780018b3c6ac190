"""Refusals: things the product does not do, said in words a person can act on.

A service raises one; a view shows it at its field, and what no view catches the middleware shows as a page.
Bugs are not refusals: they are logged whole and shown as one kind sentence.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.forms import Form
    from django_stubs_ext import StrOrPromise


class Refusal(Exception):
    """Base of all refusals. `code` is for logs, `message` for the person, `field` names the form field at fault."""

    code = "refused"
    status = 409
    field: str | None = None
    message: "StrOrPromise" = ""

    def __init__(self, message: "StrOrPromise | None" = None, *, field: str | None = None) -> None:
        super().__init__(self.code)
        if message is not None:
            self.message = message
        if field is not None:
            self.field = field

    def __str__(self) -> str:
        return str(self.message)

    def put_in(self, form: "Form") -> None:
        """Show it where it belongs: at its field, or above the form."""
        form.add_error(self.field if self.field in form.fields else None, str(self.message))


class NotAllowed(Refusal):
    """The person is known but may not do this here."""

    code = "not_allowed"
    status = 403
