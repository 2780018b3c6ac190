"""Lots: one harvest each, whose code stands on the packs and opens a public page that says where it comes from."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.errors import BadLot
from catalog.gtin import digital_link_path
from catalog.models import Certificate, Lot, Product
from common import audit
from common.actors import Actor
from common.days import local_day
from common.folding import nfc
from common.paging import PAGE_SIZE, Page, cut, read_key
from sellers.models import Picture, Shop

MAY_CHANGE = timedelta(days=1)  # afterwards its code may stand on a pack in somebody's kitchen
OLDEST = timedelta(days=400)


@dataclass(frozen=True)
class LotFacts:
    """What a farmer says about one harvest. `quantity` is in the product's unit."""

    plot: str
    harvested_on: date
    best_before: date | None = None
    quantity: Decimal | None = None
    area_code: str = ""
    note: str = ""
    picture: Picture | None = None


@transaction.atomic
def add_lot(product: Product, facts: LotFacts, *, by: Actor) -> Lot:
    """A new lot with a code of its own. Raises BadLot."""
    _check(facts)
    lot = Lot.objects.create(shop_id=product.shop_id, product=product, **_columns(facts))
    Product.objects.filter(pk=product.pk).update(updated_at=timezone.now())  # its page names the newest lot
    audit.record("lot.added", lot, by=by, product=product.public_code)
    return lot


@transaction.atomic
def change_lot(lot: Lot, facts: LotFacts, *, by: Actor) -> Lot:
    """Put a slip right within a day. Raises LotClosed afterwards, BadLot."""
    lot = Lot.objects.select_for_update(of=("self",)).select_related("product").get(pk=lot.pk)
    if not may_change(lot):
        raise BadLot(_("Lô đã ghi quá một ngày, mã có thể đã dán lên hàng nên không sửa được nữa."))
    _check(facts)
    for column, value in _columns(facts).items():
        if column != "picture" or value is not None:
            setattr(lot, column, value)
    lot.save()
    audit.record("lot.changed", lot, by=by)
    return lot


def may_change(lot: Lot) -> bool:
    """Whether the lot is younger than a day."""
    return timezone.now() - lot.created_at < MAY_CHANGE


def _columns(facts: LotFacts) -> dict:
    return {
        "plot": nfc(" ".join(facts.plot.split())), "harvested_on": facts.harvested_on, "note": nfc(facts.note.strip()),
        "best_before": facts.best_before, "quantity": facts.quantity, "area_code": facts.area_code.strip().upper(),
        "picture": facts.picture,
    }  # fmt: skip


def _check(facts: LotFacts) -> None:
    today = local_day()
    if facts.harvested_on > today:
        raise BadLot(_("Ngày thu hoạch không thể ở sau hôm nay."), field="harvested_on")
    if today - facts.harvested_on > OLDEST:
        raise BadLot(_("Ngày thu hoạch đã quá lâu. Xem lại năm giúp."), field="harvested_on")
    if facts.best_before and facts.best_before < facts.harvested_on:
        raise BadLot(_("Hạn dùng phải sau ngày thu hoạch."), field="best_before")
    if facts.quantity is not None and facts.quantity <= 0:
        raise BadLot(_("Số này phải lớn hơn 0."), field="quantity")


# --- reading --------------------------------------------------------------------------------------------------------


def lots_page(shop: Shop, after: str = "") -> Page[Lot]:
    """24 of a shop's lots, newest first, with their goods. 2 queries."""
    rows = Lot.objects.filter(shop=shop).select_related("product__picture").order_by("-id")
    key = read_key(after, 1)
    rows = rows.filter(id__lt=int(key[0])) if key else rows
    rows = rows.prefetch_related("product__picture__renditions")
    return cut(list(rows[: PAGE_SIZE + 1]), lambda lot: (lot.pk,))


def lot_of(shop: Shop, code: str) -> Lot | None:
    """One of a shop's own lots. 1 query."""
    return Lot.objects.filter(shop=shop, public_code=code).select_related("product").first()


def public_lot(code: str) -> Lot | None:
    """A lot as anybody may see it, with goods, places, pictures and papers in force. 4 queries.

    It stays while the shop sells or rests, even when the product is hidden: the pack is still in a kitchen.
    """
    papers = Certificate.objects.filter(verified_at__isnull=False, valid_until__gte=local_day())
    rows = Lot.objects.filter(shop__status__in=[Shop.Status.LIVE, Shop.Status.PAUSED])
    rows = rows.select_related("shop__village__parent__parent", "shop__front", "product__picture", "picture")
    return (
        rows.prefetch_related(
            "product__picture__renditions",
            "picture__renditions",
            Prefetch("shop__certificates", queryset=papers),
        )
        .filter(public_code=code.upper())
        .first()
    )


def trace_path(lot: Lot) -> str:
    """The address its QR holds: GS1 Digital Link where the product has a GTIN, else our own. Without the host."""
    gtin = lot.product.gtin
    return digital_link_path(gtin, lot.public_code) if gtin else lot.get_absolute_url()
