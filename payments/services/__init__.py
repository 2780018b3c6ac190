"""Every write about money. Callers import from here."""

from payments.confirming import confirm
from payments.services.account_changes import ask_account, drop_account_change, prove_account, send_code_again
from payments.services.accounts import begin_test, call_off_account, set_account, set_operators_account
from payments.services.carrier_losses import (
    approve_write_off,
    drop_write_off,
    take_back_write_off,
    write_off,
)
from payments.services.carriers import settle_carrier, tie_receipt
from payments.services.cash import count_cash, declare_received
from payments.services.checkout import ask_for_rest, cancel_order, checkout, pay_another_way
from payments.services.connect import check_account, onboard
from payments.services.debts import ask_for_debt, remind_debtors
from payments.services.desk import assign, ignore_receipt, reopen_receipt
from payments.services.disputes import note_dispute, take_dispute
from payments.services.events import read_events, take_events, work_left
from payments.services.gateways import begin, check, check_open
from payments.services.invoices import keep_invoice, keep_invoices
from payments.services.method_rules import set_ways
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
from payments.services.taxes import add_rate, end_rate, set_seller_tax
from payments.services.tending import tend

__all__ = [
    "Taken",
    "add_rate",
    "approve_payout",
    "approve_refund",
    "approve_write_off",
    "ask_account",
    "ask_for_debt",
    "ask_for_refund",
    "ask_for_rest",
    "assign",
    "batch_sent",
    "begin",
    "begin_test",
    "call_off_account",
    "cancel_order",
    "cancel_payout",
    "cancel_sale",
    "cash_sale",
    "check",
    "check_account",
    "check_open",
    "check_refunds",
    "checkout",
    "close_session",
    "confirm",
    "confirm_refund",
    "count_cash",
    "declare_received",
    "declare_sale",
    "draft_payout",
    "draft_payouts",
    "drop_account_change",
    "drop_write_off",
    "end_rate",
    "fail_refund",
    "ignore_receipt",
    "keep_and_match",
    "keep_invoice",
    "keep_invoices",
    "look_at_statement",
    "make_batch",
    "note_dispute",
    "onboard",
    "open_session",
    "pay_another_way",
    "pay_in_cash",
    "payout_arrived",
    "plate_for",
    "plate_sale_entered",
    "poll",
    "poll_all",
    "process_event",
    "process_left",
    "propose_return",
    "prove_account",
    "read_events",
    "reconcile",
    "refund_sent",
    "refund_to",
    "remind_debtors",
    "reopen_receipt",
    "return_payout",
    "sale_named",
    "send_code_again",
    "send_refund",
    "set_account",
    "set_columns",
    "set_operators_account",
    "set_seller_tax",
    "set_ways",
    "settle_carrier",
    "settle_payout",
    "start_sale",
    "take_back_write_off",
    "take_dispute",
    "take_events",
    "take_file",
    "take_notices",
    "take_over",
    "take_payout",
    "take_refund",
    "tend",
    "tie_receipt",
    "work_left",
    "write_off",
]
