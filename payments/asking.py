"""What a buyer is asked to transfer: the QR, the account, the memo."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from orders.models import Order, Purchase
from orders.queries import CartView
from payments import qr, vietqr
from payments.banks import Bank, bank
from payments.models import Payment, PaymentAccount, StallPlate
from sellers.models import Shop


@dataclass(frozen=True)
class Asked:
    """A transfer a buyer is asked for: where to, how much, and the memo that finds its order again."""

    payment: Payment

    @property
    def amount(self) -> int:
        """đồng still to come."""
        return self.payment.rest

    @property
    def bank(self) -> Bank | None:
        return bank(self.account.bank_bin)

    @property
    def account(self) -> PaymentAccount:
        assert self.payment.account is not None  # transfers have one
        return self.payment.account

    @cached_property
    def payload(self) -> str:
        """The VietQR text."""
        code = vietqr.VietQR(
            bank_bin=self.account.bank_bin,
            account=self.account.number,
            amount=self.amount,
            memo=self.payment.code or "",
        )
        return vietqr.encode(code)

    @property
    def svg(self) -> SafeString:
        """The QR, drawn for the page."""
        return qr.svg(self.payload, label=_("Mã VietQR cho %(code)s") % {"code": self.payment.code})


@dataclass(frozen=True)
class AskedByPlate:
    """What a stall's plate asks everybody for: any sum, to this account, with the plate's own code as the memo."""

    plate: StallPlate

    @property
    def account(self) -> PaymentAccount:
        return self.plate.account

    @property
    def bank(self) -> Bank | None:
        return bank(self.account.bank_bin)

    @property
    def payload(self) -> str:
        """The VietQR text, without an amount."""
        code = vietqr.VietQR(
            bank_bin=self.account.bank_bin, account=self.account.number, memo=self.plate.code
        )
        return vietqr.encode(code)

    @property
    def svg(self) -> SafeString:
        """The QR, drawn for the page."""
        return qr.svg(self.payload, label=_("Mã VietQR của quầy, khách tự ghi số tiền"))


def asked_for(orders: list[Order]) -> dict[int, Asked]:
    """For each order that still waits for a transfer, what its buyer is asked for: the latest payment. 1 query."""
    waiting = Payment.objects.filter(
        order__in=orders, account__isnull=False, state=Payment.State.WAITING, received=0
    )
    return {
        row.order_id: Asked(row) for row in waiting.select_related("account").order_by("pk") if row.order_id
    }


def shared_of(purchase: Purchase) -> list[Payment]:
    """Payments of several orders at once that still wait: by one QR or through a provider. 1 query."""
    rows = purchase.payments.filter(purpose=Payment.Purpose.SHARED, state__in=Payment.OPEN)
    return list(rows.select_related("account").order_by("pk"))


def asked_by_key(key: str) -> Asked | None:
    """A payment that waits for a transfer, by its unguessable key. 1 query."""
    row = (
        Payment.objects.filter(key=key, account__isnull=False, state=Payment.State.WAITING)
        .select_related("account")
        .first()
    )
    return Asked(row) if row and row.rest else None


def shops_without_account(cart: CartView) -> list[Shop]:
    """Shops of a cart that take no transfers. 1 query."""
    shops = [part.shop for part in cart.shops]
    having = set(PaymentAccount.objects.in_use().filter(shop__in=shops).values_list("shop_id", flat=True))
    return [shop for shop in shops if shop.pk not in having]
