"""The farmer's goods: what is on the shelf, putting something there, changing it, hiding it and taking that back."""

from time import time
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog import queries, services
from catalog.forms import ProductForm
from catalog.models import Product
from common.errors import Refusal
from common.money import show_dong
from common.quantity import show_quantity
from sellers.access import Do
from sellers.models import Picture
from sellers.selling import SellerRequest, selling
from sellers.services import add_picture

UNDO = "undo_goods"  # the session's key for the last hiding or showing
OFFERED_FOR = 10  # seconds the button stands on the page
TAKEN_FOR = 60  # seconds it still works: the line may be slow


@require_safe
@selling(Do.EDIT_PRODUCTS)
def shelf(request: SellerRequest) -> HttpResponse:
    """Everything the farmer has listed, newest first."""
    goods = queries.goods_page(request.shop, request.GET.get("sau", ""))
    context = {"goods": goods, "undo": _undo_offered(request), "tab": "goods"}
    return render(request, "catalog/goods_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@selling(Do.EDIT_PRODUCTS)
def new(request: SellerRequest) -> HttpResponse:
    """List something: photo, name, price and stock."""
    if request.method != "POST":
        return _form_page(request, _form(request), None)
    product, form = _take(request, None)
    if product is None:
        return _form_page(request, form, None, status=422)
    _remember(request, product, hidden=True)
    said = (
        _("Đã đăng %(what)s.")
        if request.shop.is_live
        else _("Đã lưu %(what)s. Khách thấy khi gian hàng được duyệt.")
    )
    messages.success(request, said % {"what": in_words(product)})
    return redirect("goods:list")


@require_http_methods(["GET", "HEAD", "POST"])
@selling(Do.EDIT_PRODUCTS)
def edit(request: SellerRequest, code: str) -> HttpResponse:
    """Change what is said about something. Orders already placed keep what they were told."""
    product = _mine(request, code)
    if request.method != "POST":
        return _form_page(request, _form(request, initial=ProductForm.values_of(product)), product)
    changed, form = _take(request, product)
    if changed is None:
        return _form_page(request, form, product, status=422)
    messages.success(request, _("Đã sửa: %(what)s.") % {"what": in_words(changed)})
    return redirect("goods:list")


@require_POST
@selling(Do.EDIT_PRODUCTS)
def hide(request: SellerRequest, code: str) -> HttpResponse:
    """Hide something from buyers or show it again. Offers to take that back instead of asking "are you sure"."""
    product = _mine(request, code)
    hidden = request.POST.get("hidden") == "1"
    if product.hidden != hidden:
        services.set_hidden(product, hidden, by=request.actor)
        _remember(request, product, hidden=not hidden)
        said = _("Đã cất %(title)s. Khách không thấy nữa.") if hidden else _("Đã bày lại %(title)s.")
        messages.success(request, said % {"title": product.title})
    return redirect("goods:list")


@require_POST
@selling(Do.EDIT_PRODUCTS)
def undo(request: SellerRequest) -> HttpResponse:
    """Take the last hiding, showing or listing back."""
    last = request.session.pop(UNDO, None)
    if not last or time() - last["at"] > TAKEN_FOR:
        messages.info(request, _("Không còn gì để hoàn tác."))
        return redirect("goods:list")
    product = _mine(request, last["code"])
    services.set_hidden(product, last["hidden"], by=request.actor)
    said = _("Đã cất %(title)s.") if last["hidden"] else _("Đã bày lại %(title)s.")
    messages.success(request, said % {"title": product.title})
    return redirect("goods:list")


def in_words(product: Product) -> str:
    """What was understood, read back: "Hồng vành khuyên, 35.000 ₫ một kg, còn 20 kg"."""
    unit = product.get_unit_display()
    price = _("%(title)s, %(price)s một %(unit)s") % {
        "title": product.title, "price": show_dong(product.price), "unit": unit,
    }  # fmt: skip
    if not product.counted:
        return price
    return _("%(price)s, còn %(stock)s %(unit)s") % {
        "price": price,
        "stock": show_quantity(product.stock),
        "unit": unit,
    }


def _mine(request: SellerRequest, code: str) -> Product:
    """A product of this shop; a neighbour's does not exist here."""
    return get_object_or_404(queries.goods_of(request.shop), public_code=code)


def _form(request: SellerRequest, *data: Any, **options: Any) -> ProductForm:
    common = queries.common_goods(request.shop.province_id)
    return ProductForm(*data, shop=request.shop, categories=queries.categories(), common=common, **options)


def _take(request: SellerRequest, product: Product | None) -> tuple[Product | None, ProductForm]:
    """Keep the photo first, then the product. No product: the form says why and knows the photo already kept."""
    form = _form(request, request.POST, request.FILES)
    valid = form.is_valid()
    try:
        form.kept = _picture(request, form)
        if not valid:
            return None, form
        facts = form.facts(picture=form.kept, product=product)
        if product is None:
            return services.list_product(request.shop, facts, by=request.actor), form
        return services.change_product(product, facts, by=request.actor), form
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None, form


def _picture(request: SellerRequest, form: ProductForm) -> Picture | None:
    """The photo sent now, or the one kept at an earlier try. Raises PictureRefused."""
    photo = form.cleaned_data.get("photo")
    if photo:
        title = form.cleaned_data.get("title") or request.shop.name
        return add_picture(
            photo, purpose=Picture.Purpose.PRODUCT, title=title, by=request.user, shop=request.shop
        )
    kept = form.cleaned_data.get("picture")
    mine = Picture.objects.filter(shop=request.shop, purpose=Picture.Purpose.PRODUCT)
    return mine.prefetch_related("renditions").filter(pk=kept).first() if kept else None


def _form_page(
    request: SellerRequest, form: ProductForm, product: Product | None, status: int = 200
) -> HttpResponse:
    shown = form.kept or (product.picture if product else None)
    context = {
        "form": form, "product": product, "picture": shown, "tab": "goods",
        "base_price": product.base_price if product else None,
    }  # fmt: skip
    return render(request, "catalog/goods_form.html", context, status=status)


def _remember(request: SellerRequest, product: Product, *, hidden: bool) -> None:
    """Note how to take the step back: set the product's `hidden` to this."""
    request.session[UNDO] = {"code": product.public_code, "hidden": hidden, "at": time()}


def _undo_offered(request: SellerRequest) -> bool:
    last = request.session.get(UNDO)
    return last is not None and time() - last["at"] <= OFFERED_FOR
