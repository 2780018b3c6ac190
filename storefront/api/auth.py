"""Who may read: a partner with a token that is in force, not more often than agreed."""

import time

from django.http import HttpRequest
from limits import parse
from ninja.errors import Throttled
from ninja.security import HttpBearer

from accounts.models import Partner
from accounts.queries import partner_of_token
from accounts.services import note_use
from common.ratelimits import limiter

RATE = parse("120/minute")  # for each partner


class PartnerToken(HttpBearer):
    """The token that the operator gave to a partner. 1 query, and 1 more at the first call of a day."""

    def authenticate(self, request: HttpRequest, token: str) -> Partner | None:
        partner = partner_of_token(token)
        if partner is None:
            return None
        if not limiter().hit(RATE, "api", str(partner.pk)):
            raise Throttled(wait=_wait(partner))
        note_use(partner)
        return partner


def _wait(partner: Partner) -> int:
    """Seconds until the oldest call of the last minute no longer counts, at least one."""
    free_at = limiter().get_window_stats(RATE, "api", str(partner.pk)).reset_time
    return max(1, round(free_at - time.time()))
