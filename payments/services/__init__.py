"""Every write about money. Callers import from here."""

from payments.confirming import confirm
from payments.services.accounts import call_off_account, set_account, set_operators_account
from payments.services.cash import count_cash, declare_received
from payments.services.checkout import ask_for_rest, cancel_order, checkout, pay_another_way
from payments.services.connect import check_account, onboard
from payments.services.desk import assign, ignore_receipt, reopen_receipt
from payments.services.disputes import take_dispute
from payments.services.events import read_events, take_events, work_left
from payments.services.gateways import begin, check, check_open
from payments.services.invoices import keep_invoice, keep_invoices
from payments.services.notices import (
    Taken,
    keep_and_match,
    poll,
    poll_all,
    process_event,
    process_left,
    take_notices,
)
from payments.services.provider_payouts import payout_arrived, take_payout
from payments.services.provider_refunds import ask_for_refund, check_refunds, take_refund
from payments.services.reconciling import reconcile
from payments.services.refunds import (
    approve_refund,
    confirm_refund,
    fail_refund,
    propose_return,
    refund_sent,
    refund_to,
    send_refund,
)
from payments.services.statements import look_at_statement, set_columns, take_over
from payments.services.taxes import add_rate, end_rate, set_seller_tax
from payments.services.tending import tend

__all__ = [
    "Taken",
    "add_rate",
    "approve_refund",
    "ask_for_refund",
    "ask_for_rest",
    "assign",
    "begin",
    "call_off_account",
    "cancel_order",
    "check",
    "check_account",
    "check_open",
    "check_refunds",
    "checkout",
    "confirm",
    "confirm_refund",
    "count_cash",
    "declare_received",
    "end_rate",
    "fail_refund",
    "ignore_receipt",
    "keep_and_match",
    "keep_invoice",
    "keep_invoices",
    "look_at_statement",
    "onboard",
    "pay_another_way",
    "payout_arrived",
    "poll",
    "poll_all",
    "process_event",
    "process_left",
    "propose_return",
    "read_events",
    "reconcile",
    "refund_sent",
    "refund_to",
    "reopen_receipt",
    "send_refund",
    "set_account",
    "set_columns",
    "set_operators_account",
    "set_seller_tax",
    "take_dispute",
    "take_events",
    "take_notices",
    "take_over",
    "take_payout",
    "take_refund",
    "tend",
    "work_left",
]
