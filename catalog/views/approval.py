"""The village head's yes: it opens the shop and puts its goods on the market, so it lives beside the goods."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from catalog import services
from sellers.access import Do
from sellers.errors import WrongShopStatus
from sellers.models import Shop
from sellers.selling import SellerRequest, selling
from sellers.views.village import of_village_shop, shop_page


class ChangedSinceSeen(WrongShopStatus):
    """Somebody saved a newer version while the head was reading."""

    code = "changed_since_seen"


@require_POST
@selling(Do.EDIT_PAGE)
def publish(request: SellerRequest) -> HttpResponse:
    """A farmer who is also the head of the village needs nobody else's yes."""
    services.publish_page(request.shop, by=request.user)
    messages.success(request, _("Trang mới đã lên chợ."))
    return redirect("shopfront:edit")


@require_POST
@of_village_shop
def approve(request: SignedInRequest, shop: Shop) -> HttpResponse:
    """Publish the version the head has looked at; its name comes with the form as `seen`."""
    seen = request.POST.get("seen", "")
    try:
        services.approve_shop(shop, by=request.user, seen=seen)
    except WrongShopStatus:
        changed = ChangedSinceSeen(
            _("Trang đã thay đổi sau khi bạn mở xem. Hãy xem bản mới dưới đây rồi duyệt.")
        )
        shop.front.refresh_from_db()
        return shop_page(request, shop, refusal=changed)
    messages.success(request, _("%(name)s đã lên chợ.") % {"name": shop.name})
    return redirect("village:shop", shop.public_code)
