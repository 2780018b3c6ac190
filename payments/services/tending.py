"""What a timer does for money: everything that a webhook lost or somebody's silence left undone."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from payments.services import closing, connect, debts, events, gateways, notices, provider_refunds

log = logging.getLogger("cho_ban.payments")
Work = Callable[[datetime | None], int | Mapping[str, int]]
WORK: dict[str, Work] = {
    "bank notices worked on": notices.process_left,
    "providers' events worked on": events.work_left,
    "payments": gateways.check_open,
    "pages not needed any more": closing.close_left,
    "refunds": provider_refunds.check_refunds,
    "transfers": connect.try_again,
}
HOURLY: dict[str, Work] = {
    "bank accounts": notices.poll_all, "providers": events.read_events, "sellers asked for their debt": debts.ask_debtors,
}  # fmt: skip


def tend(now: datetime | None = None, *, hourly: bool = False) -> dict[str, int | Mapping[str, int]]:
    """Do all that is due, each alone: one that breaks is logged, counted under "broken" and keeps no other waiting."""
    done: dict[str, int | Mapping[str, int]] = {}
    broken = 0
    for what, work in (WORK | (HOURLY if hourly else {})).items():
        try:
            done[what] = work(now)
        except Exception:
            log.exception("money not tended", extra={"what": what})
            broken += 1
    return done | ({"broken": broken} if broken else {})
