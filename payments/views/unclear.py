"""A seller's own unclear money and statements: the same pages as the operator's desk, their own accounts only."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from payments.desk import sellers_side
from payments.views.desk import statements, unmatched
from sellers.access import Do
from sellers.selling import SellerRequest, selling

LOOK_AND_SEND = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@selling(Do.SEE_MONEY)
def receipt(request: SellerRequest, receipt_id: int) -> HttpResponse:
    """A transfer to the seller's account, and what it may be for."""
    return unmatched.show_receipt(request, sellers_side(request), receipt_id)


@LOOK_AND_SEND
@selling(Do.SEE_MONEY)
def assign(request: SellerRequest, receipt_id: int) -> HttpResponse:
    """Confirm which order it pays."""
    return unmatched.place(request, sellers_side(request), receipt_id)


@require_POST
@selling(Do.SEE_MONEY)
def ignore(request: SellerRequest, receipt_id: int) -> HttpResponse:
    """Private money, none of the market's."""
    return unmatched.set_aside(request, sellers_side(request), receipt_id)


@require_POST
@selling(Do.SEE_MONEY)
def reopen(request: SellerRequest, receipt_id: int) -> HttpResponse:
    """It is for an order after all."""
    return unmatched.bring_back(request, sellers_side(request), receipt_id)


@LOOK_AND_SEND
@selling(Do.SEE_MONEY)
def statement_list(request: SellerRequest) -> HttpResponse:
    """Send a statement of the own account; those sent before."""
    return statements.show_all(request, sellers_side(request))


@require_safe
@selling(Do.SEE_MONEY)
def statement(request: SellerRequest, statement_id: int) -> HttpResponse:
    """Every line of a statement and what becomes of it."""
    return statements.show_one(request, sellers_side(request), statement_id)


@LOOK_AND_SEND
@selling(Do.SEE_MONEY)
def statement_columns(request: SellerRequest, statement_id: int) -> HttpResponse:
    """Say which column is what."""
    return statements.choose_columns(request, sellers_side(request), statement_id)


@require_POST
@selling(Do.SEE_MONEY)
def take_over(request: SellerRequest, statement_id: int) -> HttpResponse:
    """Take its lines over."""
    return statements.take(request, sellers_side(request), statement_id)
