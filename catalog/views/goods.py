"""The farmer's goods: what is on the shelf, putting something there, changing it, hiding it and taking that back."""

from dataclasses import dataclass
from decimal import Decimal
from secrets import token_hex
from time import time
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog import queries, services
from catalog.errors import ChangedSinceShown
from catalog.forms import ProductForm
from catalog.models import Product
from catalog.promises import promised_of
from catalog.wording import in_words
from common.codes import code_from
from common.errors import Refusal
from common.money import BadAmount, read_dong, show_dong
from common.quantity import BadQuantity, read_quantity, show_quantity
from sellers.access import Do
from sellers.models import Picture
from sellers.selling import SellerRequest, selling
from sellers.services import add_picture

UNDO = "undo_goods"  # the session's key for the last step that can be taken back
OFFERED_FOR = 10  # seconds the button stands on the page
TAKEN_FOR = 60  # seconds it still works: the line may be slow
STATES = [
    ("", gettext_lazy("Tất cả")),
    ("bay", gettext_lazy("Đang bày")),
    ("cat", gettext_lazy("Đang cất")),
    ("het", gettext_lazy("Hết hàng")),
]


@dataclass(frozen=True)
class Trouble:
    """What stood in the way of a small change on the shelf: at which product and field, what was typed, why not."""

    product_id: int
    field: str
    typed: str
    why: str


@require_safe
@selling(Do.EDIT_PRODUCTS)
def shelf(request: SellerRequest) -> HttpResponse:
    """Everything the farmer has listed, newest first; of a name or a state if asked for."""
    return shelf_page(request)


def shelf_page(request: SellerRequest, *, trouble: Trouble | None = None) -> HttpResponse:
    """The shelf; with trouble it says at the product what stood in the way."""
    words, state = request.GET.get("tim", "")[:80], request.GET.get("loc", "")
    after = request.GET.get("sau", "")
    goods = queries.goods_page(request.shop, after, words=words, state=state)
    context = {
        "goods": goods, "undo": _undo_offered(request), "tab": "goods", "words": words, "state": state, "states": STATES,
        "searchable": bool(goods.next or after or words or state), "trouble": trouble, "key": token_hex(8),
        "here": f"?{request.GET.urlencode()}" if request.GET else "",
    }  # fmt: skip
    return render(request, "catalog/goods_list.html", context, status=422 if trouble else 200)


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
    _say_promised(request, changed, before=product.stock)
    return redirect("goods:list")


def _back(request: SellerRequest) -> HttpResponse:
    """The shelf as it was looked at: same words, same page."""
    query = request.GET.urlencode()
    return redirect(reverse("goods:list") + (f"?{query}" if query else ""))


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
    return _back(request)


@require_POST
@selling(Do.EDIT_PRODUCTS)
def price(request: SellerRequest, code: str) -> HttpResponse:
    """Another price, typed on the shelf. Can be taken back for a minute."""
    product = _mine(request, code)
    try:
        amount = read_dong(request.POST.get("price", ""))
        before = services.change_price(product, amount, by=request.actor)
    except (BadAmount, Refusal) as bad:
        return shelf_page(
            request, trouble=Trouble(product.pk, "price", request.POST.get("price", ""), str(bad))
        )
    if before != amount:
        _remember(request, product, price=before, now=amount)
        said = _("%(title)s: giá mới %(price)s một %(unit)s, giá cũ %(before)s.")
        messages.success(
            request,
            said
            % {
                "title": product.title, "price": show_dong(amount), "unit": product.get_unit_display(),
                "before": show_dong(before),
            },
        )  # fmt: skip
    return _back(request)


@require_POST
@selling(Do.EDIT_PRODUCTS)
def restock(request: SellerRequest, code: str) -> HttpResponse:
    """More on the shelf: +10, +20, +50 or a number; or counted anew with `mode=set`."""
    product = _mine(request, code)
    quick, typed = request.POST.get("add", ""), request.POST.get("quantity", "")
    try:
        number = read_quantity(quick or typed)
        adds = bool(quick) or request.POST.get("mode") != "set"
        now = services.restock(
            product, by=request.actor, seen=request.POST.get("seen", ""), add=number if adds else None,
            to=None if adds else number,
        )  # fmt: skip
    except ChangedSinceShown:
        messages.success(request, _("Đã ghi rồi: %(what)s.") % {"what": in_words(product)})
        return _back(request)
    except (BadQuantity, Refusal) as bad:
        return shelf_page(request, trouble=Trouble(product.pk, "stock", typed, str(bad)))
    messages.success(request, _("Đã ghi: %(what)s.") % {"what": in_words(now)})
    _say_promised(request, now, before=product.stock)
    request.session.pop(UNDO, None)
    return _back(request)


def _say_promised(request: SellerRequest, product: Product, *, before: Decimal) -> None:
    """Whoever counts less than buyers were promised hears that the promise stands, and what to do if it cannot."""
    if not product.counted or product.stock >= before:
        return
    promised = promised_of(product)
    if promised.quantity > product.stock:
        text = _(
            "Số vừa ghi là hàng còn để bán thêm. Ngoài ra đã hứa %(quantity)s %(unit)s cho %(orders)s đơn chưa gói. "
            "Nếu không đủ để giao, hãy vào “Đơn hàng” báo “Không đủ hàng, đổi món”."
        )
        said = {
            "quantity": show_quantity(promised.quantity), "unit": product.get_unit_display(), "orders": promised.orders,
        }  # fmt: skip
        messages.warning(request, text % said)


@require_POST
@selling(Do.EDIT_PRODUCTS)
def copy(request: SellerRequest, code: str) -> HttpResponse:
    """A second one like this, hidden until it is changed and shown. `key` makes a double press one copy."""
    product = _mine(request, code)
    made = services.copy_product(
        product, by=request.actor, code=code_from("copy", product.pk, request.POST.get("key", "")[:40])
    )
    messages.success(
        request, _("Đã sao chép. Món mới đang cất: sửa xong, về danh sách bấm “Bày lại” là khách thấy.")
    )
    request.session.pop(UNDO, None)
    return redirect("goods:edit", made.public_code)


@require_POST
@selling(Do.EDIT_PRODUCTS)
def archive(request: SellerRequest, code: str) -> HttpResponse:
    """Take something off the shelf for good. Can be taken back for a minute; orders keep speaking of it."""
    product = _mine(request, code)
    services.archive_product(product, by=request.actor)
    _remember(request, product, archived=False)
    messages.success(request, _("Đã bỏ hẳn %(title)s.") % {"title": product.title})
    return _back(request)


@require_POST
@selling(Do.EDIT_PRODUCTS)
def undo(request: SellerRequest) -> HttpResponse:
    """Take the last hiding, showing, listing, price or taking away back."""
    last = request.session.pop(UNDO, None)
    if not last or time() - last["at"] > TAKEN_FOR:
        messages.info(request, _("Không còn gì để hoàn tác."))
        return _back(request)
    if "archived" in last:
        product = get_object_or_404(queries.archived_of(request.shop), public_code=last["code"])
        services.bring_back_product(product, by=request.actor)
        said = _("Đã để lại %(title)s.") % {"title": product.title}
    elif "price" in last:
        product = _mine(request, last["code"])
        services.change_price(product, last["price"], by=request.actor, only_from=last["now"])
        said = _("%(title)s: lại giá cũ %(price)s.") % {
            "title": product.title,
            "price": show_dong(last["price"]),
        }
    else:
        product = _mine(request, last["code"])
        services.set_hidden(product, last["hidden"], by=request.actor)
        said = _("Đã cất %(title)s.") if last["hidden"] else _("Đã bày lại %(title)s.")
        said = said % {"title": product.title}
    messages.success(request, said)
    return _back(request)


def _mine(request: SellerRequest, code: str) -> Product:
    """A product of this shop; a neighbour's does not exist here."""
    return get_object_or_404(queries.goods_of(request.shop), public_code=code)


def _form(request: SellerRequest, *data: Any, **options: Any) -> ProductForm:
    common = queries.common_goods(request.shop.province_id)
    return ProductForm(*data, shop=request.shop, categories=queries.kinds_to_sell(), common=common, **options)


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
        refusal.put_in(form)
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


def _remember(request: SellerRequest, product: Product, **back: Any) -> None:
    """Note how to take the step back: `hidden`, or `price` with the price `now`, or `archived`."""
    request.session[UNDO] = {"code": product.public_code, "at": time(), **back}


def _undo_offered(request: SellerRequest) -> int:
    """For how many seconds the button stands; 0 without anything to take back. Losing money takes longer to notice."""
    last = request.session.get(UNDO)
    if last is None:
        return 0
    stands = OFFERED_FOR if "hidden" in last else TAKEN_FOR
    return stands if time() - last["at"] <= stands else 0
