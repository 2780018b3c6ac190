"""What a buyer is asked to transfer: the QR, the account, the memo."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from orders.models import Order, Purchase
from orders.queries import CartView
from payments import qr, vietqr
from payments.bank_apps import AppLink, app_links
from payments.banks import Bank, bank
from payments.methods import words
from payments.models import Method, Payment, PaymentAccount, StallPlate
from payments.settling import accounts_in_use
from sellers.models import Shop

TEST_AMOUNT = 1_000  # đồng, from an owner to themselves


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
    def app_links(self) -> list[AppLink]:
        """Banks' apps that open on this phone with the transfer filled in."""
        return app_links(
            bank_bin=self.account.bank_bin, number=self.account.number, holder=self.account.holder, amount=self.amount,
            memo=self.payment.code or "", back=settings.SITE_URL,
        )  # fmt: skip

    @property
    def svg(self) -> SafeString:
        """The QR, drawn for the page."""
        return qr.svg(self.payload, label=_("Mã VietQR cho %(code)s") % {"code": self.payment.code})


@dataclass(frozen=True)
class OwnTransfer:
    """What an owner transfers to their own account to see that its number is right; `code` is empty until they ask."""

    account: PaymentAccount

    @property
    def amount(self) -> int:
        """đồng."""
        return TEST_AMOUNT

    @property
    def code(self) -> str:
        return self.account.test_code or ""

    @property
    def svg(self) -> SafeString:
        """The QR, drawn for the page."""
        asked = vietqr.VietQR(
            bank_bin=self.account.bank_bin, account=self.account.number, amount=TEST_AMOUNT, memo=self.code
        )
        return qr.svg(vietqr.encode(asked), label=_("Mã VietQR để thử tài khoản"))


def own_transfer(account: PaymentAccount | None) -> OwnTransfer | None:
    """The test that an account may be put to; None once it has passed."""
    return OwnTransfer(account) if account and not account.verified_at else None


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


@dataclass(frozen=True)
class AtProvider:
    """A payment that a provider takes the buyer through."""

    payment: Payment

    @property
    def amount(self) -> int:
        """đồng still to come."""
        return self.payment.rest

    @property
    def label(self) -> str:
        return words(self.payment.method)


def asked_for(orders: list[Order]) -> dict[int, Asked | AtProvider]:
    """For each order that waits for money of its own, what its buyer is asked for: the latest payment. 1 query.

    Orders that are paid together are asked for by `asked_together`.
    """
    waiting = Payment.objects.filter(order__in=orders, shared=None, state__in=Payment.OPEN, received=0)
    rows = waiting.exclude(method=Method.COD).select_related("account").order_by("pk")
    return {row.order_id: _asked(row) for row in rows if row.order_id}


def asked_together(purchase: Purchase) -> list[Asked | AtProvider]:
    """What a buyer is asked for several orders at once: by one QR or through a provider. 1 query."""
    rows = purchase.payments.filter(purpose=Payment.Purpose.SHARED, state__in=Payment.OPEN)
    return [_asked(row) for row in rows.select_related("account").order_by("pk") if row.rest]


def _asked(payment: Payment) -> Asked | AtProvider:
    return Asked(payment) if payment.account_id else AtProvider(payment)


def open_payment(key: str) -> Payment | None:
    """A payment by its unguessable key, whatever became of it. 1 query."""
    return Payment.objects.filter(key=key).select_related("order__purchase", "purchase").first()


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
    having = {account.shop_id for account in accounts_in_use([shop.pk for shop in shops], timezone.now())}
    return [shop for shop in shops if shop.pk not in having]


def shops_with_account(orders: list[Order]) -> set[int]:
    """The shops of some orders that take transfers. 1 query."""
    rows = PaymentAccount.objects.in_use().filter(shop__in=[order.shop_id for order in orders])
    return {shop_id for shop_id in rows.values_list("shop_id", flat=True) if shop_id}
