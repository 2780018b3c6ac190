"""The farmer's lots: one harvest each, with a label to stick on the packs."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from catalog import lots, queries
from catalog.lot_forms import LotForm
from catalog.models import Lot
from common.errors import Refusal
from sellers.access import Do
from sellers.models import Picture
from sellers.selling import SellerRequest, selling
from sellers.services import add_picture


@require_safe
@selling(Do.EDIT_PRODUCTS)
def shelf(request: SellerRequest) -> HttpResponse:
    """All lots, newest first."""
    page = lots.lots_page(request.shop, request.GET.get("sau", ""))
    return render(request, "catalog/lots.html", {"lots": page, "tab": "goods"})


@require_http_methods(["GET", "HEAD", "POST"])
@selling(Do.EDIT_PRODUCTS)
def new(request: SellerRequest) -> HttpResponse:
    """Note a harvest. `?hang=<code>` has the product chosen already."""
    first = {"product": request.GET.get("hang", "")}
    form = LotForm(request.POST or None, request.FILES or None, shop=request.shop, initial=first)
    if request.method == "POST" and form.is_valid():
        product = get_object_or_404(queries.goods_of(request.shop), public_code=form.cleaned_data["product"])
        try:
            lot = lots.add_lot(product, form.facts(_photo(request, form)), by=request.actor)
        except Refusal as refusal:
            _refused(form, refusal)
        else:
            messages.success(request, _("Đã ghi lô %(code)s.") % {"code": lot.public_code})
            return redirect("lots:list")
    return _form_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@selling(Do.EDIT_PRODUCTS)
def edit(request: SellerRequest, code: str) -> HttpResponse:
    """Put a slip right, within a day."""
    lot = _mine(request, code)
    form = LotForm(
        request.POST or None, request.FILES or None, shop=request.shop, initial=LotForm.values_of(lot)
    )
    form.fields["product"].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            lots.change_lot(lot, form.facts(_photo(request, form)), by=request.actor)
        except Refusal as refusal:
            _refused(form, refusal)
        else:
            messages.success(request, _("Đã sửa lô %(code)s.") % {"code": lot.public_code})
            return redirect("lots:list")
    return _form_page(request, form, lot)


def _mine(request: SellerRequest, code: str) -> Lot:
    """A lot of this shop; a neighbour's does not exist here."""
    lot = lots.lot_of(request.shop, code)
    if lot is None:
        raise Http404
    return lot


def _photo(request: SellerRequest, form: LotForm) -> Picture | None:
    upload = form.cleaned_data.get("photo")
    if not upload:
        return None
    return add_picture(
        upload, purpose=Picture.Purpose.PRODUCT, title=form.cleaned_data["plot"], by=request.user, shop=request.shop
    )  # fmt: skip


def _refused(form: Any, refusal: Refusal) -> None:
    refusal.put_in(form)


def _form_page(request: SellerRequest, form: LotForm, lot: Lot | None) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, "catalog/lot_form.html", {"form": form, "lot": lot, "tab": "goods"}, status=status)
