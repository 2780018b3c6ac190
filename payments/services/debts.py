"""What sellers owe the operator: commission of sales whose money went straight to them. Asked for by one payment each.

Source: payments reference, section 7 (seller pays a commission debt).
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import outbox
from accounts.models import Message
from common.days import local_day
from common.money import show_dong
from payments import balances
from payments.models import Method, Payment, SellerBalance
from payments.order_codes import new_code
from payments.settling import operators_account
from sellers.models import Shop


@transaction.atomic
def ask_for_debt(shop: Shop, at: datetime | None = None) -> Payment | None:
    """The one payment by which a seller pays what they owe now; its amount follows the balance, its code stays.

    None if nothing is owed or the operator has no account. What no longer is owed is no longer asked for.
    """
    SellerBalance.objects.select_for_update().filter(shop=shop).first()
    owed, account = balances.debt_of(shop.pk), operators_account()
    mine = Payment.objects.select_for_update(of=("self",)).filter(
        shop_id=shop.pk, purpose=Payment.Purpose.DEBT
    )
    payment = mine.filter(state__in=Payment.OPEN).select_related("account").first()
    if payment is not None and (owed <= 0 or payment.account != account):
        payment.state = Payment.State.CANCELLED  # it can still receive
        payment.save(update_fields=["state"])
        payment = None
    if owed <= 0 or account is None:
        return None
    if payment is None:
        return Payment.objects.create(
            purpose=Payment.Purpose.DEBT, shop_id=shop.pk, account=account, method=Method.POOLED, amount=owed,
            code=new_code(settings.PAYMENT_CODE_PREFIX), created_at=at or timezone.now(),
        )  # fmt: skip
    if payment.rest != owed:
        payment.amount = payment.received + owed
        payment.save(update_fields=["amount"])
    return payment


def ask_debtors(at: datetime | None = None) -> int:
    """Ask every seller for what they owe now, and no longer for what they do not owe any more. Returns how many are asked.

    For a timer: what changed since the last time is followed, as `ask_for_debt` does.
    """
    asked = Payment.objects.filter(purpose=Payment.Purpose.DEBT, state__in=Payment.OPEN).values("shop_id")
    shops = Shop.objects.filter(Q(balance__amount__gt=0) | Q(pk__in=asked)).order_by("pk")
    return sum(ask_for_debt(shop, at) is not None for shop in shops.iterator())


def remind_debtors(at: datetime | None = None) -> int:
    """Tell sellers what they owe, once a month. Returns how many were told now."""
    at, told = at or timezone.now(), 0
    month = local_day(at).strftime("%Y-%m")
    rows = SellerBalance.objects.filter(amount__gte=max(settings.DEBT_LEAST, 1)).select_related("shop__owner")
    for row in rows.order_by("pk").iterator():
        payment = ask_for_debt(row.shop, at)
        if payment is None or payment.rest < settings.DEBT_LEAST or row.shop.owner is None:
            continue
        text = _("Chợ Bản: %(shop)s còn nợ phí sàn %(amount)s. Mã VietQR để trả có ở mục Tiền của tôi.")
        body = text % {"shop": row.shop.name, "amount": show_dong(payment.rest)}
        key = f"debt:{row.shop_id}:{month}"
        if not Message.objects.filter(key=key).exists():
            with transaction.atomic():
                told += outbox.post(body, to=row.shop.owner, key=key, kind="debt", at=at) is not None
    return told
