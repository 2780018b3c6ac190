"""The farmer's money: what came, what is still to come, what the operator owes and is owed."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.days import local_day
from common.errors import Refusal
from common.money import show_dong
from orders.queries import order_of
from orders.services import confirm_receipt
from orders.states import State, Who
from payments import balances, queries, services
from payments.asking import Asked
from payments.banks import bank
from payments.desk_queries import unclear_of
from payments.dispute_queries import open_of_shop
from payments.dispute_words import reason_of
from payments.models import Refund
from payments.services.connect import is_on
from payments.taxes import near_tax_free
from sellers.access import Do
from sellers.selling import SellerRequest, selling


@require_safe
@selling(Do.SEE_MONEY)
def home(request: SellerRequest) -> HttpResponse:
    """What came in, what is waited for, what is still to be settled. 17 queries, 11 more where the operator owes something."""
    shop = request.shop
    account = queries.open_account(shop)
    available = balances.available(shop.pk)
    debt = services.ask_for_debt(shop) if available.owed < 0 else None
    _balance, sold = queries.balance_and_year(shop)
    context = {
        "income": queries.income_of(shop),
        "waiting": queries.waiting_for(shop),
        "unclear": unclear_of(shop),
        "give_back": queries.to_give_back(shop),
        "page": queries.came_in(shop, request.GET.get("sau", "")),
        "held": balances.held_for_buyers(shop.pk),
        "disputes": [(case, reason_of(case.dispute.reason)) for case in open_of_shop(shop.pk)],
        "available": available, "payouts": queries.payouts_of(shop),
        "debt": Asked(debt) if debt else None,
        "near_tax": near_tax_free(sold), "this_month": local_day(), "takes_cards": is_on(),
        "account": account, "bank": bank(account.bank_bin) if account else None, "tab": "money",
    }  # fmt: skip
    return render(request, "payments/money.html", context)


@require_POST
@selling(Do.SEE_MONEY)
def received(request: SellerRequest, code: str) -> HttpResponse:
    """The farmer saw an order's money on their own phone. Pressing twice counts it once."""
    payment = queries.waiting_payment(request.shop, code)
    if payment is None:
        raise Http404
    if payment.order and payment.order.state == State.CANCELLED:
        messages.warning(
            request,
            _("Đơn %(code)s đã hủy. Nếu khách đã chuyển tiền, hãy gọi khách để trả lại.") % {"code": code},
        )
        return redirect("board:order", code=code)
    payment = services.declare_received(payment, by=request.actor)
    amount = show_dong(payment.amount)
    messages.success(
        request, _("Đã ghi: khách trả bạn %(amount)s cho đơn %(code)s.") % {"amount": amount, "code": code}
    )
    if request.POST.get("back") == "money":
        return redirect("money:home")
    return redirect("board:order", code=code)


@require_POST
@selling(Do.HANDLE_ORDERS)
def delivered(request: SellerRequest, code: str) -> HttpResponse:
    """The farmer saw the buyer take the goods, and took the cash if it was to be cash. Pressing twice counts once."""
    order = order_of(request.shop, code)
    if order is None:
        raise Http404
    try:
        confirm_receipt(order.pk, who=Who.FARMER, by=request.actor)
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Đơn %(code)s: khách đã nhận.") % {"code": code})
    return redirect("board:order", code=code)


@require_POST
@selling(Do.SEE_MONEY)
def given_back(request: SellerRequest, refund_id: int) -> HttpResponse:
    """The farmer has sent a buyer's money back. Pressing twice books it once."""
    refund = Refund.objects.filter(pk=refund_id, order__shop=request.shop).first()
    if refund is None:
        raise Http404
    services.refund_sent(refund.pk, by=request.actor)
    messages.success(request, _("Đã ghi: trả lại khách %(amount)s.") % {"amount": show_dong(refund.amount)})
    return redirect("money:home")
