"""The desk's first page: money by way to pay and channel, and what waits in each queue."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from payments import desk_queries, methods
from payments import reconcile_queries as queries
from payments.desk import DeskRequest, running_money
from payments.desk_forms import WORDS, PeriodForm
from payments.dispute_queries import open_disputes
from payments.models import Refund
from payments.views.desk.files import Table, file_asked_for


@require_safe
@running_money
def today(request: DeskRequest) -> HttpResponse:
    """A day's or a period's money, and how many things are open; as a file too. 15 queries at most."""
    form = PeriodForm(request.GET)
    since, until = form.period
    rows = queries.money_by_method(since, until)
    file = file_asked_for(request, "tien", lambda: _table(rows))
    if file:
        return file
    refunds = queries.refunds_by_state()
    to_do = [state for state in Refund.State if state.value in ("proposed", "approved", "sending", "failed")]
    context = {
        "form": form, "since": since, "until": until,
        "rows": [(row, methods.words(row.method), channel_words(row.channel)) for row in rows],
        "total": {
            "machine": sum(row.machine for row in rows), "declared": sum(row.declared for row in rows),
            "cash": sum(row.cash for row in rows), "all": sum(row.total for row in rows),
        },
        "queues": [(kind, WORDS[kind], count) for kind, count in desk_queries.open_counts().items()],
        "refunds": [(state.value, state.label, *refunds.get(state.value, (0, 0))) for state in to_do],
        "open_days": queries.open_days(), "faulty": queries.faulty_payments(),
        "disputes": open_disputes(),
    }  # fmt: skip
    return render(request, "payments/desk/today.html", context, status=422 if form.errors else 200)


def channel_words(channel: str) -> str:
    """Where a sale was made, as people say it."""
    words = {"web": _("Đặt trên mạng"), "stall": _("Bán tại chợ"), "shared": _("Nhiều đơn"), "debt": _("Nợ sàn"),
             "order": _("Đặt trên mạng"), "phone": _("Đặt qua điện thoại")}  # fmt: skip
    return words.get(channel, channel)


def _table(rows: Iterable[queries.MethodSum]) -> Table:
    head = [
        _("Cách trả"), _("Kênh"), _("Máy xác nhận (đồng)"), _("Người bán báo (đồng)"), _("Tiền mặt (đồng)"),
        _("Cộng (đồng)"), _("Số khoản"),
    ]  # fmt: skip
    return head, _table_rows(rows)


def _table_rows(rows: Iterable[queries.MethodSum]) -> Iterable[Sequence[Any]]:
    for row in rows:
        yield [
            methods.words(row.method), channel_words(row.channel), row.machine, row.declared, row.cash, row.total,
            row.count,
        ]  # fmt: skip
