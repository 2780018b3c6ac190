"""Keeping what a licensed provider answered: numbers and look-up codes of invoices, one by one or from its file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import audit
from common.actors import Actor
from common.errors import Refusal
from common.folding import fold, nfc
from common.spreadsheets import BadSheet, Limits, sheets_of, unreadable
from orders.models import Order
from orders.states import State
from payments.errors import BadInvoice, StaffOnly
from payments.models import Invoice

MOST_ROWS = 5000
MOST_FAULTS = 50
COLUMNS = {
    "order": ("order", "ma don"), "number": ("number", "so hoa don"), "look_up_code": ("look up code", "ma tra cuu"),
    "provider": ("provider", "nha cung cap"), "issued_at": ("issued at", "ngay hoa don", "ngay"),
}  # fmt: skip
DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d %H:%M:%S")


@transaction.atomic
def keep_invoice(
    code: str, *, number: str, look_up_code: str, provider: str, issued_at: date, by: User
) -> Invoice:
    """Keep the number and the look-up code of an order's invoice; the same again changes nothing, another one replaces it.

    Raises StaffOnly, BadInvoice for an order that is not delivered or an invoice that stands at another order.
    """
    if not by.has_perm("payments.run_money"):
        raise StaffOnly
    order = Order.objects.select_for_update().filter(public_code=code.strip().upper()).first()
    if order is None or order.state not in (State.DELIVERED, State.RETURNED):
        raise BadInvoice
    facts: dict[str, Any] = {
        "number": nfc(number), "look_up_code": nfc(look_up_code), "provider": nfc(provider), "issued_at": issued_at,
    }  # fmt: skip
    if not facts["number"] or not facts["look_up_code"]:
        raise BadInvoice
    same = {name: facts[name] for name in ("provider", "number", "look_up_code")}
    if Invoice.objects.filter(**same).exclude(order=order).exists():
        raise BadInvoice
    before = Invoice.objects.filter(order=order).first()
    if before and all(getattr(before, name) == value for name, value in facts.items()):
        return before
    invoice, _new = Invoice.objects.update_or_create(order=order, defaults=facts | {"kept_by": by})
    audit.record(
        "invoice.kept", invoice, by=Actor.of(by), shop_id=order.shop_id, number=invoice.number,
        before=before.number if before else "",
    )  # fmt: skip
    return invoice


@dataclass
class Brought:
    """What came of a file: how many invoices are kept, and what is wrong with which line."""

    kept: int = 0
    faults: list[str] = field(default_factory=list)


def keep_invoices(data: bytes, name: str, *, by: User, provider: str = "") -> Brought:
    """Keep the invoices of a provider's file (CSV or XLSX), line by line; bringing it again changes nothing.

    Columns by their headings: order, number, look_up_code, issued_at, and provider where it is not given here.
    Raises StaffOnly, BadSheet for a file that is no such table.
    """
    if not by.has_perm("payments.run_money"):
        raise StaffOnly
    done = Brought()
    for line, row in _rows(data, name):
        try:
            issued_at = _day(row["issued_at"])
            keep_invoice(
                str(row["order"]), number=_text(row["number"]), look_up_code=_text(row["look_up_code"]),
                provider=_text(row.get("provider")) or provider, issued_at=issued_at, by=by,
            )  # fmt: skip
        except (Refusal, ValueError) as fault:
            said = fault.message if isinstance(fault, Refusal) else _("Ngày không đọc được.")
            if len(done.faults) < MOST_FAULTS:
                done.faults.append(_("Dòng %(line)s: %(said)s") % {"line": line, "said": said})
        else:
            done.kept += 1
    return done


def _rows(data: bytes, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Lines below the headings, with the number of each. Raises BadSheet."""
    try:
        tables = [list(lines) for lines in sheets_of(data, name, Limits())]
    except BadSheet:
        raise
    except Exception as error:  # readers fed with a stranger's file raise whatever they like
        raise unreadable() from error
    for table in tables:
        columns = _columns([fold(_text(value)) for value, _kind in table[0]]) if table else {}
        if not {"order", "number", "look_up_code", "issued_at"} <= columns.keys():
            continue
        if len(table) > MOST_ROWS + 1:
            raise BadSheet(_("Nhiều nhất 5.000 dòng mỗi tệp."))
        for number, line in enumerate(table[1:], start=2):
            cells = {key: line[place][0] if place < len(line) else None for key, place in columns.items()}
            if any(cells.values()):
                yield number, cells
        return
    raise BadSheet(_("Tệp cần các cột: order, number, look_up_code, issued_at."))


def _columns(heads: list[str]) -> dict[str, int]:
    return {key: heads.index(name) for key, names in COLUMNS.items() for name in names if name in heads}


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _day(value: Any) -> date:
    """A day as people and spreadsheets write it. Raises ValueError."""
    if isinstance(value, datetime):
        return value.date()
    for form in DATES:
        try:
            return datetime.strptime(_text(value), form).date()
        except ValueError:
            continue
    raise ValueError(value)
