"""Where providers tell us of payments that buyers make on their pages."""

import logging

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from common.ratelimits import limited
from payments import services
from payments.providers import checkout_providers
from payments.providers.base import Forged, Malformed
from payments.views.notices import MOST_BYTES

log = logging.getLogger("cho_ban.payments")


@csrf_exempt
@require_POST
@limited("600/minute")
def take(request: HttpRequest, provider: str) -> HttpResponse:
    """A provider's webhook: 204 once it is kept, 401 if it is forged, stale or unsigned, 413 if it is too large."""
    if provider not in {each.name for each in checkout_providers()}:
        raise Http404
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES * 4:
        return HttpResponse(status=413)
    try:
        services.take_events(provider, request.headers, request.body)
    except Forged as forged:
        log.warning("event refused", extra={"provider": provider, "why": forged.code})
        return HttpResponse(status=401)
    except Malformed as bad:
        log.warning("event not readable", extra={"provider": provider, "why": bad.code})
        return HttpResponse(status=400)
    return HttpResponse(status=204)
