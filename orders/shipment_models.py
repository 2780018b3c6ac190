"""Parcels that carriers take: what was booked, what happened to it, what it would cost, and how carriers call places."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from orders.states import CARRIAGE_OVER, Carriage
from places.models import Place


class CarrierPlace(models.Model):
    """A commune in a carrier's own ids. Several carriers still know districts and wards from before July 2025, so an
    installation says which of them stands for a commune; places themselves know nothing of it."""

    carrier = models.CharField(max_length=12)
    place = models.ForeignKey(Place, models.CASCADE, related_name="+")
    district = models.CharField(max_length=20, blank=True)
    ward = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["carrier", "place"], name="carrier_place_once")]

    def __str__(self) -> str:
        return f"{self.carrier} {self.place_id}"


class CarrierQuote(models.Model):
    """What a carrier asked for so many kilos from a commune to a commune, the last time it was asked.

    `fee` in đồng; empty: it does not go there.
    """

    carrier = models.CharField(max_length=12)
    sender = models.ForeignKey(Place, models.CASCADE, related_name="+")
    receiver = models.ForeignKey(Place, models.CASCADE, related_name="+")
    kilos = models.PositiveSmallIntegerField()
    fee = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["carrier", "sender", "receiver", "kilos"], name="carrier_quote_once"
            ),
            models.CheckConstraint(condition=Q(kilos__gt=0), name="carrier_quote_weighs"),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.kilos} kg"


class Shipment(models.Model):
    """An order's parcel with a carrier. Written before the carrier is asked, so that a crash or a silent carrier
    leaves a row under whose `key` it is asked again. Money in đồng, weight in grams."""

    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="shipments")
    shop_id = models.BigIntegerField()
    carrier = models.CharField(max_length=12)
    key = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=14, choices=Carriage, default=Carriage.ASKED)
    code = models.CharField(max_length=40, blank=True)  # the carrier's number
    fee = models.BigIntegerField(null=True)  # what it charges the sender
    cod = models.BigIntegerField(default=0)  # what it collects at the door
    grams = models.PositiveIntegerField()
    expected_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=200, blank=True)  # why it was refused, in the carrier's words
    asked_at = models.DateTimeField(
        default=timezone.now
    )  # the last time the carrier was asked, to book or to track
    created_at = models.DateTimeField(default=timezone.now)
    actor_id = models.BigIntegerField(null=True)
    on_behalf_of = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=~Q(state__in=sorted(CARRIAGE_OVER)), name="shipment_one_under_way"
            ),
            models.UniqueConstraint(fields=["carrier", "code"], condition=~Q(code=""), name="shipment_code_once"),
            models.CheckConstraint(condition=Q(grams__gt=0, cod__gte=0), name="shipment_weighs"),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "refused"]) | ~Q(code=""), name="shipment_booked_has_code"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["asked_at"], condition=~Q(state__in=sorted(CARRIAGE_OVER)), name="shipment_to_track"
            )
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.code or self.key}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more can happen to it."""
        return self.state in CARRIAGE_OVER

    @property
    def can_be_cancelled(self) -> bool:
        """Whether the carrier has not fetched it yet."""
        return self.state == Carriage.BOOKED


class ShipmentEvent(models.Model):
    """One thing a carrier told of a parcel, once however often it is told. `status` is empty for a word unknown to us.

    `at` is the carrier's time, `heard_at` ours: a shipment's state follows from the latest `at`.
    """

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="events")
    shop_id = models.BigIntegerField()
    status = models.CharField(max_length=14, choices=Carriage, blank=True)
    raw = models.CharField(max_length=40)
    at = models.DateTimeField()
    heard_at = models.DateTimeField(default=timezone.now)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["shipment", "raw", "at"], name="shipment_event_once")]

    def __str__(self) -> str:
        return f"{self.raw} {self.at:%Y-%m-%d %H:%M}"
