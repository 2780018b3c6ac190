"""Electronic invoices that a licensed provider has issued for our orders."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.models import Order


class Invoice(models.Model):
    """The number and look-up code of an invoice. We issue none ourselves: a licensed provider does, we keep its answer.

    `look_up_code` opens the invoice at the provider or at the tax office. Source: domain facts, section 7.4 (decree 70/2025).
    """

    order = models.OneToOneField(Order, models.PROTECT, related_name="invoice")
    number = models.CharField(_("số hóa đơn"), max_length=40)
    look_up_code = models.CharField(_("mã tra cứu"), max_length=60)
    provider = models.CharField(_("nhà cung cấp hóa đơn"), max_length=60)
    issued_at = models.DateField(_("ngày hóa đơn"))
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("hóa đơn điện tử")
        constraints = [
            models.UniqueConstraint(fields=["provider", "number", "look_up_code"], name="invoice_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.provider}"
