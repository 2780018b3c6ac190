"""A buyer's report about an order, by the order's unguessable address."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import Refusal
from common.ratelimits import limited
from orders import complaints
from orders.complaint_forms import ComplaintForm
from orders.models import Complaint, Order
from orders.views.complaints import photo_of


def _order(key: str) -> Order:
    return get_object_or_404(Order.objects.select_related("shop"), key=key)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("30/hour")
def report(request: HttpRequest, key: str) -> HttpResponse:
    """What is wrong with the goods: kind, words, photos. The seller is told and has a deadline."""
    order = _order(key)
    form = ComplaintForm(order, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            complaints.report(order, form.said())
        except Refusal as refusal:
            form.add_error("photo_1" if refusal.field else None, str(refusal.message))
        else:
            messages.success(request, _("Đã báo người bán. Người bán phải trả lời trước hạn."))
            return redirect(order)
    elif request.method != "POST" and not complaints.can_complain(order):
        return redirect(order)
    status = 422 if request.method == "POST" else 200
    return render(request, "storefront/complain.html", {"order": order, "form": form}, status=status)


@require_POST
@never_cache
def reply(request: HttpRequest, key: str) -> HttpResponse:
    """The buyer agrees with the seller's answer, or wants an officer. Pressing twice changes nothing."""
    order = _order(key)
    found = order.complaints.filter(state__in=(Complaint.State.OPEN, Complaint.State.ANSWERED)).first()
    if found is not None:
        try:
            if request.POST.get("answer") == "yes":
                complaints.accept(found.pk)
            else:
                complaints.escalate(found.pk)
            messages.success(request, _("Đã ghi câu trả lời của bạn."))
        except Refusal as refusal:
            messages.error(request, str(refusal.message))
    return redirect(order)


@require_safe
@never_cache
def photo(request: HttpRequest, key: str, code: str, number: int) -> HttpResponse:
    """The buyer's own photo."""
    return photo_of(_order(key).complaints.filter(public_code=code).first(), number)
