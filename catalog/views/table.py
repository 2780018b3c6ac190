"""Many goods at once: a table to fill in, its check line by line, and all goods as a file."""

from secrets import token_hex
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from catalog import imports
from catalog.menus import kinds
from catalog.spreadsheets import MOST_ROWS, SheetRow, read_table
from common.days import local_day
from common.ratelimits import limited
from common.spreadsheets import XLSX, BadSheet
from sellers.access import Do
from sellers.selling import SellerRequest, selling

KEPT = 3600  # seconds a checked table may wait for "Đăng tất cả"
SALT = "catalog.table"
MOST_SIGNED = 1_500_000  # signs; what Django takes in one form is 2 MB
MOST_FIELDS = 200  # cells that can be put right on the page at once; Django takes 1,000 fields


class TableForm(forms.Form):
    """A file from the phone or the computer."""

    file = forms.FileField(
        label=gettext_lazy("Tệp bảng (.xlsx hoặc .csv)"), max_length=200,
        widget=forms.FileInput({"accept": ".xlsx,.csv"}),
        error_messages={"required": gettext_lazy("Hãy chọn tệp."), "empty": gettext_lazy("Tệp này trống.")},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@limited("30/minute")
@selling(Do.EDIT_PRODUCTS)
def bring(request: SellerRequest) -> HttpResponse:
    """Send a table; see what each line would do; put cells right; put everything on the shelf or nothing.

    The lines travel with the form, signed, so nothing has to be sent twice and nothing lies about on the server.
    """
    if request.method != "POST":
        return _ask(request, TableForm())
    if "table" in request.POST:
        return _go_on(request)
    form = TableForm(request.POST, request.FILES)
    if not form.is_valid():
        return _ask(request, form, status=422)
    try:
        file = form.cleaned_data["file"]
        table = read_table(file, file.name)
        if not table.rows:
            raise BadSheet(_("Bảng chưa có món nào."))
        return _report(request, table.rows, {"key": token_hex(8), "unknown": table.unknown, "seen": None})
    except BadSheet as bad:
        form.add_error("file", str(bad))
        return _ask(request, form, status=422)


@require_safe
@selling(Do.EDIT_PRODUCTS)
def template(request: SellerRequest) -> HttpResponse:
    """The empty table with an example line and lists to choose from."""
    from catalog.exports import template_xlsx  # its library is 5 MB of memory that few processes need

    return _file(template_xlsx(kinds()), XLSX, "mau-nhap-hang.xlsx")


@require_safe
@selling(Do.EDIT_PRODUCTS)
def take_away(request: SellerRequest, ending: str) -> HttpResponse:
    """All goods as a file that can be changed and brought back."""
    from catalog.exports import goods_csv, goods_xlsx

    name = f"hang-{request.shop.slug}-{local_day():%Y-%m-%d}.{ending}"
    if ending == "xlsx":
        return _file(goods_xlsx(request.shop, kinds()), XLSX, name)
    if ending == "csv":
        return _file(goods_csv(request.shop).encode(), "text/csv; charset=utf-8", name)
    raise Http404


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _ask(request: SellerRequest, form: TableForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "most": MOST_ROWS, "tab": "goods"}
    return render(request, "catalog/table_send.html", context, status=status)


def _go_on(request: SellerRequest) -> HttpResponse:
    """The table again, with the cells that were put right; written if asked and if nothing is wrong by now."""
    try:
        kept: dict[str, Any] = signing.loads(request.POST["table"], salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        kept = {}
    if kept.get("shop") != request.shop.pk:
        form = TableForm({})
        form.full_clean()
        form.errors["file"][:] = [_("Bảng này đã để quá một giờ. Hãy gửi lại tệp.")]
        return _ask(request, form, status=422)
    rows = _put_right(imports.rows_from(kept["rows"]), request)
    if "write" not in request.POST:
        return _report(request, rows, kept)
    key, seen = kept["key"], kept["seen"]
    checked, written = imports.write_rows(request.shop, rows, key=key, seen=seen, by=request.actor)
    if written is None:
        return _report(request, rows, kept, checked=checked)
    listed = ngettext("Đã đăng %(n)s món.", "Đã đăng %(n)s món.", written.listed) % {"n": written.listed}
    changed = ngettext("Đã sửa %(n)s món.", "Đã sửa %(n)s món.", written.changed) % {"n": written.changed}
    said = [words for words, count in ((listed, written.listed), (changed, written.changed)) if count]
    messages.success(request, " ".join(said) or _("Không có gì thay đổi."))
    return redirect("goods:list")


def _put_right(rows: list[SheetRow], request: SellerRequest) -> list[SheetRow]:
    """The lines with what was typed over their cells on the report."""
    for row in rows:
        for key in {*row.cells, *row.refused, *imports.BY_KEY}:
            typed = request.POST.get(f"o-{row.number}-{key}")
            if typed is not None:
                row.cells[key] = typed[:2000]
                row.refused.pop(key, None)
    return rows


def _report(
    request: SellerRequest,
    rows: list[SheetRow],
    kept: dict[str, Any],
    *,
    checked: imports.Checked | None = None,
) -> HttpResponse:
    """What each line would do, and at which cell something is wrong. 422 while something is. Raises BadSheet."""
    key, seen = kept["key"], kept["seen"] or {}
    checked = checked or imports.check_rows(request.shop, rows, key=key, seen=seen)
    packed = {
        "shop": request.shop.pk, "key": key, "seen": imports.stocks_seen(checked) | seen, "unknown": kept["unknown"],
        "rows": imports.packed_rows(rows),
    }  # fmt: skip
    table = signing.dumps(packed, salt=SALT, compress=True)
    if len(table) > MOST_SIGNED:
        raise BadSheet(_("Bảng có nhiều chữ quá. Hãy chia làm hai tệp."))
    shown, fields = [], 0
    for line in checked.bad:
        fields += len(line.errors)
        shown.append((line, fields <= MOST_FIELDS))
    context = {
        "checked": checked,
        "bad": shown,
        "table": table,
        "unknown": kept["unknown"][:10],
        "tab": "goods",
    }
    return render(request, "catalog/table_report.html", context, status=422 if checked.bad else 200)
