"""Certificates: handed in by the farmer with a photo of the paper, verified by an officer, shown while in date."""

import re
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from catalog.errors import BadCertificate, CertificateDecided
from catalog.models import Certificate, Product
from catalog.services import refresh_cert_masks
from common import audit
from common.actors import Actor
from common.days import local_day
from common.folding import nfc
from common.messaging import send_text
from common.public_pages import purge
from sellers.access import Do, can
from sellers.errors import ShopNotAllowed
from sellers.models import Picture, Shop
from sellers.queries import judged_by
from sellers.services import add_picture

OCOP = (Certificate.Kind.OCOP_3, Certificate.Kind.OCOP_4, Certificate.Kind.OCOP_5)
OCOP_MONTHS = 36  # Source: domain facts, section 6
AREA_CODE = re.compile(
    r"^[A-Z]{2}-[A-Z0-9]{2,8}-\d{2,6}$"
)  # such as VN-DTOR-0017; letters of the old province stay


@dataclass(frozen=True)
class PaperFacts:
    """What stands on the paper. `product` None: it vouches for everything the shop sells."""

    kind: str
    number: str
    issuer: str
    valid_until: date
    issued_on: date | None = None
    product: Product | None = None


def hand_in_certificate(
    shop: Shop, facts: PaperFacts, photo: BinaryIO, *, by: User, actor: Actor
) -> Certificate:
    """Keep a paper and its photo, to be verified. The badge does not show yet. Raises BadCertificate, PictureRefused."""
    _check(facts, shop)
    evidence = add_picture(photo, purpose=Picture.Purpose.EVIDENCE, title=facts.number, by=by, shop=shop)
    try:
        with transaction.atomic():
            paper = Certificate.objects.create(shop=shop, evidence=evidence, **_columns(facts))
            audit.record("certificate.handed_in", paper, by=actor, kind=facts.kind)
    except IntegrityError as twice:
        evidence.delete()
        raise BadCertificate(_("Giấy này đã được ghi rồi."), field="number") from twice
    return paper


@transaction.atomic
def withdraw_certificate(paper: Certificate, *, by: Actor) -> None:
    """Take a paper away, whatever its state; its badge goes at once. The photo goes with it."""
    shop, evidence = paper.shop, paper.evidence
    audit.record("certificate.withdrawn", paper, by=by, kind=paper.kind)
    paper.delete()
    if evidence is not None:
        evidence.delete()
    refresh_cert_masks(shop)
    purge(shop.page_tag)


@transaction.atomic
def verify_certificate(paper: Certificate, *, by: User) -> None:
    """An officer has seen the paper: its badge shows from now on. Raises ShopNotAllowed, CertificateDecided."""
    paper = _to_decide(paper, by)
    paper.verified_by, paper.verified_at = by, timezone.now()
    paper.save(update_fields=["verified_by", "verified_at"])
    refresh_cert_masks(paper.shop)
    _decided(paper, by, "certificate.verified", _("Giấy %(paper)s của gian hàng %(shop)s đã được xác minh."))


@transaction.atomic
def reject_certificate(paper: Certificate, *, by: User, reason: str) -> None:
    """The paper does not hold; the farmer reads why. Raises ShopNotAllowed, CertificateDecided."""
    paper = _to_decide(paper, by)
    paper.rejected_at, paper.reject_reason = timezone.now(), nfc(reason)[:200]
    paper.save(update_fields=["rejected_at", "reject_reason"])
    _decided(
        paper, by, "certificate.rejected",
        _("Giấy %(paper)s của gian hàng %(shop)s chưa được nhận. Mở mục Giấy chứng nhận để xem lý do."),
    )  # fmt: skip


def _to_decide(paper: Certificate, by: User) -> Certificate:
    paper = Certificate.objects.select_for_update(of=("self",)).select_related("shop__owner").get(pk=paper.pk)
    if not can(by, Do.VERIFY_PAPERS, paper.shop):
        raise ShopNotAllowed
    if paper.verified_at or paper.rejected_at:
        raise CertificateDecided
    return paper


def _decided(paper: Certificate, by: User, verb: str, text: str) -> None:
    purge(paper.shop.page_tag)
    audit.record(verb, paper, by=Actor.of(by), kind=paper.kind)
    phone = paper.shop.owner.phone if paper.shop.owner else None
    if phone:
        body = text % {"paper": paper.get_kind_display(), "shop": paper.shop.name}
        transaction.on_commit(lambda: send_text(phone, body))


def _columns(facts: PaperFacts) -> dict:
    return {
        "kind": facts.kind, "number": nfc(" ".join(facts.number.split())), "issuer": nfc(" ".join(facts.issuer.split())),
        "issued_on": facts.issued_on, "valid_until": facts.valid_until, "product": facts.product,
    }  # fmt: skip


def _check(facts: PaperFacts, shop: Shop) -> None:
    today = local_day()
    if facts.product is not None and facts.product.shop_id != shop.pk:
        raise BadCertificate(_("Món này không thuộc gian hàng."), field="product")
    if facts.valid_until < today:
        raise BadCertificate(_("Giấy này đã hết hạn."), field="valid_until")
    if facts.issued_on and facts.issued_on > today:
        raise BadCertificate(_("Ngày cấp không thể ở sau hôm nay."), field="issued_on")
    if facts.issued_on and facts.issued_on > facts.valid_until:
        raise BadCertificate(_("Hạn phải sau ngày cấp."), field="valid_until")
    if facts.kind in OCOP:
        if facts.issued_on is None:
            raise BadCertificate(_("Giấy OCOP cần ghi ngày cấp."), field="issued_on")
        if facts.valid_until > _months_later(facts.issued_on, OCOP_MONTHS):
            raise BadCertificate(
                _("Giấy OCOP có giá trị nhiều nhất 36 tháng từ ngày cấp."), field="valid_until"
            )
    if facts.kind == Certificate.Kind.GROWING_AREA and not AREA_CODE.match(facts.number.strip().upper()):
        raise BadCertificate(_("Mã vùng trồng có dạng VN-DTOR-0017."), field="number")


def _months_later(day: date, months: int) -> date:
    """The same day some whole years later; 29 February becomes 1 March where there is none."""
    year = day.year + months // 12
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


# --- reading --------------------------------------------------------------------------------------------------------


def papers_handed_in(shop: Shop) -> list[Certificate]:
    """Everything a shop handed in, newest first, whatever came of it. 1 query."""
    rows = Certificate.objects.filter(shop=shop).select_related("product", "evidence")
    return list(rows.order_by("-created_at", "-pk")[:60])


def paper_of(shop: Shop, pk: int) -> Certificate | None:
    """One of a shop's own papers. 1 query."""
    return Certificate.objects.filter(shop=shop, pk=pk).select_related("shop", "evidence").first()


def papers_judged_by(user: User) -> QuerySet[Certificate]:
    """The papers a person may verify: those of shops at or below their places, never of a shop they work in."""
    rows = Certificate.objects.select_related("shop__village__parent", "product", "evidence")
    return judged_by(user, rows)


def waiting_papers(user: User) -> list[Certificate]:
    """Papers that wait for a person's eye, longest waiting first, at most 24. 1 query."""
    return list(_waiting(user).order_by("created_at", "pk")[:24])


def papers_waiting(user: User) -> int:
    """How many papers wait for a person, counted up to 100. 1 query."""
    return _waiting(user).order_by()[:100].count()


def _waiting(user: User) -> QuerySet[Certificate]:
    open_papers = Q(verified_at__isnull=True, rejected_at__isnull=True)
    return papers_judged_by(user).filter(open_papers)
