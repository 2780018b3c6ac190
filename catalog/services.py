"""Every write about products and stock."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Round
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from catalog.errors import BadProduct, ChangedSinceShown, OutOfStock
from catalog.models import CERT_BITS, Category, Certificate, Product
from catalog.promises import promised_of
from catalog.seasons import ALL_YEAR
from catalog.units import WEIGHED
from common import audit
from common.actors import Actor
from common.codes import public_code
from common.days import local_day
from common.folding import fold, nfc
from common.inserting import save_column
from common.public_pages import purge
from common.quantity import show_quantity
from sellers import services as shops
from sellers.models import Picture, Shop

MOST_STOCK = Decimal(10**8)  # in any unit; everything above is a slip of the finger
COPIED = (
    "category",
    "unit",
    "price",
    "step",
    "minimum",
    "counted",
    "stock",
    "description",
    "season_mask",
    "picture",
    "variety",
    "grade",
    "making",
    "net_quantity",
    "net_unit",
    "keeps",
    "grams",
    "tolerance",
)  # what a copy has in common with its original; a bar code names one trade item only


@dataclass(frozen=True)
class ProductFacts:
    """What a farmer says about one product. `price` is đồng for one unit; quantities are in the unit."""

    title: str
    category: Category
    unit: str
    price: int
    stock: Decimal
    step: Decimal = Decimal(1)
    minimum: Decimal = Decimal(1)
    counted: bool = True
    season_mask: int = ALL_YEAR
    description: str = ""
    picture: Picture | None = None
    hidden: bool = False
    variety: str = ""
    grade: str = ""
    making: str = ""
    net_quantity: Decimal | None = None  # content of one unit, in `net_unit`
    net_unit: str = ""
    gtin: str = ""  # 14 digits
    keeps: str = Product.Keeps.WEEKS  # how long it stays good, which limits how it travels
    grams: int | None = None  # what one unit weighs packed, where its unit or label does not say it
    tolerance: int | None = None  # percent by which the scales may differ when packed; None: sold as it is
    harvest_on: date | None = None  # sold before it is picked: `stock` is what is left of `preorder_cap`
    preorder_cap: Decimal | None = None


def search_text(facts: ProductFacts | Product, shop: Shop) -> str:
    """What a product can be found by, folded: title, kind in both languages, shop, village and commune."""
    kind, commune = facts.category, shop.village.parent
    parts = [
        facts.title,
        kind.name,
        kind.name_en,
        shop.name,
        shop.village.name,
        commune.name if commune else "",
    ]
    return fold(" ".join(parts))[:400]


@transaction.atomic
def list_product(shop: Shop, facts: ProductFacts, *, by: Actor, code: str = "") -> Product:
    """Put a new product on a shop's shelf; buyers see it at once if the shop is open. Raises BadProduct.

    `code` is its public code where it was given away before.
    """
    check_facts(facts, shop)
    product = Product(
        shop=shop, province_id=shop.province_id, commune_id=shop.commune_id, village_id=shop.village_id,
        public_code=code or public_code(), live=shop.is_live and not facts.hidden, cert_mask=_mask_of_shop(shop),
        folded=search_text(facts, shop),
        **_columns(facts),
    )  # fmt: skip
    product.save()
    purge(shop.page_tag)
    audit.record("product.listed", product, by=by, price=facts.price)
    return product


@transaction.atomic
def change_product(product: Product, facts: ProductFacts, *, by: Actor) -> Product:
    """Change what is said about a product. Orders already placed keep what they were told. Raises BadProduct."""
    product = (
        Product.objects.select_for_update(of=("self",))
        .select_related("shop__village__parent")
        .get(pk=product.pk)
    )
    check_facts(facts, product.shop)
    _check_promised(facts, product)
    _check_unit(facts, product)
    before = {"price": product.price, "stock": str(product.stock), "hidden": product.hidden}
    for column, value in _columns(facts).items():
        if column != "picture" or value is not None:
            setattr(product, column, value)
    product.folded = search_text(facts, product.shop)
    product.live = product.shop.is_live and not product.hidden and product.archived_at is None
    product.save()
    purge(product.shop.page_tag)
    audit.record(
        "product.changed", product, by=by, before=before,
        after={"price": product.price, "stock": str(product.stock), "hidden": product.hidden},
    )  # fmt: skip
    return product


def _columns(facts: ProductFacts) -> dict:
    return {
        "title": nfc(" ".join(facts.title.split())), "description": nfc(facts.description.strip()),
        "category": facts.category, "unit": facts.unit, "price": facts.price, "stock": facts.stock,
        "step": facts.step, "minimum": facts.minimum, "counted": facts.counted, "season_mask": facts.season_mask,
        "picture": facts.picture, "hidden": facts.hidden,
        "variety": nfc(" ".join(facts.variety.split())), "grade": facts.grade, "making": facts.making,
        "net_quantity": facts.net_quantity, "net_unit": facts.net_unit, "gtin": facts.gtin,
        "keeps": facts.keeps, "grams": facts.grams, "tolerance": facts.tolerance,
        "harvest_on": facts.harvest_on, "preorder_cap": facts.preorder_cap,
    }  # fmt: skip


def facts_of(product: Product) -> ProductFacts:
    """What is said about a product now. A promise of harvest whose day has come is none any more."""
    said = {field.name: getattr(product, field.name) for field in fields(ProductFacts)}
    if not product.is_preorder:
        said |= {"harvest_on": None, "preorder_cap": None}
    return ProductFacts(**said)


def check_facts(facts: ProductFacts, shop: Shop) -> None:
    """Raises BadProduct for what cannot be, with the field at fault."""
    if facts.price <= 0:
        raise BadProduct(_("Giá phải lớn hơn 0 đồng."), field="price")
    if facts.stock < 0:
        raise BadProduct(_("Số lượng còn không thể âm."), field="stock")
    if facts.step <= 0 or facts.minimum <= 0:
        raise BadProduct(_("Bước mua và số mua ít nhất phải lớn hơn 0."), field="minimum")
    if facts.picture is not None and facts.picture.shop_id != shop.pk:
        raise BadProduct(_("Ảnh này không thuộc gian hàng."), field="photo")
    if (facts.net_quantity is None) != (facts.net_unit == ""):
        raise BadProduct(_("Hãy ghi cả số và đơn vị của mỗi gói, mỗi chai."), field="net_quantity")
    if facts.net_quantity is not None and facts.net_quantity <= 0:
        raise BadProduct(_("Số này phải lớn hơn 0."), field="net_quantity")
    if facts.tolerance is not None and facts.unit not in WEIGHED:
        raise BadProduct(_("Chỉ hàng bán theo cân mới cân lại lúc gói."), field="tolerance")
    _check_preorder(facts)


def _check_preorder(facts: ProductFacts) -> None:
    if facts.harvest_on is None:
        if facts.preorder_cap is not None:
            raise BadProduct(_("Hãy ghi ngày thu hoạch."), field="harvest_on")
        return
    if facts.harvest_on <= local_day():
        raise BadProduct(_("Ngày thu hoạch phải là một ngày sắp tới."), field="harvest_on")
    if not facts.counted:
        raise BadProduct(_("Hàng đặt trước thì phải ghi số lượng."), field="stock")
    if facts.preorder_cap is None or facts.preorder_cap <= 0:
        raise BadProduct(_("Hãy ghi nhận đặt nhiều nhất bao nhiêu."), field="preorder_cap")
    if facts.stock > facts.preorder_cap:
        raise BadProduct(_("Số còn lại không thể nhiều hơn số nhận đặt."), field="preorder_cap")


def _check_promised(facts: ProductFacts, product: Product) -> None:
    """A harvest cannot be made smaller than what buyers were promised of it: that is shared out, and paid back."""
    if facts.preorder_cap is None or (facts.stock, facts.preorder_cap) == (
        product.stock,
        product.preorder_cap,
    ):
        return
    promised = promised_of(product)
    if promised.quantity + facts.stock > facts.preorder_cap:
        text = _(
            "Đã hứa %(quantity)s %(unit)s cho %(orders)s đơn, nên số nhận đặt ít nhất là %(least)s. "
            "Nếu thu hoạch được ít hơn, hãy vào “Đơn hàng”, “Hàng đặt trước” để chia."
        )
        said = {
            "quantity": show_quantity(promised.quantity), "unit": product.get_unit_display(),
            "orders": promised.orders, "least": show_quantity(promised.quantity + facts.stock),
        }  # fmt: skip
        raise BadProduct(text % said, field="preorder_cap")


def _check_unit(facts: ProductFacts, product: Product) -> None:
    """What was promised comes back to the shelf in the unit it was sold in, should its order be given up."""
    if facts.unit == product.unit:
        return
    promised = promised_of(product)
    if promised.quantity:
        text = _(
            "Đã hứa %(quantity)s %(unit)s cho %(orders)s đơn, gói xong mới đổi được cách tính. "
            "Muốn bán theo cách khác ngay thì đăng một món mới."
        )
        said = {
            "quantity": show_quantity(promised.quantity), "unit": product.get_unit_display(),
            "orders": promised.orders,
        }  # fmt: skip
        raise BadProduct(text % said, field="unit")


@transaction.atomic
def set_hidden(product: Product, hidden: bool, *, by: Actor) -> None:
    """Hide a product from buyers or show it again. Doing it twice changes nothing."""
    product = Product.objects.select_for_update(of=("self",)).select_related("shop").get(pk=product.pk)
    if product.hidden == hidden:
        return
    product.hidden = hidden
    product.live = product.shop.is_live and not hidden and product.archived_at is None
    product.save(update_fields=["hidden", "live", "updated_at"])
    purge(product.shop.page_tag)
    audit.record("product.hidden" if hidden else "product.shown", product, by=by)


@transaction.atomic
def archive_product(product: Product, *, by: Actor) -> None:
    """Take a product off the shelf for good. The row stays, because orders speak of it."""
    if Product.objects.filter(pk=product.pk, archived_at__isnull=True).update(
        archived_at=timezone.now(), live=False, updated_at=timezone.now()
    ):
        purge(product.shop.page_tag)
        audit.record("product.archived", product, by=by)


@transaction.atomic
def bring_back_product(product: Product, *, by: Actor) -> None:
    """Put something that was taken away for good back on the shelf as it was. Doing it twice changes nothing."""
    product = _locked(product)
    if product.archived_at is None:
        return
    product.archived_at, product.live = None, product.shop.is_live and not product.hidden
    product.save(update_fields=["archived_at", "live", "updated_at"])
    audit.record("product.brought_back", product, by=by)


@transaction.atomic
def change_price(product: Product, price: int, *, by: Actor, only_from: int | None = None) -> int:
    """Ask another price (đồng for one unit) from now on; what lies in carts is asked about there. Returns the old one.

    `only_from`: change it only if this is the price now, which is how a change is taken back. Raises BadProduct.
    """
    if price <= 0:
        raise BadProduct(_("Giá phải lớn hơn 0 đồng."), field="price")
    product = _locked(product)
    before = product.price
    if before == price or (only_from is not None and before != only_from):
        return before
    product.price = price
    product.save(update_fields=["price", "updated_at"])
    audit.record("product.repriced", product, by=by, before=before, after=price)
    return before


@transaction.atomic
def restock(
    product: Product, *, by: Actor, seen: str, add: Decimal | None = None, to: Decimal | None = None
) -> Product:
    """Put more on the shelf (`add`) or count anew (`to`), in the product's unit. Returns the product as it is now.

    `seen` is the `version` of the product that the page showed: pressing +10 twice adds ten once. Raises
    ChangedSinceShown, BadProduct.
    """
    product = _locked(product)
    if seen != product.version:
        raise ChangedSinceShown
    if not product.counted:
        raise BadProduct(_("Món này lúc nào cũng có, không đếm số lượng."), field="stock")
    before = product.stock
    after = before + add if add is not None else to
    if after is None or after < 0 or after > MOST_STOCK:
        raise BadProduct(_("Số này không hợp lý. Hãy xem lại."), field="stock")
    product.stock = after
    if product.harvest_on is not None and product.preorder_cap is not None:
        product.preorder_cap += max(Decimal(0), after - before)
    product.save(update_fields=["stock", "preorder_cap", "updated_at"])
    audit.record("product.restocked", product, by=by, before=str(before), after=str(after))
    return product


@transaction.atomic
def copy_product(product: Product, *, by: Actor, code: str) -> Product:
    """A second product like this one, hidden until the farmer has changed it. The same `code` again gives that copy."""
    made = Product.objects.filter(shop=product.shop, public_code=code).first()
    if made is not None:
        return made
    ahead = product.is_preorder
    copy = Product(
        shop=product.shop, public_code=code, title=_("%(title)s (bản sao)") % {"title": product.title[:68]},
        province_id=product.province_id, commune_id=product.commune_id, village_id=product.village_id,
        hidden=True, live=False, cert_mask=_mask_of_shop(product.shop),
        harvest_on=product.harvest_on if ahead else None, preorder_cap=product.preorder_cap if ahead else None,
        **{column: getattr(product, column) for column in COPIED},
    )  # fmt: skip
    copy.folded = search_text(copy, product.shop)
    copy.save()
    audit.record("product.copied", copy, by=by, original=product.pk)
    return copy


def _locked(product: Product) -> Product:
    rows = Product.objects.select_for_update(of=("self",)).select_related("shop__village__parent")
    return rows.get(pk=product.pk)


@transaction.atomic
def follow_shop(shop: Shop) -> int:
    """Bring `live` and the copied places of a shop's products in line with the shop. Returns how many rows changed.

    Called when a shop opens, pauses or moves.
    """
    shop.refresh_from_db()
    shown = Case(When(Q(hidden=False, archived_at__isnull=True), then=shop.is_live), default=False)
    return Product.objects.filter(shop=shop).update(
        live=shown, province_id=shop.province_id, commune_id=shop.commune_id, village_id=shop.village_id,
        updated_at=timezone.now(),
    )  # fmt: skip


def take_stock(product_id: int, quantity: Decimal) -> None:
    """Take goods off the shelf in one UPDATE that checks, takes and locks. Call inside a transaction.

    `quantity` is in the product's unit, above 0; a product that is not counted keeps its figure.
    Raises OutOfStock if it is gone, hidden or short; then nothing has changed. Source: architecture, 7.1.
    """
    enough = Q(counted=False) | Q(stock__gte=quantity)
    left = Round(F("stock") - quantity, 3)  # SQLite subtracts floats: 0.3 - 0.1 would no longer cover 0.2
    stock = Case(When(counted=True, then=left), default=F("stock"))
    if not Product.objects.on_sale().filter(enough, pk=product_id).update(stock=stock):
        raise OutOfStock(product_id)


def take_from_locked(wanted: Sequence[tuple[Product, Decimal]]) -> None:
    """Take many goods off the shelves in one UPDATE. The products are locked and as they are now.

    Raises OutOfStock for the first that is gone, hidden or short; then nothing has changed.
    """
    counted: dict[int, Product] = {}
    for product, quantity in wanted:
        if not product.live or (product.counted and product.stock < quantity):
            raise OutOfStock(product.pk)
        if product.counted:
            product.stock -= quantity
            counted[product.pk] = product
    if counted:
        save_column(list(counted.values()), "stock")


def take_up_to(product_id: int, quantity: Decimal) -> Decimal:
    """Take what there is of a quantity off the shelf, for goods that weighed more than they were sold for.

    Answers how much was taken: the shelf's count may have been too low. Call inside a transaction.
    """
    product = Product.objects.select_for_update(of=("self",)).get(pk=product_id)
    taken = min(quantity, product.stock) if product.counted else quantity
    if product.counted and taken:
        Product.objects.filter(pk=product_id).update(stock=Round(F("stock") - taken, 3))
    return taken


def sell_out(product_id: int, *, by: Actor) -> None:
    """Nothing is left of it: what the shelf still counted was never there. Call inside a transaction."""
    product = Product.objects.select_for_update(of=("self",)).select_related("shop").get(pk=product_id)
    if not product.counted or not product.stock:
        return
    before, product.stock = product.stock, Decimal(0)
    product.save(update_fields=["stock", "updated_at"])
    purge(product.shop.page_tag)
    audit.record("product.sold_out", product, by=by, before=str(before))


def promise_harvest(product: Product, day: date, *, by: Actor) -> None:
    """Name another day of harvest to those who order from now on. Call inside a transaction."""
    before = product.harvest_on
    Product.objects.filter(pk=product.pk, harvest_on__isnull=False).update(
        harvest_on=day, updated_at=timezone.now()
    )
    purge(product.shop.page_tag)
    audit.record("product.harvest_moved", product, by=by, before=str(before), after=str(day))


def put_back(product_id: int, quantity: Decimal) -> None:
    """Return goods to the shelf. Call inside a transaction, once per order line that is given up."""
    more = Round(F("stock") + quantity, 3)
    Product.objects.filter(pk=product_id, counted=True).update(stock=more, preorder_cap=_cap_above(more))


def _cap_above(stock: Any) -> Case:
    """What may be ordered ahead is never less than what is left: the farmer may have lowered it meanwhile."""
    return Case(When(preorder_cap__lt=stock, then=stock), default=F("preorder_cap"))


def rate(product_id: int, *, stars: int, count: int) -> None:
    """Add a review to a product's stars, or take one away (both minus). Call inside the review's transaction."""
    Product.objects.filter(pk=product_id).update(
        rating_sum=F("rating_sum") + stars, rating_count=F("rating_count") + count
    )


def touch(product_id: int, shop: Shop) -> None:
    """What a product's page says changed elsewhere, such as in a review: every kept copy of the page is old."""
    Product.objects.filter(pk=product_id).update(updated_at=timezone.now())
    purge(shop.page_tag)


@transaction.atomic
def refresh_cert_masks(shop: Shop) -> int:
    """Recompute which badges a shop's products carry, from the certificates that are verified and in date.

    Returns how many products changed.
    """
    of_shop, changed = _mask_of_shop(shop), 0
    of_product: dict[int, int] = {}
    for certificate in _in_force(shop).filter(product__isnull=False):
        assert certificate.product_id is not None
        bit = CERT_BITS[Certificate.Kind(certificate.kind)]
        of_product[certificate.product_id] = of_product.get(certificate.product_id, 0) | bit
    for product in Product.objects.select_for_update().filter(shop=shop).order_by("pk"):
        mask = of_shop | of_product.get(product.pk, 0)
        if product.cert_mask != mask:
            changed += Product.objects.filter(pk=product.pk).update(cert_mask=mask)
    return changed


def _in_force(shop: Shop) -> QuerySet[Certificate]:
    return Certificate.objects.filter(shop=shop, verified_at__isnull=False, valid_until__gte=local_day())


def _mask_of_shop(shop: Shop) -> int:
    """The badges that every product of a shop carries, new ones too."""
    mask = 0
    for kind in _in_force(shop).filter(product=None).values_list("kind", flat=True):
        mask |= CERT_BITS[Certificate.Kind(kind)]
    return mask


# --- a shop's status and its goods change together ------------------------------------------------------------------


@transaction.atomic
def approve_shop(shop: Shop, *, by: User, seen: str | None = None) -> None:
    """Publish the shop's waiting page and put its goods on the market. Raises what sellers' approval raises."""
    shops.approve_shop(shop, by=by, seen=seen)
    follow_shop(shop)


@transaction.atomic
def publish_page(shop: Shop, *, by: User) -> None:
    """Hand the latest page in and approve it in one go. Only for a farmer who is the head; else ShopNotAllowed."""
    shops.hand_in(shop, by=by)
    approve_shop(shop, by=by)


@transaction.atomic
def pause_shop(shop: Shop, *, by: User, reason: str) -> None:
    """Take a shop and all its goods off the market."""
    shops.pause_shop(shop, by=by, reason=reason)
    follow_shop(shop)


@transaction.atomic
def resume_shop(shop: Shop, *, by: User) -> None:
    """Put a paused shop and its goods back on the market."""
    shops.resume_shop(shop, by=by)
    follow_shop(shop)
