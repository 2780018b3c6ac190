"""Every write about money. Callers import from here."""

from payments.confirming import confirm
from payments.services.accounts import call_off_account, set_account, set_operators_account
from payments.services.cash import count_cash, declare_received
from payments.services.checkout import ask_for_rest, cancel_order, checkout, pay_another_way
from payments.services.desk import assign, ignore_receipt, reopen_receipt
from payments.services.gateways import begin, check, check_open, take_events
from payments.services.notices import (
    Taken,
    keep_and_match,
    poll,
    poll_all,
    process_event,
    process_left,
    take_notices,
)
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
from payments.services.stall import (
    cancel_sale,
    cash_sale,
    close_session,
    declare_sale,
    open_session,
    pay_in_cash,
    plate_for,
    plate_sale_entered,
    sale_named,
    start_sale,
)
from payments.services.statements import look_at_statement, set_columns, take_over

__all__ = [
    "Taken",
    "approve_refund",
    "ask_for_rest",
    "assign",
    "begin",
    "call_off_account",
    "cancel_order",
    "cancel_sale",
    "cash_sale",
    "check",
    "check_open",
    "checkout",
    "close_session",
    "confirm",
    "confirm_refund",
    "count_cash",
    "declare_received",
    "declare_sale",
    "fail_refund",
    "ignore_receipt",
    "keep_and_match",
    "look_at_statement",
    "open_session",
    "pay_another_way",
    "pay_in_cash",
    "plate_for",
    "plate_sale_entered",
    "poll",
    "poll_all",
    "process_event",
    "process_left",
    "propose_return",
    "reconcile",
    "refund_sent",
    "refund_to",
    "reopen_receipt",
    "sale_named",
    "send_refund",
    "set_account",
    "set_columns",
    "set_operators_account",
    "start_sale",
    "take_events",
    "take_notices",
    "take_over",
]
