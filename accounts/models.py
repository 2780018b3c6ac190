"""People. Whoever works here signs in by phone; staff of the operator may have an e-mail and a password instead."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.phones import mask_phone


class UserManager(BaseUserManager["User"]):
    """Makes people from a phone, or from an e-mail and a password."""

    def create_user(self, phone: str | None = None, email: str | None = None, **facts: Any) -> "User":
        """A person who can sign in by `phone` (E.164), by `email` and `password`, or both."""
        password = facts.pop("password", None)
        user = self.model(phone=phone or None, email=self.normalize_email(email) or None, **facts)
        user.set_password(password) if password else user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **facts: Any) -> "User":
        """An administrator. Few, and not for daily work."""
        return self.create_user(email=email, password=password, is_staff=True, is_superuser=True, **facts)

    def get_by_natural_key(self, username: str | None) -> "User":
        """The person with this e-mail, however it is written."""
        return self.get(email__iexact=username)


class Channel(models.TextChoices):
    """How a person wants to hear of their orders."""

    SMS = "sms", _("Tin nhắn SMS")
    ZALO = "zalo", _("Zalo")
    EMAIL = "email", _("Thư điện tử")
    PUSH = "push", _("Báo ngay trên máy")
    NONE = "none", _("Không nhắn, tôi tự xem")


class User(AbstractBaseUser, PermissionsMixin):
    """One person. What they may do is told by their roles at places and their shops, not by this row."""

    phone = models.CharField(_("số điện thoại"), max_length=16, unique=True, null=True, blank=True)
    phone_verified_at = models.DateTimeField(null=True, blank=True, editable=False)
    email = models.EmailField(_("thư điện tử"), unique=True, null=True, blank=True)
    name = models.CharField(_("họ và tên"), max_length=80, blank=True)
    language = models.CharField(_("ngôn ngữ"), max_length=5, default="vi")
    reached_by = models.CharField(_("nhận tin bằng"), max_length=6, choices=Channel, default="sms")
    is_active = models.BooleanField(_("đang dùng"), default=True)
    is_staff = models.BooleanField(_("vào được trang quản trị"), default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        verbose_name = _("người dùng")
        verbose_name_plural = _("người dùng")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(phone__isnull=False) | models.Q(email__isnull=False),
                name="user_can_be_reached",
            ),
            models.CheckConstraint(
                condition=models.Q(phone__isnull=True) | models.Q(phone__startswith="+"),
                name="user_phone_is_e164",
            ),
        ]

    def __str__(self) -> str:
        return self.name or (f"…{self.phone[-3:]}" if self.phone else self.email or "")

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        """The given name, which stands last in Vietnamese: the one people are addressed by."""
        return self.name.split()[-1] if self.name else ""


class Partner(models.Model):
    """Somebody else's system that may read the market through the API. Its token is kept as a hash only."""

    name = models.CharField(_("tên đối tác"), max_length=80, unique=True)
    contact = models.EmailField(_("thư liên hệ"), blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    token_end = models.CharField(max_length=4, editable=False)  # to tell tokens apart on a page
    active = models.BooleanField(_("đang dùng"), default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_on = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("đối tác")
        verbose_name_plural = _("đối tác")

    def __str__(self) -> str:
        return self.name


class PushDevice(models.Model):
    """A browser that takes notices: where they go and the keys they are encrypted with."""

    user = models.ForeignKey(User, models.CASCADE, related_name="push_devices")
    endpoint = models.CharField(max_length=500, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"device {self.pk}"


class Message(models.Model):
    """One text to one person: the outbox and its log. `key` is what it is about; the same key is never sent twice.

    Bodies name people and orders, so rows go after `outbox.KEPT`. Times are UTC.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"  # handed to the gateway; after a crash it is tried again
        SENT = "sent"
        FAILED = "failed"
        UNWANTED = "unwanted"  # the person chose not to be told

    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=20)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    phone = models.CharField(max_length=16, blank=True)
    body = models.CharField(max_length=500)
    urgent = models.BooleanField(default=False)  # may ring at night
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=80, blank=True)  # why the last try failed; never a phone or a body

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"], condition=models.Q(state__in=["queued", "sending"]), name="message_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def state_words(self) -> str:
        """What became of it, for the person it is meant for."""
        return str(MESSAGE_WORDS[self.State(self.state)])

    @property
    def phone_masked(self) -> str:
        """To whom, for those who look after the installation: enough to recognise, too little to call."""
        return mask_phone(self.phone) if self.phone else "–"


MESSAGE_WORDS = {
    Message.State.QUEUED: _("Chờ gửi"), Message.State.SENDING: _("Đang gửi"), Message.State.SENT: _("Đã gửi"),
    Message.State.FAILED: _("Không gửi được"), Message.State.UNWANTED: _("Không nhắn, như bạn chọn"),
}  # fmt: skip
