"""What the desk for unclear money shows: receipts that wait for a person, and what each of them may be for.

Suggestions only rank what a person chooses from; nothing here decides. Source: payments reference, sections 2, 3 and 6.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.phones import read_phone
from common.folding import fold
from common.paging import PAGE_SIZE, Page, cut, read_key
from payments.matching import assignable
from payments.models import Allocation, Payment, PaymentAccount, Receipt, Refund
from payments.near_codes import near_codes
from payments.order_codes import find_codes
from sellers.models import Shop

NEAR_IN_TIME = timedelta(days=3)
FAR_IN_TIME = timedelta(days=30)
MOST_CANDIDATES = 300
_PHONE = re.compile(r"(?<!\d)(?:\+?84|0)\d{9}(?!\d)")
STILL_OPEN = (Receipt.State.UNMATCHED, Receipt.State.AMBIGUOUS)


# --- which receipts -----------------------------------------------------------------------------------------------------


KINDS: dict[str, Q] = {
    "open": Q(state__in=STILL_OPEN, direction="in"),
    "unmatched": Q(state=Receipt.State.UNMATCHED, direction="in", allocations__isnull=True),
    "ambiguous": Q(state=Receipt.State.AMBIGUOUS),
    "partly": Q(state=Receipt.State.UNMATCHED, allocations__isnull=False),
    "under": Q(
        allocations__payment__received__lt=F("allocations__payment__amount"), allocations__payment__state__in=Payment.OPEN
    ),
    "over": Q(
        refunds__reason="overpaid", refunds__state=Refund.State.PROPOSED, refunds__amount__lt=F("amount")
    ),
    "duplicate": Q(refunds__reason="overpaid", refunds__state=Refund.State.PROPOSED, refunds__amount__gte=F("amount")),
    "late": Q(refunds__reason="late", refunds__state=Refund.State.PROPOSED),
    "provider": Q(source=Receipt.Source.PROVIDER, state__in=STILL_OPEN),
    "returning": Q(state=Receipt.State.RETURNING),
    "ignored": Q(state=Receipt.State.IGNORED, direction="in"),
    "out": Q(direction="out"),
    "all": Q(),
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """Which receipts are looked for. `account` is an id, "operator" or "sellers"; days are those of booking in Vietnam."""

    kind: str = "open"
    account: str = ""
    since: date | None = None
    until: date | None = None
    amount: int | None = None


def wanted_receipts(wanted: Wanted, rows: QuerySet[Receipt] | None = None) -> QuerySet[Receipt]:
    """Receipts as wanted, latest first, each with `taken`: đồng of it that pay something already."""
    rows = Receipt.objects.all() if rows is None else rows
    ids = rows.filter(KINDS.get(wanted.kind, KINDS["open"])).order_by().values("pk")
    rows = Receipt.objects.filter(pk__in=ids)
    if wanted.account == "operator":
        rows = rows.filter(Q(account__shop__isnull=True))
    elif wanted.account == "sellers":
        rows = rows.filter(account__shop__isnull=False)
    elif wanted.account.isdecimal():
        rows = rows.filter(account_id=int(wanted.account[:18]))
    if wanted.since:
        rows = rows.filter(booked_at__gte=start_of(wanted.since))
    if wanted.until:
        rows = rows.filter(booked_at__lt=start_of(wanted.until + timedelta(days=1)))
    if wanted.amount:
        rows = rows.filter(amount=wanted.amount)
    return with_taken(rows).order_by("-pk")


def with_taken(rows: QuerySet[Receipt]) -> QuerySet[Receipt]:
    """Receipts with `taken`: đồng of each that pay something already, read in the same query."""
    sums = Allocation.objects.filter(receipt=OuterRef("pk")).order_by().values("receipt")
    return rows.annotate(taken=Coalesce(Subquery(sums.annotate(sum=Sum("amount")).values("sum")), 0))


def receipt_with_case(rows: QuerySet[Receipt], receipt_id: int) -> "Case | None":
    """One receipt among those a person may see, with everything that may help to place it. 3 queries."""
    receipt = with_taken(rows).select_related("account__shop", "confirms").filter(pk=receipt_id).first()
    return cases([receipt], closely=True)[0] if receipt else None


def allocations_of(receipt: Receipt) -> list[Allocation]:
    """What a receipt pays, oldest first. 1 query."""
    return list(
        receipt.allocations.select_related("payment__order__shop", "payment__purchase").order_by("pk")
    )


def declared_for(payments: Sequence[Payment], amount: int) -> set[int]:
    """Ids of payments for which the seller said that this very sum came, and no bank has confirmed it. 1 query."""
    rows = Allocation.objects.filter(
        payment__in=payments, receipt__source=Receipt.Source.SELLER, receipt__amount=amount,
        receipt__confirmed_by__isnull=True,
    )  # fmt: skip
    return set(rows.values_list("payment_id", flat=True))


def start_of(day: date) -> datetime:
    """The first moment of a day in Vietnam."""
    return timezone.make_aware(datetime.combine(day, time.min))


def unclear(wanted: Wanted, after: str = "", rows: QuerySet[Receipt] | None = None) -> Page["Case"]:
    """24 receipts with their best suggestions. 4 queries."""
    found = wanted_receipts(wanted, rows).select_related("account__shop")
    key = read_key(after, 1)
    if key:
        found = found.filter(pk__lt=key[0])
    page = cut(list(found[: PAGE_SIZE + 1]), lambda receipt: (receipt.pk,))
    return Page(cases(page.rows), page.next)


def unclear_of(shop: Shop) -> list["Case"]:
    """Transfers to the shop's accounts that named no order, or several, with what they may be for: 12 at most. 2 queries."""
    rows = with_taken(Receipt.objects.filter(KINDS["open"], account__shop=shop)).select_related(
        "account__shop"
    )
    return cases(list(rows.order_by("-pk")[:12]))


def open_counts() -> dict[str, int]:
    """How many receipts wait in each part of the queue that a person must act on. 3 queries."""
    placed = Exists(Allocation.objects.filter(receipt=OuterRef("pk")))
    waiting = Receipt.objects.filter(KINDS["open"]).annotate(placed=placed)
    of_state = Q(state=Receipt.State.UNMATCHED)
    counts = waiting.aggregate(
        unmatched=Count("pk", filter=of_state & Q(placed=False)),
        ambiguous=Count("pk", filter=Q(state=Receipt.State.AMBIGUOUS)),
        partly=Count("pk", filter=of_state & Q(placed=True)),
        provider=Count("pk", filter=Q(source=Receipt.Source.PROVIDER)),
    )
    counts["under"] = Receipt.objects.filter(KINDS["under"]).order_by().values("pk").distinct().count()
    proposed = Refund.objects.filter(state=Refund.State.PROPOSED, receipt__isnull=False)
    over = Q(reason="overpaid")
    return counts | proposed.aggregate(
        over=Count("receipt", distinct=True, filter=over & Q(amount__lt=F("receipt__amount"))),
        duplicate=Count("receipt", distinct=True, filter=over & Q(amount__gte=F("receipt__amount"))),
        late=Count("receipt", distinct=True, filter=Q(reason="late")),
    )


def counts_for(receipt: Receipt, payment: Payment) -> bool:
    """Whether some of the money counts for the payment already, itself or as the bank's word for a seller's. 2 queries."""
    if receipt.confirms_id:
        return Allocation.objects.filter(receipt=receipt.confirms_id, payment=payment).exists()
    parts = [payment.pk, *payment.parts.values_list("pk", flat=True)]
    return Allocation.objects.filter(receipt=receipt, payment__in=parts).exists()


def accounts_with_money() -> list[PaymentAccount]:
    """Accounts that a filter offers: the operator's first, then sellers' on which something waits. 1 query."""
    waiting = Receipt.objects.filter(KINDS["open"], account=OuterRef("pk")).values("pk")[:1]
    rows = PaymentAccount.objects.annotate(waits=Subquery(waiting)).filter(
        Q(shop__isnull=True) | Q(waits__isnull=False)
    )
    return list(
        rows.select_related("shop").defer("number").order_by(F("shop").asc(nulls_first=True), "pk")[:100]
    )


# --- what they may be for -----------------------------------------------------------------------------------------------


@dataclass
class Suggestion:
    """A payment that some money may be for, how likely, and why. `near` is (what the memo says, the code)."""

    payment: Payment
    points: int = 0
    reasons: list[str] = field(default_factory=list)
    near: tuple[str, str] | None = None

    @property
    def amount(self) -> int:
        """đồng it still asks for; all of it once nothing is missing (money for it then comes too late or twice)."""
        return self.payment.rest or self.payment.amount

    @property
    def is_open(self) -> bool:
        return self.payment.is_open and self.payment.rest > 0


@dataclass
class Case:
    """A receipt on the desk, with what it may be for, the likeliest first."""

    receipt: Receipt
    suggestions: list[Suggestion] = field(default_factory=list)

    @property
    def best(self) -> list[Suggestion]:
        """What the list shows beside it."""
        return self.suggestions[:2]

    @property
    def rest(self) -> int:
        """đồng of it that pay nothing yet. No query: `taken` was read with the row."""
        return 0 if self.receipt.confirms_id else self.receipt.amount - getattr(self.receipt, "taken", 0)

    @property
    def can_be_placed(self) -> bool:
        return self.receipt.state in STILL_OPEN and self.receipt.direction == "in" and self.rest > 0

    @property
    def is_operators(self) -> bool:
        """Whether the operator holds the money, and so could send it back."""
        return self.receipt.account is None or self.receipt.account.is_operators


def cases(receipts: Sequence[Receipt], *, closely: bool = False) -> list[Case]:
    """Receipts with ranked suggestions. 1 query for all; `closely`, for one receipt, also looks at names: 1 more."""
    found = [Case(receipt) for receipt in receipts]
    looked_at = [case for case in found if case.can_be_placed]
    clues = {case.receipt.pk: Clues.of(case.receipt) for case in looked_at}
    payments = _candidates(looked_at, clues)
    if closely and looked_at:
        payments |= {row.pk: row for row in _open_about(looked_at[0].receipt)}
    for case in looked_at:
        ranked = (_rank(case, clues[case.receipt.pk], payment) for payment in payments.values())
        case.suggestions = sorted(
            (each for each in ranked if each), key=lambda each: (-each.points, -each.payment.pk)
        )[:8]
    return found


@dataclass(frozen=True)
class Clues:
    """What a memo gives away: whole codes, codes with one sign wrong (and as they are written), phones (E.164), its words."""

    codes: frozenset[str]
    near: dict[str, str]
    phones: frozenset[str]
    words: str

    @classmethod
    def of(cls, receipt: Receipt) -> "Clues":
        codes = find_codes(receipt.memo, settings.PAYMENT_CODE_PREFIX)
        near = {} if codes else near_codes(receipt.memo, settings.PAYMENT_CODE_PREFIX)
        words = fold(f"{receipt.counterparty or ''} {receipt.memo}")
        return cls(frozenset(codes), near, frozenset(_phones(receipt.memo)), f" {words} ")


def _phones(memo: str) -> Iterable[str]:
    for written in _PHONE.findall(re.sub(r"(?<=\d)[ .-](?=\d)", "", memo)):
        with suppress(ValidationError):
            yield read_phone(written)


def _with_names(rows: QuerySet[Payment]) -> QuerySet[Payment]:
    return rows.select_related("order__shop", "purchase", "account")


def _candidates(looked_at: Sequence[Case], clues: dict[int, Clues]) -> dict[int, Payment]:
    """Payments that any clue of any receipt points at, in one query."""
    if not looked_at:
        return {}
    pointed = Q(pk__in=[])
    by_home: dict[Any, list[Case]] = defaultdict(list)
    for case in looked_at:
        by_home[_home(case.receipt)].append(case)
    for together in by_home.values():
        named = {
            code
            for case in together
            for code in (*clues[case.receipt.pk].codes, *clues[case.receipt.pk].near)
        }
        phones = {phone for case in together for phone in clues[case.receipt.pk].phones}
        sums = {case.rest for case in together}
        booked = [case.receipt.booked_at for case in together]
        about = Q(code__in=named) | Q(order__phone__in=phones, created_at__gte=min(booked) - FAR_IN_TIME)
        about |= Q(
            missing__in=sums,
            created_at__gte=min(booked) - FAR_IN_TIME,
            created_at__lte=max(booked) + NEAR_IN_TIME,
        )
        pointed |= Q(
            pk__in=_missing(assignable(together[0].receipt)).filter(about).order_by("-pk").values("pk")[:100]
        )
    rows = _with_names(Payment.objects.filter(pointed)).order_by("-pk")
    return {row.pk: row for row in rows[:MOST_CANDIDATES]}


def _missing(rows: QuerySet[Payment]) -> QuerySet[Payment]:
    return rows.annotate(missing=F("amount") - F("received"))


def _open_about(receipt: Receipt) -> QuerySet[Payment]:
    """What was waited for when the money came."""
    since, until = receipt.booked_at - FAR_IN_TIME, receipt.booked_at + NEAR_IN_TIME
    rows = assignable(receipt).filter(state__in=Payment.OPEN, created_at__gte=since, created_at__lte=until)
    return _with_names(rows).order_by("-created_at")[:MOST_CANDIDATES]


def _home(receipt: Receipt) -> Any:
    """Receipts of one home can pay the same payments."""
    if receipt.account is None:
        return receipt.provider
    return receipt.account.shop_id or 0


def _is_at_home(receipt: Receipt, payment: Payment) -> bool:
    if receipt.account is None:
        return payment.provider == receipt.provider
    if receipt.account.is_operators:
        return payment.account is not None and payment.account.is_operators
    return payment.shop_id == receipt.account.shop_id


def _rank(case: Case, clues: Clues, payment: Payment) -> Suggestion | None:
    """How well a payment fits, 0 to about 200 points. None if nothing but being open speaks for it."""
    receipt = case.receipt
    if not _is_at_home(receipt, payment):
        return None
    here = Suggestion(payment)

    def fits(points: int, reason: str) -> None:
        here.points += points
        here.reasons.append(reason)

    if payment.code in clues.codes:
        fits(100, _("đúng mã"))
    elif payment.code in clues.near:
        here.near = (clues.near[payment.code], payment.code)
        fits(70, _("mã sai một ký tự"))
    if payment.rest == case.rest:
        fits(40, _("đúng số tiền còn thiếu"))
    elif payment.amount == case.rest:
        fits(15, _("bằng số tiền của khoản này"))
    _fit_buyer(payment, clues, fits)
    if not here.points:
        return None
    if abs(receipt.booked_at - payment.created_at) <= NEAR_IN_TIME:
        fits(10, _("gần ngày đặt"))
    if not here.is_open:
        here.points -= 30
        here.reasons.append(_("không còn chờ tiền"))
    return here


def _fit_buyer(payment: Payment, clues: Clues, fits: Any) -> None:
    buyer = payment.order or payment.purchase
    if buyer is None:
        return
    if buyer.phone and buyer.phone in clues.phones:
        fits(45, _("có số điện thoại của khách"))
    name = fold(buyer.name)
    if len(name.split()) > 1 and f" {name} " in clues.words:
        fits(30, _("đúng tên khách"))


def find_payment(receipt: Receipt, text: str) -> list[Payment]:
    """Payments a person looks for by code, order code or buyer's phone, among those the money can be for. 1 query."""
    said = re.sub(r"[\s.-]", "", text).upper()[:40]
    about = Q(code=said) | Q(order__public_code=said) | Q(purchase__public_code=said, order__isnull=True)
    with suppress(ValidationError):
        about |= Q(order__phone=read_phone(said))
    return list(_with_names(assignable(receipt).filter(about)).order_by("-pk")[:12])


def desk_people() -> QuerySet[User]:
    """Those who run the market's money, and administrators, by name: whom work may be given to."""
    rights = Permission.objects.filter(content_type__app_label="payments", codename="run_money")
    may = Q(groups__permissions__in=rights) | Q(user_permissions__in=rights) | Q(is_superuser=True)
    return User.objects.filter(may, is_active=True).distinct().order_by("name", "pk")
