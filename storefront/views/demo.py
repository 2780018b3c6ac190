"""The demo's pretended bank. Its address exists only where DEMO is on."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from payments.asking import asked_by_key
from payments.providers.sepay import signed_headers
from payments.services import take_notices


@require_POST
@never_cache
def bank(request: HttpRequest, key: str) -> HttpResponse:
    """Send the signed notice that a bank would send had the buyer scanned this QR."""
    asked = asked_by_key(key)
    if asked is None:
        raise Http404
    feed = asked.account.feeds.filter(active=True).first()
    if feed is None:
        raise Http404
    now = timezone.now()
    body = json.dumps(
        {
            "id": asked.payment.pk, "gateway": asked.bank.short_name if asked.bank else "",
            "transactionDate": f"{timezone.localtime(now):%Y-%m-%d %H:%M:%S}", "accountNumber": asked.account.number,
            "subAccount": None, "code": None, "content": f"MBVCB.{asked.payment.pk}.{asked.payment.code}.CT tu 0011001234567",
            "transferType": "in", "transferAmount": asked.amount, "accumulated": asked.amount,
            "referenceCode": f"DEMO{asked.payment.pk}",
        }
    ).encode()  # fmt: skip
    take_notices(feed, signed_headers(feed.secret, now, body), body, now=now)
    paid = asked.payment
    if paid.purpose == paid.Purpose.STALL:
        return redirect(paid.stall_sale)
    purchase = paid.order.purchase if paid.order else paid.purchase
    return redirect(purchase.get_absolute_url() if purchase else "/")
