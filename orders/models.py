"""Carts, purchases, orders and what they leave behind."""

from datetime import timedelta
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce, Round
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from catalog.units import Unit
from common.codes import long_code, public_code
from common.words import word_of
from orders.amounts import line_amount, weighed_margin
from orders.complaint_models import Complaint, ComplaintPhoto
from orders.delivery_models import DeliveryMethod, DeliveryRate
from orders.fulfilment_models import LineStep, OneTap, Proposal, SlipSeries
from orders.shipment_models import CarrierPlace, CarrierQuote, Shipment, ShipmentEvent
from orders.states import (
    FARMERS_NEXT,
    OPEN,
    STOPPED,
    LineState,
    PurchaseState,
    State,
    Who,
    purchase_state,
    transition,
)
from places.models import Place
from sellers.models import Picture, Shop

__all__ = [
    "CarrierPlace",
    "CarrierQuote",
    "Complaint",
    "ComplaintPhoto",
    "DeliveryMethod",
    "DeliveryRate",
    "LineStep",
    "OneTap",
    "Proposal",
    "Shipment",
    "ShipmentEvent",
    "SlipSeries",
    "line_amount",
    "weighed_margin",
]
BUYERS_WORDS = {
    State.NEW: _("Đã đặt hàng"), State.CONFIRMED: _("Người bán đã nhận đơn"), State.DELIVERED: _("Bạn đã nhận hàng"),
}  # fmt: skip
ARRANGED_WORDS = _("Người bán gọi hẹn cách giao")


class Cart(models.Model):
    """What a visitor means to buy. Known by a random key in a cookie, and by the person once signed in."""

    key = models.CharField(max_length=32, unique=True, default=long_code)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="carts"
    )
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"cart {self.pk}"


class CartLine(models.Model):
    """One product in a cart, with the price the visitor saw when they put it in."""

    cart = models.ForeignKey(Cart, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    quantity = models.DecimalField(max_digits=9, decimal_places=3)
    price_seen = models.BigIntegerField()
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cart", "product"], name="cart_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="cart_line_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"

    @property
    def amount(self) -> int:
        """Whole đồng at the price of now; halves round up, as a shopkeeper does."""
        return line_amount(self.product.price, self.quantity)


class Purchase(models.Model):
    """One checkout, with one order for each shop. Its status is derived from its orders."""

    key = models.CharField(max_length=32, unique=True, default=long_code, editable=False)
    public_code = models.CharField(max_length=10, unique=True, default=public_code, editable=False)
    buyer_key = models.CharField(max_length=64)
    idempotency_key = models.CharField(max_length=64)
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="purchases")
    name = models.CharField(max_length=80)
    phone = models.CharField(max_length=16)
    commune = models.ForeignKey(Place, models.PROTECT, related_name="+")
    address = models.CharField(max_length=200)
    note = models.CharField(max_length=300, blank=True)
    pay_on_delivery = models.BooleanField(default=False)
    total = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["buyer_key", "idempotency_key"], name="purchase_once"),
            models.CheckConstraint(condition=Q(total__gte=0), name="purchase_total_not_negative"),
        ]

    def __str__(self) -> str:
        return self.public_code

    def get_absolute_url(self) -> str:
        return reverse("market:purchase", args=[self.key])

    @property
    def state(self) -> PurchaseState:
        """Where the whole checkout is, as its orders say. 1 query unless they are prefetched."""
        return purchase_state((State(order.state), order.waits_for_money) for order in self.orders.all())


class OrderQuerySet(models.QuerySet["Order"]):
    """Sentences about orders."""

    def open(self) -> Self:
        """Orders that somebody still has to act on."""
        return self.filter(state__in=OPEN)

    def within(self, place: Place) -> Self:
        """Orders sold from a place, by the place copied at order time."""
        column = {1: "province_id", 2: "commune_id", 3: "village_id"}[place.level]
        return self.filter(**{column: place.pk})


class Order(models.Model):
    """What one shop owes one buyer: lines as sold, buyer facts as given, places as they were."""

    key = models.CharField(max_length=32, unique=True, default=long_code, editable=False)
    public_code = models.CharField(
        _("mã đơn"), max_length=10, unique=True, default=public_code, editable=False
    )
    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="orders")
    shop = models.ForeignKey(Shop, models.PROTECT, related_name="orders")
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="orders")
    name = models.CharField(max_length=80)
    phone = models.CharField(max_length=16)
    address = models.CharField(max_length=300)
    note = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.NEW)
    pay_on_delivery = models.BooleanField(default=False)
    goods = models.BigIntegerField()
    delivery = models.BigIntegerField(default=0)
    delivery_method = models.ForeignKey(DeliveryMethod, models.SET_NULL, null=True, related_name="+")
    delivery_kind = models.CharField(max_length=8, choices=DeliveryMethod.Kind, blank=True)  # "": by phone
    delivery_hint = models.CharField(max_length=160, blank=True)
    deliver_from = models.DateField(null=True)
    deliver_by = models.DateField(null=True)
    carried_by = models.CharField(max_length=60, blank=True)  # a carrier's name, a bus and its plate
    carrier_phone = models.CharField(max_length=16, blank=True)
    tracking = models.CharField(max_length=40, blank=True)
    slip_number = models.PositiveIntegerField(null=True)  # of the shop's sale slips, given when packed
    discount = models.BigIntegerField(default=0)
    margin = models.BigIntegerField(
        default=0
    )  # asked beforehand for goods still to be weighed; goes with the scales
    total = models.BigIntegerField()
    paid = models.BigIntegerField(default=0)
    held_until = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)  # since when the seller can act: placed, or paid beforehand
    reminders = models.PositiveSmallIntegerField(default=0)  # sent to a silent seller
    desk_at = models.DateTimeField(null=True)  # when the village's order desk got it
    province_id = models.BigIntegerField()
    commune_id = models.BigIntegerField()
    village_id = models.BigIntegerField()
    channel = models.CharField(max_length=10, default="web")
    terms = models.JSONField(
        default=dict, blank=True
    )  # as the buyer was told before ordering: `orders.terms`
    created_at = models.DateTimeField(default=timezone.now)
    day = models.DateField()
    delivered_at = models.DateTimeField(null=True)
    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("đơn hàng")
        constraints = [
            models.CheckConstraint(
                condition=Q(total=F("goods") + F("delivery") + F("margin") - F("discount")),
                name="order_total_is_its_parts",
            ),
            models.CheckConstraint(
                condition=Q(
                    goods__gte=0, delivery__gte=0, margin__gte=0, discount__gte=0, total__gte=0, paid__gte=0
                ),
                name="order_money_not_negative",
            ),
            models.UniqueConstraint(fields=["purchase", "shop"], name="order_one_per_shop"),
            models.UniqueConstraint(fields=["shop", "slip_number"], name="order_slip_once"),
            models.CheckConstraint(
                condition=~Q(state="delivered") | Q(delivered_at__isnull=False),
                name="order_delivered_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["shop", "-created_at"], name="order_of_shop"),
            models.Index(fields=["commune_id", "created_at"], name="order_of_commune"),
            models.Index(fields=["village_id", "created_at"], name="order_of_village"),
            models.Index(fields=["province_id", "created_at"], name="order_of_province"),
            models.Index(fields=["commune_id", "delivered_at"], name="order_sold_in_commune"),
            models.Index(fields=["delivered_at"], condition=Q(state="delivered"), name="order_delivered"),
            models.Index(fields=["held_until"], condition=Q(state="new"), name="order_held"),
            models.Index(fields=["ready_at"], condition=Q(state="new"), name="order_unanswered"),
            models.Index(fields=["village_id", "desk_at"], condition=Q(state="new"), name="order_on_desk"),
            models.Index(fields=["phone", "public_code"], name="order_by_phone"),
        ]

    def __str__(self) -> str:
        return self.public_code

    def get_absolute_url(self) -> str:
        return reverse("market:order", args=[self.key])

    @property
    def is_paid(self) -> bool:
        return self.paid >= self.total

    @property
    def money_is_here(self) -> bool:
        """Whether the goods may travel: paid in full, or paid at the door."""
        return self.pay_on_delivery or self.is_paid

    @property
    def waits_for_money(self) -> bool:
        """A prepaid order that the farmer must not pack yet."""
        return self.state == State.NEW and not self.money_is_here

    @property
    def rest(self) -> int:
        """đồng still missing of a prepaid order, such as for goods heavier than they were sold."""
        return 0 if self.pay_on_delivery else max(self.total - self.paid, 0)

    @property
    def stopped(self) -> bool:
        """Cancelled or returned: goods went back, and so does the money."""
        return self.state in STOPPED

    @property
    def farmers_next(self) -> State | None:
        """The one next step the farmer can take, if it is theirs to take."""
        if self.waits_for_money or (self.state == State.PACKED and not self.money_is_here):
            return None
        if self.state in (State.CONFIRMED, State.PACKED) and self.waits_for_answer:
            return None
        return FARMERS_NEXT.get(State(self.state))

    @property
    def waits_for_answer(self) -> bool:
        """Whether the buyer was asked something and has not answered. 1 query unless they are prefetched."""
        return any(proposal.state == Proposal.State.WAITING for proposal in self.proposals.all())

    @property
    def shows_phone(self) -> bool:
        """Whether the seller may see the buyer's phone: from taking the order on until some days after the end."""
        if self.state == State.DELIVERED and self.delivered_at:
            return timezone.now() < self.delivered_at + timedelta(days=settings.ORDER_PHONE_DAYS)
        return self.state in (State.CONFIRMED, State.PACKED, State.HANDED_OVER)

    @property
    def is_picked_up(self) -> bool:
        """Whether the buyer comes for the goods."""
        return self.delivery_kind in DeliveryMethod.PICKED_UP

    @property
    def is_in_person(self) -> bool:
        """Whether the farmer sees the buyer take the goods."""
        return self.is_picked_up or self.delivery_kind == DeliveryMethod.Kind.OWN

    @property
    def is_carried(self) -> bool:
        """Whether a bus or a carrier takes the goods, so that the buyer wants to know which."""
        return self.delivery_kind in (DeliveryMethod.Kind.BUS, DeliveryMethod.Kind.CARRIER)

    @property
    def delivery_words(self) -> str:
        """How the goods come, as it was agreed."""
        return str(self.get_delivery_kind_display() if self.delivery_kind else ARRANGED_WORDS)

    @property
    def state_words(self) -> str:
        """Where it is, in the farmer's words."""
        return self.farmers_word(State(self.state))

    def farmers_word(self, state: State) -> str:
        """A state of it, in the farmer's words: what is fetched or brought is not "sent"."""
        if state == State.HANDED_OVER and self.is_picked_up:
            return gettext("Chờ khách đến lấy")
        if state == State.HANDED_OVER and self.delivery_kind == DeliveryMethod.Kind.OWN:
            return gettext("Đang mang đi giao")
        return str(state.label)

    @property
    def buyers_words(self) -> str:
        """Where it is, in words for its buyer."""
        return self.buyers_word(State(self.state))

    def buyers_word(self, state: State) -> str:
        """A state of it, in words for its buyer."""
        if state == State.HANDED_OVER and self.is_picked_up:
            return gettext("Hàng sẵn rồi, mời bạn đến lấy")
        if state == State.HANDED_OVER and self.delivery_kind == DeliveryMethod.Kind.OWN:
            return gettext("Nhà đang mang đến")
        return str(BUYERS_WORDS.get(state, state.label))

    @property
    def can_be_cancelled(self) -> bool:
        """Whether the farmer may give it up now."""
        return self._may(Who.FARMER)

    @property
    def buyer_can_cancel(self) -> bool:
        """Whether the buyer may still take it back without asking anybody."""
        return self._may(Who.BUYER)

    @property
    def can_come_back(self) -> bool:
        """Whether the farmer may say that its goods came back."""
        return self._may(Who.FARMER, State.RETURNED)

    def _may(self, who: Who, to: State = State.CANCELLED) -> bool:
        return transition(State(self.state), to, who) is not None

    @property
    def has_weighed_lines(self) -> bool:
        """Whether something is put on the scales before it is packed. Uses prefetched lines."""
        return any(line.is_weighed and line.given for line in self.lines.all())


class OrderLine(models.Model):
    """One product as it was sold: everything a slip shows is copied."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    shop_id = models.BigIntegerField()
    product = models.ForeignKey(Product, models.PROTECT, related_name="order_lines")
    title = models.CharField(max_length=80)
    unit = models.CharField(max_length=6, choices=Unit)
    price = models.BigIntegerField()
    quantity = models.DecimalField(max_digits=9, decimal_places=3)
    state = models.CharField(max_length=8, choices=LineState, default=LineState.ASKED)
    given = models.DecimalField(max_digits=9, decimal_places=3)  # what is paid for: less if short, as weighed
    packed_quantity = models.DecimalField(max_digits=9, decimal_places=3, null=True)  # what the scales said
    tolerance = models.PositiveSmallIntegerField(null=True)  # percent; None: not weighed again when packed
    amount = models.BigIntegerField()
    harvest_on = models.DateField(null=True)  # promised at the time of a pre-order

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_line_quantity_positive"),
            models.CheckConstraint(condition=Q(price__gt=0, amount__gte=0), name="order_line_money"),
            models.CheckConstraint(condition=Q(given__gte=0), name="order_line_given_not_negative"),
            models.CheckConstraint(
                condition=~Q(state="dropped") | Q(given=0, amount=0), name="order_line_dropped"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} × {self.quantity}"

    def get_unit_display(self) -> str:  # type: ignore[no-redef]  # the plug-in has put Django's own there
        """ "kg", "chai"."""
        return word_of(Unit, self.unit)

    @property
    def is_weighed(self) -> bool:
        """Whether the price follows the scales."""
        return self.tolerance is not None

    @property
    def most(self) -> Decimal:
        """The heaviest that may be charged without asking the buyer, in the line's unit."""
        return (self.given * (100 + (self.tolerance or 0)) / 100).quantize(Decimal("0.001"))

    @property
    def is_changed(self) -> bool:
        """Whether something else is paid for than was ordered."""
        return self.given != self.quantity

    @property
    def amount_asked(self) -> int:
        """đồng of the line as it was ordered."""
        return line_amount(self.price, self.quantity)

    @property
    def why_less(self) -> str:
        """Why less is given than was ordered, in the words said then; empty if nobody said any. 1 query."""
        return self.steps.exclude(reason="").values_list("reason", flat=True).last() or ""


class StockMove(models.Model):
    """Why goods left the shelf for a line (minus) or no longer are that line's (plus). Never edited.

    What is SHORT was never there: it leaves the line without going back on the shelf.
    """

    class Kind(models.TextChoices):
        SOLD = "sold"
        BACK = "back"
        AGAIN = "again"  # a cancelled order stands again
        WEIGHED = "weighed"  # the scales said more (minus) or less (plus) than was sold
        SHORT = "short"

    product = models.ForeignKey(Product, models.PROTECT, related_name="stock_moves")
    shop_id = models.BigIntegerField()
    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="stock_moves")
    kind = models.CharField(max_length=8, choices=Kind)
    quantity = models.DecimalField(max_digits=12, decimal_places=3)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line", "kind"], condition=~Q(kind__in=("short", "back")), name="stock_move_once"
            )
        ]
        indexes = [models.Index(fields=["product", "at"], name="stock_move_of_product")]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity}"


def held_by_line() -> Coalesce:
    """What a line still holds of the shelf, for `annotate`; rounded, because SQLite adds decimals as floats."""
    return Coalesce(Round(-Sum("stock_moves__quantity"), precision=3), Decimal(0))


class OrderStep(models.Model):
    """One change of an order's state: who, for whom, when and why. What the order's page shows as its history."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="steps")
    shop_id = models.BigIntegerField()
    before = models.CharField(max_length=12, choices=State, blank=True)
    after = models.CharField(max_length=12, choices=State)
    at = models.DateTimeField(default=timezone.now)
    actor_id = models.BigIntegerField(null=True)
    on_behalf_of = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class OrderEvent(models.Model):
    """The outbox that roll-ups are folded from. `orders` and `amount` (đồng of goods) are plus or minus.

    `folded_at` stays empty until the roll-up has taken the row.
    """

    class Kind(models.TextChoices):
        DELIVERED = "delivered"
        RETURNED = "returned"
        REDUCED = "reduced"  # part of the price went back to the buyer afterwards

    order = models.ForeignKey(Order, models.PROTECT, related_name="events")
    shop_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    orders = models.SmallIntegerField()
    amount = models.BigIntegerField()
    cashless = models.BigIntegerField(default=0)
    day = models.DateField()
    province_id = models.BigIntegerField()
    commune_id = models.BigIntegerField()
    village_id = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)
    folded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind"], condition=~Q(kind="reduced"), name="order_event_once"
            )
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(folded_at__isnull=True), name="order_event_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.order_id}"


class ReviewQuerySet(models.QuerySet["Review"]):
    """Sentences about reviews."""

    def shown(self) -> Self:
        """What everybody may read."""
        return self.filter(hidden_at__isnull=True)


class Review(models.Model):
    """What a buyer says about goods that were delivered. One for each product of an order."""

    CHANGED_FOR = timedelta(days=30)  # how long its author may change it, from the day it was written

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="reviews")
    product = models.ForeignKey(Product, models.PROTECT, related_name="reviews")
    order = models.ForeignKey(Order, models.PROTECT, related_name="reviews")
    public_code = models.CharField(max_length=10, unique=True, default=public_code, editable=False)
    stars = models.PositiveSmallIntegerField(_("số sao"))
    text = models.CharField(_("nhận xét"), max_length=1000, blank=True)
    picture = models.ForeignKey(Picture, models.SET_NULL, null=True, blank=True, related_name="+")
    author = models.CharField(max_length=80)  # as shown: the given name and the first letter of the family's
    answer = models.CharField(_("trả lời"), max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    report_reason = models.CharField(max_length=200, blank=True)
    hidden_at = models.DateTimeField(null=True)
    hidden_reason = models.CharField(max_length=200, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("nhận xét")
        constraints = [
            models.UniqueConstraint(fields=["order", "product"], name="review_once"),
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="review_one_to_five_stars"),
        ]
        indexes = [
            models.Index(
                F("product"), F("created_at").desc(), F("id").desc(),
                condition=Q(hidden_at__isnull=True), name="review_of_product",
            ),
            models.Index(F("shop"), F("created_at").desc(), F("id").desc(), name="review_of_shop"),
            models.Index(
                fields=["reported_at"], condition=Q(reported_at__isnull=False, hidden_at__isnull=True),
                name="review_reported",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.stars} · {self.author}"

    @property
    def can_be_changed(self) -> bool:
        """Whether its author may still change it."""
        return timezone.now() - self.created_at < self.CHANGED_FOR
