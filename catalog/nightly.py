"""What changes about goods by itself when a day ends. Each step may run twice, or a day late."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Certificate, Product
from catalog.services import refresh_cert_masks
from catalog.terms import refresh_terms
from common import audit
from common.actors import SYSTEM
from common.days import local_day
from common.messaging import send_text
from common.models import AuditEvent
from common.public_pages import purge
from sellers.models import Shop

REMIND_AT = (60, 30)  # days before a paper runs out. Source: domain facts, section 6


def run() -> Iterator[str]:
    """Do every step and say what each did."""
    yield f"{end_preorders()} pre-orders became ordinary goods"
    yield f"{drop_expired_badges()} shops lost an expired badge"
    yield f"{remind()} reminders of papers that run out"
    yield f"{refresh_terms()} terms for suggestions"


def end_preorders() -> int:
    """Goods whose promised harvest day has come are ordinary goods. Returns how many."""
    due = Product.objects.filter(harvest_on__lte=local_day())
    return due.update(harvest_on=None, preorder_cap=None, updated_at=timezone.now())


def drop_expired_badges() -> int:
    """Recompute the badges of shops with a paper that ran out and still shows. Returns how many shops."""
    ran_out = Certificate.objects.filter(verified_at__isnull=False, valid_until__lt=local_day())
    shown = ran_out.filter(shop__products__cert_mask__gt=0).values_list("shop_id", flat=True).distinct()
    changed = 0
    for shop in Shop.objects.filter(pk__in=list(shown)).order_by("pk"):
        before = _masks(shop)
        with transaction.atomic():
            refresh_cert_masks(shop)
            if _masks(shop) != before:
                changed += 1
                purge(shop.page_tag)
    return changed


def _masks(shop: Shop) -> list[int]:
    return list(Product.objects.filter(shop=shop).order_by("pk").values_list("cert_mask", flat=True))


def remind() -> int:
    """Tell owners 60 and 30 days before a verified paper runs out, once each. Returns how many were told."""
    today, told = local_day(), 0
    soon = Certificate.objects.filter(
        verified_at__isnull=False, valid_until__range=(today, today + timedelta(days=max(REMIND_AT)))
    )
    for paper in (
        soon.select_related("shop__owner").exclude(shop__owner=None).exclude(shop__owner__phone=None)
    ):
        left = (paper.valid_until - today).days
        stage = min(step for step in REMIND_AT if left <= step)
        with transaction.atomic():
            seen = AuditEvent.objects.filter(
                verb="certificate.reminded", object_id=paper.pk, details__before=stage
            )
            if seen.exists():
                continue
            audit.record("certificate.reminded", paper, by=SYSTEM, before=stage)
            text = _(
                "Giấy %(paper)s của gian hàng %(shop)s hết hạn ngày %(day)s. Hãy làm giấy mới rồi gửi ảnh lên."
            )
            owner = paper.shop.owner
            assert owner is not None
            assert owner.phone is not None
            body = text % {
                "paper": paper.get_kind_display(), "shop": paper.shop.name, "day": f"{paper.valid_until:%d/%m/%Y}",
            }  # fmt: skip
            send_text(owner.phone, body)
            told += 1
    return told
