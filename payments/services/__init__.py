"""Every write about money. Callers import from here."""

from payments.confirming import confirm
from payments.services.account_changes import ask_account, drop_account_change, prove_account, send_code_again
from payments.services.accounts import begin_test, call_off_account, set_account, set_operators_account
from payments.services.carriers import settle_carrier, tie_receipt
from payments.services.cash import count_cash, declare_received
from payments.services.checkout import ask_for_rest, cancel_order, checkout, pay_another_way
from payments.services.debts import ask_for_debt, remind_debtors
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
from payments.services.payouts import (
    approve_payout,
    batch_sent,
    cancel_payout,
    draft_payout,
    draft_payouts,
    make_batch,
    return_payout,
    settle_payout,
    take_file,
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
from payments.services.statements import look_at_statement, set_columns, take_over

__all__ = [
    "Taken",
    "approve_payout",
    "approve_refund",
    "ask_account",
    "ask_for_debt",
    "ask_for_rest",
    "assign",
    "batch_sent",
    "begin",
    "begin_test",
    "call_off_account",
    "cancel_order",
    "cancel_payout",
    "check",
    "check_open",
    "checkout",
    "confirm",
    "confirm_refund",
    "count_cash",
    "declare_received",
    "draft_payout",
    "draft_payouts",
    "drop_account_change",
    "fail_refund",
    "ignore_receipt",
    "keep_and_match",
    "look_at_statement",
    "make_batch",
    "pay_another_way",
    "poll",
    "poll_all",
    "process_event",
    "process_left",
    "propose_return",
    "prove_account",
    "reconcile",
    "refund_sent",
    "refund_to",
    "remind_debtors",
    "reopen_receipt",
    "return_payout",
    "send_code_again",
    "send_refund",
    "set_account",
    "set_columns",
    "set_operators_account",
    "settle_carrier",
    "settle_payout",
    "take_events",
    "take_file",
    "take_notices",
    "take_over",
    "tie_receipt",
]
