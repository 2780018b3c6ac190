"""Writing the audit log."""

from typing import Any

from django.db import models

from common.actors import Actor
from common.inserting import insert
from common.models import AuditEvent


def record(
    verb: str, thing: models.Model, *, by: Actor, shop_id: int | None = None, **details: Any
) -> AuditEvent:
    """Note a change. Call it inside the transaction that makes the change.

    `details` are small before/after values; never a secret, an account number or a phone.
    """
    if shop_id is None:
        shop_id = thing.pk if thing._meta.label == "sellers.Shop" else getattr(thing, "shop_id", None)
    event = AuditEvent(
        verb=verb,
        actor_id=by.user_id,
        on_behalf_of=by.on_behalf_of,
        consent_id=by.consent,
        object_kind=thing._meta.label_lower,
        object_id=thing.pk,
        shop_id=shop_id,
        place_path=getattr(thing, "place_path", "") or "",
        details=details,
    )
    return insert([event])[0]
