"""Addresses of the farmer's money, of the till at the stall, and of the operator's finance desk."""

from datetime import date

from django.urls import include, path, register_converter

from payments.views import cancel, money, stall, unclear
from payments.views.desk import reconcile, refunds, statements, today, unmatched


class DayConverter:
    """A calendar day in an address: 2026-11-24."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)  # ValueError means: no such address

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "day")

money_patterns = [
    path("", money.home, name="home"),
    path("tai-khoan/", money.account, name="account"),
    path("tra-lai/<int:refund_id>/", money.given_back, name="given_back"),
    path("chua-ro/<int:receipt_id>/", unclear.receipt, name="receipt"),
    path("chua-ro/<int:receipt_id>/ghep/", unclear.assign, name="assign"),
    path("chua-ro/<int:receipt_id>/bo-qua/", unclear.ignore, name="ignore"),
    path("chua-ro/<int:receipt_id>/mo-lai/", unclear.reopen, name="reopen"),
    path("sao-ke/", unclear.statement_list, name="statements"),
    path("sao-ke/<int:statement_id>/", unclear.statement, name="statement"),
    path("sao-ke/<int:statement_id>/cot/", unclear.statement_columns, name="statement_columns"),
    path("sao-ke/<int:statement_id>/nhap/", unclear.take_over, name="take_over"),
    path("<slug:code>/da-giao/", money.delivered, name="delivered"),
    path("<slug:code>/tra-ve/", cancel.returned, name="returned"),
    path("<slug:code>/huy/", cancel.cancel, name="cancel"),
    path("<slug:code>/da-nhan/", money.received, name="received"),
]

stall_patterns = [
    path("", stall.till, name="till"),
    path("khung/", stall.shell, name="shell"),
    path("gui/", stall.push, name="push"),
    path("moi/", stall.heard, name="heard"),
    path("hom-nay/", stall.today, name="today"),
    path("phien/", stall.sessions, name="sessions"),
    path("ma-dan/", stall.plate, name="plate"),
    path("ban/<slug:key>/", stall.sale, name="sale"),
    path("ban/<slug:key>/xem/", stall.sale_part, name="sale_part"),
    path("ban/<slug:key>/huy/", stall.cancel, name="cancel"),
    path("ban/<slug:key>/tien-mat/", stall.in_cash, name="in_cash"),
    path("ban/<slug:key>/da-ve/", stall.seen, name="seen"),
]

desk_patterns = [
    path("", today.today, name="today"),
    path("chua-khop/", unmatched.queue, name="unmatched"),
    path("chua-khop/<int:receipt_id>/", unmatched.receipt, name="receipt"),
    path("chua-khop/<int:receipt_id>/ghep/", unmatched.assign, name="assign"),
    path("chua-khop/<int:receipt_id>/bo-qua/", unmatched.ignore, name="ignore"),
    path("chua-khop/<int:receipt_id>/mo-lai/", unmatched.reopen, name="reopen"),
    path("chua-khop/<int:receipt_id>/tra-lai/", unmatched.send_back, name="send_back"),
    path("hoan-tien/", refunds.refunds, name="refunds"),
    path("hoan-tien/<int:refund_id>/", refunds.refund, name="refund"),
    path("hoan-tien/<int:refund_id>/duyet/", refunds.approve, name="approve_refund"),
    path("hoan-tien/<int:refund_id>/tai-khoan/", refunds.address, name="refund_address"),
    path("hoan-tien/<int:refund_id>/da-gui/", refunds.send, name="send_refund"),
    path("hoan-tien/<int:refund_id>/da-nhan/", refunds.confirm, name="confirm_refund"),
    path("hoan-tien/<int:refund_id>/khong-duoc/", refunds.fail, name="fail_refund"),
    path("doi-chieu/", reconcile.reconcile, name="reconcile"),
    path("doi-chieu/<int:account_id>/<day:on>/", reconcile.day, name="reconciliation"),
    path("sao-ke/", statements.statements, name="statements"),
    path("sao-ke/<int:statement_id>/", statements.statement, name="statement"),
    path("sao-ke/<int:statement_id>/cot/", statements.statement_columns, name="statement_columns"),
    path("sao-ke/<int:statement_id>/nhap/", statements.take_over, name="take_over"),
]

urlpatterns = [
    path("ban-hang/tien/", include((money_patterns, "money"))),
    path("ban-hang/quay/", include((stall_patterns, "stall"))),
    path("so-quy/", include((desk_patterns, "desk"))),
]
