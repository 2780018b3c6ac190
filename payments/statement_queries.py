"""Statements that were brought, and their lines."""

from django.db.models import QuerySet

from common.paging import PAGE_SIZE, Page, cut, read_key
from payments.models import PaymentAccount, StatementImport, StatementRow


def statements_of(accounts: QuerySet[PaymentAccount], after: str = "") -> Page[StatementImport]:
    """24 statements of some accounts, latest first, without the files. 1 query."""
    rows = StatementImport.objects.filter(account__in=accounts).select_related("account__shop", "by")
    rows = rows.defer("content", "account__number").order_by("-pk")
    key = read_key(after, 1)
    if key:
        rows = rows.filter(pk__lt=key[0])
    return cut(list(rows[: PAGE_SIZE + 1]), lambda row: (row.pk,))


def statement_of(accounts: QuerySet[PaymentAccount], statement_id: int) -> StatementImport | None:
    """One statement of some accounts, without the file. 1 query."""
    rows = StatementImport.objects.filter(account__in=accounts).select_related("account__shop", "by")
    return rows.defer("content", "account__number").filter(pk=statement_id).first()


def lines_of(
    statement: StatementImport, result: str = "", after: str = "", size: int = 100
) -> Page[StatementRow]:
    """Lines in the file's order, of one result if asked. 1 query."""
    rows = all_lines(statement, result)
    key = read_key(after, 1)
    if key:
        rows = rows.filter(number__gt=key[0])
    return cut(list(rows[: size + 1]), lambda row: (row.number,), size)


def all_lines(statement: StatementImport, result: str = "") -> QuerySet[StatementRow]:
    """The same without pages, for a file."""
    rows = statement.rows.order_by("number")
    return rows.filter(result=result) if result in StatementRow.Result.values else rows
