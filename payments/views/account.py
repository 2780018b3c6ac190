"""Where the farmer's money goes: typed in, proved by a code on the owner's phone, called off, tested."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.phones import mask_phone
from common.errors import Refusal
from common.ratelimits import limited
from payments import queries, services
from payments.asking import own_transfer
from payments.banks import bank
from payments.forms import AccountCodeForm, AccountForm
from payments.models import PaymentAccount
from sellers.access import Do
from sellers.selling import SellerRequest, selling


def _of(account: PaymentAccount | None) -> Any:
    return bank(account.bank_bin) if account else None


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@limited("30/hour")
@selling(Do.SET_ACCOUNT)
def account(request: SellerRequest) -> HttpResponse:
    """The account money goes to, and the form for another. Its owner alone comes here; nobody sees the whole number."""
    form = AccountForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            services.ask_account(
                request.shop, bank_bin=said["bank_bin"], number=said["number"], holder=said["holder"],
                by=request.user, request=request,
            )  # fmt: skip
        except Refusal as refusal:
            refusal.put_in(form)
        else:
            return redirect("money:account_code")
    now, cooling = queries.open_account(request.shop), queries.cooling_account(request.shop)
    context = {
        "form": form, "account": now, "bank": _of(now), "cooling": cooling, "cooling_bank": _of(cooling),
        "change": queries.account_change(request.shop), "notice_phone": _phone(request),
        "test": own_transfer(cooling or now), "tab": "money",
    }  # fmt: skip
    return render(request, "payments/account.html", context, status=422 if form.is_bound else 200)


def _phone(request: SellerRequest) -> str:
    owner = request.shop.owner
    return mask_phone(owner.phone) if owner and owner.phone else ""


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@limited("60/hour")
@selling(Do.SET_ACCOUNT)
def prove(request: SellerRequest) -> HttpResponse:
    """Step 2: the code from the owner's phone; what was typed before stays kept while it is wrong."""
    change = queries.account_change(request.shop)
    if change is None:
        return redirect("money:account")
    form = AccountCodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            kept = services.prove_account(request.shop, form.cleaned_data["code"], by=request.user)
        except Refusal as refusal:
            refusal.put_in(form)
        else:
            if kept is not None:
                _tell(request, kept)
            return redirect("money:account")
    context = {
        "form": form, "change": change, "bank": bank(change.bank_bin), "notice_phone": _phone(request), "tab": "money",
    }  # fmt: skip
    return render(request, "payments/account_code.html", context, status=422 if form.is_bound else 200)


def _tell(request: SellerRequest, kept: PaymentAccount) -> None:
    facts = {"end": kept.number_end}
    if kept.usable_from > timezone.now():
        facts["at"] = timezone.localtime(kept.usable_from).strftime("%H:%M %d/%m")
        words = _("Từ %(at)s tiền về tài khoản có đuôi %(end)s. Trước lúc đó bạn có thể hủy đổi.")
    else:
        words = _("Tiền từ nay về tài khoản có đuôi %(end)s.")
    messages.success(request, words % facts)


@require_POST
@selling(Do.SET_ACCOUNT)
def send_again(request: SellerRequest) -> HttpResponse:
    """Another code; the one before is void."""
    try:
        services.send_code_again(request.shop, by=request.user, request=request)
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    return redirect("money:account_code")


@require_POST
@selling(Do.SET_ACCOUNT)
def drop(request: SellerRequest) -> HttpResponse:
    """The owner thinks better of what they typed."""
    services.drop_account_change(request.shop, by=request.user)
    return redirect("money:account")


@require_POST
@selling(Do.SET_ACCOUNT)
def call_off(request: SellerRequest) -> HttpResponse:
    """The button "Hủy đổi": the account before goes on."""
    kept = services.call_off_account(request.shop, by=request.user)
    if kept is not None:
        words = _("Đã hủy đổi. Tiền vẫn về tài khoản có đuôi %(end)s.")
        messages.success(request, words % {"end": kept.number_end})
    return redirect("money:account")


@require_POST
@selling(Do.SET_ACCOUNT)
def begin_test(request: SellerRequest, account_id: int) -> HttpResponse:
    """A code with which the owner transfers a little to themselves, to see that the number is right."""
    if services.begin_test(request.shop, account_id, by=request.user) is None:
        raise Http404
    return redirect("money:account")
