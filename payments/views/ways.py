"""Which ways to pay are taken: by a shop, and by the whole market."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from payments import methods, services
from payments.desk import DeskRequest, running_money
from payments.method_forms import WaysForm
from payments.models import MethodRule
from sellers.access import Do
from sellers.models import Shop
from sellers.selling import SellerRequest, selling


@require_http_methods(["GET", "HEAD", "POST"])
@selling(Do.SEE_MONEY)
def own(request: SellerRequest) -> HttpResponse:
    """What the farmer's shop takes. 6 queries."""
    return _page(request, request.shop, "payments/ways.html", "money:home")


@require_http_methods(["GET", "HEAD", "POST"])
@running_money
def of_all(request: DeskRequest) -> HttpResponse:
    """What the whole market takes. 5 queries."""
    return _page(request, None, "payments/desk/ways.html", "desk:ways")


def _page(request: HttpRequest, shop: Shop | None, template: str, after: str) -> HttpResponse:
    rules = {rule.method: rule for rule in MethodRule.objects.filter(shop=shop)}
    form = WaysForm(request.POST if request.method == "POST" else None, ways=methods.all_ways(), rules=rules)
    if form.is_bound and form.is_valid():
        services.set_ways(shop, form.said(), by=request.user)  # type: ignore[arg-type]  # signed in, or not here
        messages.success(request, _("Đã lưu. Đơn đã đặt vẫn giữ nguyên."))
        return redirect(after)
    return render(request, template, {"form": form, "tab": "money"}, status=422 if form.is_bound else 200)
