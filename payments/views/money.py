"""The farmer's money: what came, what is still to come, and which account it goes to."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.phones import mask_phone
from common.errors import Refusal
from common.money import show_dong
from orders.queries import order_of
from orders.services import confirm_receipt
from orders.states import State, Who
from payments import ledger, queries, services
from payments.banks import bank
from payments.desk_queries import unclear_of
from payments.forms import AccountForm
from payments.models import Account, Refund
from sellers.access import Do
from sellers.selling import SellerRequest, selling


@require_safe
@selling(Do.SEE_MONEY)
def home(request: SellerRequest) -> HttpResponse:
    """What came in, what is waited for, and what is still to be settled. 15 queries at most."""
    shop = request.shop
    account = queries.open_account(shop)
    context = {
        "income": queries.income_of(shop),
        "waiting": queries.waiting_for(shop),
        "unclear": unclear_of(shop),
        "give_back": queries.to_give_back(shop),
        "page": queries.came_in(shop, request.GET.get("sau", "")),
        "balance": ledger.balance(Account.SELLER, shop),
        "account": account, "bank": bank(account.bank_bin) if account else None, "tab": "money",
    }  # fmt: skip
    return render(request, "payments/money.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@selling(Do.SET_ACCOUNT)
def account(request: SellerRequest) -> HttpResponse:
    """The account money goes to. Its owner alone comes here; nobody ever sees the whole number again."""
    form = AccountForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            kept = services.set_account(
                request.shop,
                bank_bin=said["bank_bin"],
                number=said["number"],
                holder=said["holder"],
                by=request.user,
            )
        except Refusal as refusal:
            refusal.put_in(form)
        else:
            messages.success(
                request, _("Tiền từ nay về tài khoản có đuôi %(end)s.") % {"end": kept.number_end}
            )
            return redirect("money:home")
    now = queries.open_account(request.shop)
    owner = request.shop.owner
    context = {
        "form": form, "account": now, "bank": bank(now.bank_bin) if now else None, "tab": "money",
        "notice_phone": mask_phone(owner.phone) if owner and owner.phone else "",
    }  # fmt: skip
    return render(request, "payments/account.html", context, status=422 if form.is_bound else 200)


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
