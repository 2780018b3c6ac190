"""Posters, the market-stall plate and what to share: for the farmer, and for the village that helps."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from catalog.queries import goods_to_print
from common.ratelimits import limited
from payments.asking import AskedByPlate
from payments.stall_queries import plate_of
from sellers.access import Do, can
from sellers.models import Shop
from sellers.queries import shop_to_print
from sellers.selling import SellerRequest, selling
from sellers.village_queries import shop_by_code
from storefront.errors import NotOnMarket
from storefront.offers import absolute
from storefront.prints import sheets
from storefront.prints.facts import ShopFacts, plate_facts, shop_facts
from storefront.share_files import card_path
from storefront.short_links import short_address, spoken_address

MAKERS = {"pdf": ("application/pdf", sheets.pdf), "png": ("image/png", sheets.png)}
FEEDS = {"xml": "Google, Facebook (XML)", "csv": "Facebook, Zalo (CSV)"}
# Setting a page costs 0.05 to 0.3 s of one core
few_previews, few_files = limited("120/minute", methods=("GET",)), limited("40/minute", methods=("GET",))


# --- the farmer's own -----------------------------------------------------------------------------------------------


@require_safe
@selling(Do.EDIT_PAGE)
def own_desk(request: SellerRequest) -> HttpResponse:
    """What the farmer may print and share; with the phone on it if the owner ticked that. 6 queries at most."""
    phone = _wants_phone(request)
    context = _desk(_to_print(request.shop), reverse("prints:desk"), "?dien-thoai=1" if phone else "")
    context |= {"tab": "shop", "may_show_phone": _is_owner(request), "with_phone": phone}
    return render(request, "storefront/prints.html", context)


@require_safe
@selling(Do.EDIT_PAGE)
@few_previews
def own_preview(request: SellerRequest, sheet: str) -> HttpResponse:
    """A print, small, for the page."""
    return _preview(_to_print(request.shop), sheet, with_phone=_wants_phone(request))


@require_safe
@selling(Do.EDIT_PAGE)
@few_files
def own_file(request: SellerRequest, sheet: str, kind: str) -> HttpResponse:
    """A print as a file to keep."""
    return _file(_to_print(request.shop), sheet, kind, with_phone=_wants_phone(request))


@require_safe
@selling(Do.SEE_MONEY)
@few_files
def own_plate(request: SellerRequest) -> HttpResponse:
    """The stall's plate with the VietQR: for those who see the shop's money, also before the shop is on the market."""
    plate = plate_of(request.shop)
    if plate is None:
        raise Http404
    made = sheets.plate_pdf(shop_facts(_to_print(request.shop)), plate_facts(AskedByPlate(plate)))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="ma-dan-{request.shop.slug}.pdf"'
    return response


def _is_owner(request: SellerRequest) -> bool:
    return request.acting is None and request.shop.owner_id == request.user.pk


def _wants_phone(request: SellerRequest) -> bool:
    """A phone stands on paper only by its owner's own tick; whoever works for them cannot give it away."""
    return _is_owner(request) and request.GET.get("dien-thoai") == "1"


# --- the village's --------------------------------------------------------------------------------------------------


def _village_shop(request: HttpRequest, code: str) -> Shop:
    """A shop whose work pages the person may see. Every other shop does not exist."""
    shop = shop_by_code(code)
    if shop is None or not can(request.user, Do.SEE_SHOP, shop):
        raise Http404
    return _to_print(shop)


@require_safe
@never_cache
@login_required
def village_desk(request: SignedInRequest, code: str) -> HttpResponse:
    """The same for the head, the volunteers and the officers: never with the phone."""
    shop = _village_shop(request, code)
    context = _desk(shop, reverse("village_prints:desk", args=[code]))
    context |= {"village": shop.village, "tab_shops": True, "in_village": True}
    return render(request, "storefront/village_prints.html", context)


@require_safe
@never_cache
@login_required
@few_previews
def village_preview(request: SignedInRequest, code: str, sheet: str) -> HttpResponse:
    """A print, small, for the page."""
    return _preview(_village_shop(request, code), sheet)


@require_safe
@never_cache
@login_required
@few_files
def village_file(request: SignedInRequest, code: str, sheet: str, kind: str) -> HttpResponse:
    """A print as a file to keep."""
    return _file(_village_shop(request, code), sheet, kind)


# --- both -----------------------------------------------------------------------------------------------------------


def _to_print(shop: Shop) -> Shop:
    found = shop_to_print(shop.pk)
    if found is None:
        raise Http404
    return found


def _desk(shop: Shop, here: str, query: str = "") -> dict[str, Any]:
    """What the page shows; `here` is its own address, below which its files lie. A closed shop has nothing to print."""
    context: dict[str, Any] = {"shop": shop}
    if shop.is_live:
        context |= {
            "prints": [
                (
                    sheet,
                    f"{here}xem/{sheet.slug}.png{query}",
                    f"{here}{sheet.slug}.pdf{query}",
                    f"{here}{sheet.slug}.png{query}",
                )
                for sheet in sheets.SHEETS.values()
            ],
            "card": card_path(shop),
            "short": short_address(shop.public_code),
            "spoken": spoken_address(shop.public_code),
            "feeds": [
                (label, absolute(reverse("feeds:shop", args=[shop.slug, kind])))
                for kind, label in FEEDS.items()
            ],
            "feed_table": reverse("feeds:shop", args=[shop.slug, "xlsx"]),
        }
    return context


def _said(shop: Shop, slug: str, with_phone: bool) -> tuple[sheets.Sheet, ShopFacts]:
    if slug not in sheets.SHEETS:
        raise Http404
    if not shop.is_live:
        raise NotOnMarket
    return sheets.SHEETS[slug], shop_facts(shop, goods_to_print(shop), with_phone=with_phone)


def _preview(shop: Shop, slug: str, *, with_phone: bool = False) -> HttpResponse:
    return HttpResponse(sheets.preview(*_said(shop, slug, with_phone)), content_type="image/png")


def _file(shop: Shop, slug: str, kind: str, *, with_phone: bool = False) -> HttpResponse:
    sheet, facts = _said(shop, slug, with_phone)
    content_type, make = MAKERS[kind]
    response = HttpResponse(make(sheet, facts), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{sheet.slug}-{shop.slug}.{kind}"'
    return response
