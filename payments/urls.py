"""Addresses of the farmer's money, of the till at the stall, and of the operator's finance desk."""

from datetime import date

from django.urls import include, path, register_converter

from payments import month_paths  # noqa: F401  (months in addresses)
from payments.views import account, cancel, connect, money, month, stall, unclear, ways
from payments.views.desk import (
    carriers,
    disputes,
    invoices,
    payouts,
    reconcile,
    refunds,
    statements,
    taxes,
    today,
    unmatched,
)


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
    path("cach-nhan/", ways.own, name="ways"),
    path("the/", connect.card_money, name="card_money"),
    path("tai-khoan/", account.account, name="account"),
    path("tai-khoan/ma/", account.prove, name="account_code"),
    path("tai-khoan/ma-moi/", account.send_again, name="account_code_again"),
    path("tai-khoan/bo/", account.drop, name="account_drop"),
    path("tai-khoan/huy-doi/", account.call_off, name="account_call_off"),
    path("tai-khoan/<int:account_id>/thu/", account.begin_test, name="account_test"),
    path("tra-lai/<int:refund_id>/", money.given_back, name="given_back"),
    path("chua-ro/<int:receipt_id>/", unclear.receipt, name="receipt"),
    path("chua-ro/<int:receipt_id>/ghep/", unclear.assign, name="assign"),
    path("chua-ro/<int:receipt_id>/bo-qua/", unclear.ignore, name="ignore"),
    path("chua-ro/<int:receipt_id>/mo-lai/", unclear.reopen, name="reopen"),
    path("sao-ke/", unclear.statement_list, name="statements"),
    path("sao-ke/<int:statement_id>/", unclear.statement, name="statement"),
    path("sao-ke/<int:statement_id>/cot/", unclear.statement_columns, name="statement_columns"),
    path("sao-ke/<int:statement_id>/nhap/", unclear.take_over, name="take_over"),
    path("<month:month>/", month.show, name="month"),
    path("<month:month>/bang-ke.<slug:ending>", month.file, name="month_file"),
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
    path("tranh-chap/", disputes.disputes, name="disputes"),
    path("tranh-chap/<int:dispute_id>/", disputes.dispute, name="dispute"),
    path("tranh-chap/tien-cong/<int:payout_id>/", disputes.arrived, name="payout_arrived"),
    path("chi-tra/", payouts.payouts, name="payouts"),
    path("chi-tra/lap/", payouts.draft_all, name="draft_payouts"),
    path("chi-tra/gian-hang/<slug:code>/", payouts.seller, name="payout_seller"),
    path("chi-tra/dot/", payouts.make_batch, name="make_batch"),
    path("chi-tra/dot/<int:batch_id>/", payouts.batch, name="batch"),
    path("chi-tra/dot/<int:batch_id>/tep/", payouts.take_file, name="batch_file"),
    path("chi-tra/dot/<int:batch_id>/da-gui/", payouts.sent, name="batch_sent"),
    path("chi-tra/<int:payout_id>/", payouts.payout, name="payout"),
    path("chi-tra/<int:payout_id>/duyet/", payouts.approve, name="approve_payout"),
    path("chi-tra/<int:payout_id>/huy/", payouts.cancel, name="cancel_payout"),
    path("chi-tra/<int:payout_id>/da-nhan/", payouts.settle, name="settle_payout"),
    path("chi-tra/<int:payout_id>/tra-lai/", payouts.came_back, name="return_payout"),
    path("hang-giao/", carriers.carriers, name="carriers"),
    path("hang-giao/<slug:code>/", carriers.carrier, name="carrier"),
    path("hang-giao/<slug:code>/ghep/<int:settlement_id>/", carriers.tie, name="tie_carrier"),
    path("hang-giao/<slug:code>/xoa-no/", carriers.write_off, name="write_off"),
    path(
        "hang-giao/<slug:code>/xoa-no/<int:write_off_id>/duyet/",
        carriers.approve_write_off,
        name="approve_write_off",
    ),
    path(
        "hang-giao/<slug:code>/xoa-no/<int:write_off_id>/bo/", carriers.drop_write_off, name="drop_write_off"
    ),
    path(
        "hang-giao/<slug:code>/xoa-no/<int:write_off_id>/lay-lai/",
        carriers.take_back_write_off,
        name="take_back_write_off",
    ),
    path("doi-chieu/", reconcile.reconcile, name="reconcile"),
    path("doi-chieu/<int:account_id>/<day:on>/", reconcile.day, name="reconciliation"),
    path("sao-ke/", statements.statements, name="statements"),
    path("sao-ke/<int:statement_id>/", statements.statement, name="statement"),
    path("sao-ke/<int:statement_id>/cot/", statements.statement_columns, name="statement_columns"),
    path("sao-ke/<int:statement_id>/nhap/", statements.take_over, name="take_over"),
    path("cach-tra/", ways.of_all, name="ways"),
    path("thue/", taxes.home, name="taxes"),
    path("thue/nguoi-ban/", taxes.find_seller, name="find_seller_tax"),
    path("thue/nguoi-ban/<slug:code>/", taxes.seller, name="seller_tax"),
    path("thue/muc/<int:rate_id>/ket-thuc/", taxes.end_rate, name="end_rate"),
    path("thue/<month:month>.<slug:ending>", taxes.file, name="taxes_file"),
    path("hoa-don/", invoices.home, name="invoices"),
    path("hoa-don/tai.<slug:ending>", invoices.file, name="invoices_file"),
    path("hoa-don/ghi/", invoices.keep, name="keep_invoice"),
    path("hoa-don/tep/", invoices.bring, name="bring_invoices"),
]

urlpatterns = [
    path("ban-hang/tien/", include((money_patterns, "money"))),
    path("ban-hang/quay/", include((stall_patterns, "stall"))),
    path("so-quy/", include((desk_patterns, "desk"))),
]
