"""Where a pack comes from: the page that its code opens, by our own address or by a GS1 Digital Link."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.gtin import BadGtin, read_gtin
from catalog.lots import lot_of, public_lot, trace_path
from catalog.models import Lot
from payments import qr
from sellers.access import Do
from sellers.selling import SellerRequest, selling
from storefront.caching import public_page


@require_safe
@public_page
def show(request: HttpRequest, code: str) -> HttpResponse:
    """What the tracing rules ask to show, and how to reach the household. 6 queries at most."""
    lot = _lot(code)
    papers = [paper for paper in lot.shop.certificates.all() if paper.product_id in (None, lot.product_id)]
    return render(request, "storefront/lot.html", {"lot": lot, "shop": lot.shop, "papers": papers})


@require_safe
@public_page
def by_gtin(request: HttpRequest, gtin: str, code: str) -> HttpResponse:
    """A GS1 Digital Link leads to the lot's page; a number of other goods leads nowhere."""
    lot = _lot(code)
    try:
        fits = read_gtin(gtin) == lot.product.gtin != ""
    except BadGtin:
        fits = False
    if not fits:
        raise Http404
    return redirect(lot)


@require_safe
@public_page
def code_png(request: HttpRequest, code: str) -> HttpResponse:
    """The lot's QR as a picture."""
    return HttpResponse(qr.png(_address(_lot(code)), scale=12), content_type="image/png")


@never_cache
@require_safe
@selling(Do.EDIT_PRODUCTS)
def label(request: SellerRequest, code: str) -> HttpResponse:
    """A sheet of eight labels for the packs, to print."""
    lot = lot_of(request.shop, code)
    if lot is None:
        raise Http404
    drawn = qr.svg(_address(lot), label=lot.public_code)
    context = {"lot": lot, "shop": request.shop, "qr": drawn, "copies": range(8), "tab": "goods"}
    return render(request, "storefront/lot_label.html", context)


def _lot(code: str) -> Lot:
    lot = public_lot(code)
    if lot is None:
        raise Http404
    return lot


def _address(lot: Lot) -> str:
    return f"{settings.SITE_URL}{trace_path(lot)}"
