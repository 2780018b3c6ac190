"""Where banks' notices arrive."""

import logging

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from common.ratelimits import limited
from payments import services
from payments.models import BankFeed
from payments.providers.base import Forged

log = logging.getLogger("cho_ban.payments")
MOST_BYTES = 64 * 1024


@csrf_exempt
@require_POST
@limited("600/minute")
def take(request: HttpRequest, provider: str, token: str) -> JsonResponse:
    """A bank's notice for one account: 200 once it is kept, 401 if it is forged, stale or unsigned."""
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return JsonResponse({"success": False, "error": "too large"}, status=413)
    feed = get_object_or_404(
        BankFeed.objects.select_related("account"), provider=provider, token=token, active=True
    )
    try:
        services.take_notices(feed, request.headers, request.body)
    except Forged as forged:
        log.warning("notice refused", extra={"feed": feed.pk, "why": forged.code})
        return JsonResponse({"success": False, "error": "signature"}, status=401)
    return JsonResponse({"success": True})
