"""The leave a farmer has given to others, and the end of working for somebody else."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sellers import services
from sellers.access import Do
from sellers.models import Consent
from sellers.selling import ACTING, SellerRequest, selling


@require_POST
@selling(Do.SEE_SHOP)
def withdraw(request: SellerRequest, consent_id: int) -> HttpResponse:
    """The farmer takes back the leave given to somebody; that person's next request is refused."""
    rows = Consent.objects.filter(shop=request.shop, farmer=request.user).select_related("agent")
    consent = get_object_or_404(rows, pk=consent_id)
    services.withdraw_consent(consent, by=request.user)
    messages.success(
        request, _("%(name)s không còn làm giúp gian hàng của bạn.") % {"name": consent.agent.name}
    )
    return redirect("shopfront:edit")


@require_POST
@login_required
def stop_acting(request: HttpRequest) -> HttpResponse:
    """Back to one's own work."""
    request.session.pop(ACTING, None)
    messages.success(request, _("Bạn đã thôi làm giúp."))
    return redirect("after_login")
