from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("Đơn hàng")

    def ready(self) -> None:
        from orders import shipments  # noqa: F401  (listens for orders that are given up)
