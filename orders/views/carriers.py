"""Where carriers tell what happened to parcels."""

import logging

from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from common.ratelimits import limited
from orders import shipments
from orders.carriers import carrier as carrier_of
from orders.carriers.base import ForgedUpdate, UnreadableUpdate

log = logging.getLogger("cho_ban.carriers")
MOST_BYTES = 64 * 1024


@csrf_exempt
@require_POST
@limited("600/minute")
def hear(request: HttpRequest, carrier: str, secret: str) -> JsonResponse:
    """A carrier's webhook: 200 once it is kept, 401 if it is forged or old, 400 if it makes no sense.

    `secret` is part of the address given to the carrier; carriers that sign may be given any.
    """
    mover = carrier_of(carrier)
    if mover is None:
        raise Http404
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return JsonResponse({"error": "too large"}, status=413)
    try:
        updates = mover.read_webhook(secret, request.headers, request.body, timezone.now())
    except ForgedUpdate as forged:
        log.warning("update refused", extra={"carrier": carrier, "why": forged.code})
        return JsonResponse({"error": "signature"}, status=401)
    except UnreadableUpdate:
        log.warning("update unreadable", extra={"carrier": carrier})
        return JsonResponse({"error": "unreadable"}, status=400)
    return JsonResponse({"new": shipments.hear(carrier, updates)})
