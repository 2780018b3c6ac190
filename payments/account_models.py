"""A change of account that its owner has typed in and not yet proved to have asked for."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from encrypted_fields.fields import EncryptedCharField

from sellers.models import Shop


class AccountChange(models.Model):
    """What the owner typed, kept until the code on their phone proves that it was them. One for each shop.

    The number is encrypted here as in the account itself; the row goes when the change is made or dropped. Codes are
    counted by the hour (`codes_since`, `codes_sent`), tries by the code.
    """

    shop = models.OneToOneField(Shop, models.CASCADE, primary_key=True, related_name="account_change")
    bank_bin = models.CharField(max_length=6, blank=True)
    number = EncryptedCharField(max_length=255, blank=True, null=True)
    number_end = models.CharField(max_length=4, blank=True)
    holder = models.CharField(max_length=80, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    code_hash = models.CharField(max_length=64, blank=True)  # empty: nothing waits for a code
    code_sent_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    codes_since = models.DateTimeField(default=timezone.now)
    codes_sent = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("tài khoản chờ mã")

    def __str__(self) -> str:
        return f"{self.bank_bin} …{self.number_end}"
