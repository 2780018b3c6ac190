"""What a dashboard speaks of: the whole country, or one place and everything below it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from growth.models import COUNTRY
from orders.models import Order, OrderQuerySet
from orders.states import State
from places.models import Level, Place
from sellers.models import Shop, ShopQuerySet

COUNTRY_CODE = "ca-nuoc"


@dataclass(frozen=True)
class Area:
    """The country (`place` is None), a province, a commune or a village."""

    place: Place | None = None

    @property
    def level(self) -> int:
        """0 for the country, else the place's own: also the level of its roll-up rows."""
        return self.place.level if self.place else 0

    @property
    def place_id(self) -> int:
        """The id of its roll-up rows."""
        return self.place.pk if self.place else COUNTRY

    @property
    def code(self) -> str:
        return self.place.code if self.place else COUNTRY_CODE

    @property
    def name(self) -> str:
        return self.place.full_name if self.place else _("Cả nước")

    @property
    def parent_name(self) -> str:
        """The place it lies in, since names repeat: "Xã Chi Lăng, Tỉnh Lạng Sơn"."""
        parent = self.place.parent if self.place else None
        return parent.full_name if parent else ""

    @property
    def is_small(self) -> bool:
        """A commune or a village: few enough orders to read them directly. Larger areas read roll-ups.

        Source: architecture, 9 and 13 (92 days of a commune 3.6 ms, of a province 158 ms).
        """
        return self.level >= Level.COMMUNE

    @property
    def hides_few_buyers(self) -> bool:
        """Cells of fewer than five buyers are hidden above the village, whose people know each other anyway."""
        return self.level < Level.VILLAGE

    def shops(self) -> ShopQuerySet:
        """The shops that stand there today, whatever their status."""
        return Shop.objects.within(self.place) if self.place else Shop.objects.all()

    def sales(self) -> OrderQuerySet:
        """Delivered orders sold from there, by the place of the day they were sold. A returned order is no sale."""
        orders = Order.objects.within(self.place) if self.place else Order.objects.all()
        return orders.filter(state=State.DELIVERED)
