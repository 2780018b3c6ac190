"""The farmer's first screen: three buttons, and what waits behind each."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from orders.queries import shop_figures
from payments.queries import income_of, open_account, overview_of
from sellers.access import Do
from sellers.queries import review_of
from sellers.selling import SellerRequest, selling


@require_safe
@selling(Do.SEE_SHOP)
def home(request: SellerRequest) -> HttpResponse:
    """Goods, orders, money. 10 queries at most."""
    may_see_money = request.may.get("money", False)
    context = {
        "figures": shop_figures(request.shop),
        "income": income_of(request.shop) if may_see_money else None,
        "overview": overview_of(request.shop) if may_see_money else None,
        "account": open_account(request.shop) if may_see_money else None,
        "review": None if request.shop.is_live else review_of(request.shop.front),
        "tab": "home",
    }
    return render(request, "storefront/selling_home.html", context)
