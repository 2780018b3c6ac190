"""Tables of the desk as files: the page's own filters, with `?tep=csv` or `?tep=xlsx`."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from common.cells import write_csv, write_xlsx
from common.days import local_day
from common.spreadsheets import XLSX

MOST_ROWS = 20_000
Table = tuple[Sequence[str], Iterable[Sequence[Any]]]  # headings, rows


def file_asked_for(request: HttpRequest, name: str, table: Callable[[], Table]) -> HttpResponse | None:
    """The table as a file, if the address asks for one; None otherwise. `name` goes into the file's name."""
    ending = request.GET.get("tep", "")
    if ending not in ("csv", "xlsx"):
        return None
    head, rows = table()
    file_name = f"{name}-{local_day():%Y-%m-%d}.{ending}"
    if ending == "xlsx":
        response = HttpResponse(write_xlsx(head, rows, title=_("Sổ quỹ")), content_type=XLSX)
    else:
        response = HttpResponse(write_csv([head, *rows]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
