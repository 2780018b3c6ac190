"""Who does something, and for whom."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Actor:
    """The person behind a change. `on_behalf_of` and `consent` are ids, set when an agent acts for a farmer."""

    user_id: int | None = None
    on_behalf_of: int | None = None
    consent: int | None = None
    name: str = ""

    @classmethod
    def of(cls, user: "User") -> "Actor":
        """A signed-in person acting in their own name."""
        return cls(user_id=user.pk, name=user.name)


SYSTEM = Actor(name="system")  # tasks, timers and webhooks
GUEST = Actor(name="guest")  # a buyer without an account
