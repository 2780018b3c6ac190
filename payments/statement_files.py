"""A seller's monthly statement on paper and in a table."""

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.fonts import printable
from common.money import show_dong
from common.typesetting import typeset
from common.workbooks import Sheet, write_workbook
from payments.models import PaidBy
from payments.monthly import Statement

MOST_ON_PAPER = 1500  # lines; more are in the table


def no_invoice() -> str:
    """What every slip of ours says. Source: payments reference, section 7."""
    return _("Phiếu này không phải hóa đơn thuế.")


def summary(statement: Statement) -> list[tuple[str, int]]:
    """The statement in a few lines: opening balance, the sum of each kind, closing balance."""
    return [
        (_("Đầu tháng sàn còn nợ bạn"), statement.opening),
        *((str(kind.label), amount) for kind, amount in statement.totals),
        (_("Cuối tháng sàn còn nợ bạn"), statement.closing),
    ]


def ways(statement: Statement) -> list[tuple[str, int]]:
    """The month's sales by who says that they were paid."""
    return [(str(way.label), statement.ways[way]) for way in PaidBy if statement.ways.get(way)]


def pdf(statement: Statement) -> bytes:
    """The statement for a printer, A4. About 0.1 s of one core."""
    said: dict[str, Any] = {
        "language": get_language() or "vi",
        "title": _("Bảng kê tiền tháng %(month)s") % {"month": f"{statement.first:%m/%Y}"},
        "shop": printable(statement.shop.name),
        "code": statement.shop.public_code,
        "tax_number": statement.shop.tax_number,
        "market": _("Chợ Bản"),
        "summary": [[label, show_dong(amount)] for label, amount in summary(statement)],
        "ways": [[label, show_dong(amount)] for label, amount in ways(statement)],
        "head": [_("Ngày"), _("Việc"), _("Đơn"), _("Số tiền")],
        "rows": [
            [date_format(timezone.localtime(row.at), "d/m/Y H:i"), row.label, row.code, show_dong(row.amount)]
            for row in statement.rows[:MOST_ON_PAPER]
        ],
        "words": {
            "ways": _("Bán hàng, theo cách trả tiền"), "lines": _("Từng dòng"), "tax": _("Mã số thuế"),
            "no_invoice": no_invoice(),
            "signs": _("Số dương: sàn nợ bạn thêm. Số âm: sàn nợ bạn ít đi, hoặc tiền đã ở chỗ bạn."),
            "more": _("Còn nữa trong tệp Excel.") if len(statement.rows) > MOST_ON_PAPER else "",
        },
    }  # fmt: skip
    return typeset("statement_a4.typ", said)


def xlsx(statement: Statement) -> bytes:
    """The statement as a workbook: the summary, and every line with its booking."""
    top = [*summary(statement), *ways(statement), (no_invoice(), None)]
    lines = ([row.at, row.label, row.code, row.amount, row.entry, row.note] for row in statement.rows)
    head = [_("Ngày"), _("Việc"), _("Đơn"), _("Số tiền (đồng)"), _("Bút toán"), _("Ghi chú")]
    month = f"{statement.first:%m/%Y}"
    return write_workbook(
        [
            Sheet(_("Tổng hợp"), [f"{statement.shop.name}, {month}", _("Số tiền (đồng)")], top, [44, 18]),
            Sheet(_("Từng dòng"), head, lines, [18, 30, 14, 16, 30, 30]),
        ]
    )
