"""Provinces, communes and villages, and the roles people hold there."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.words import word_of

STEP = 8  # characters of a path per level: seven digits and a slash


class Level(models.IntegerChoices):
    """The two tiers of the state (since 1 July 2025) and the village below them."""

    PROVINCE = 1, _("Tỉnh, thành phố")
    COMMUNE = 2, _("Xã, phường, đặc khu")
    VILLAGE = 3, _("Thôn, bản, tổ dân phố")


class Kind(models.TextChoices):
    """What a place calls itself. Communes of one name differ by it."""

    PROVINCE = "province", _("Tỉnh")
    CITY = "city", _("Thành phố")
    COMMUNE = "commune", _("Xã")
    WARD = "ward", _("Phường")
    SPECIAL_ZONE = "special_zone", _("Đặc khu")
    THON = "thon", _("Thôn")
    BAN = "ban", _("Bản")
    TO = "to", _("Tổ dân phố")


class PlaceQuerySet(models.QuerySet["Place"]):
    """Sentences about places."""

    def active(self) -> Self:
        """Places that exist today; merged and dissolved ones stay as rows."""
        return self.filter(active=True)

    def within(self, place: "Place") -> Self:
        """The place itself and everything below it."""
        return self.filter(path__startswith=place.path)


class Place(models.Model):
    """A province, a commune or a village. Keyed by its official code: 241 commune names occur more than once."""

    code = models.CharField(_("mã"), max_length=12)
    level = models.PositiveSmallIntegerField(_("cấp"), choices=Level)
    kind = models.CharField(_("loại"), max_length=16, choices=Kind)
    name = models.CharField(_("tên"), max_length=120)
    folded = models.CharField(max_length=120, editable=False)
    slug = models.SlugField(max_length=80)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=40, unique=True, editable=False)
    active = models.BooleanField(_("đang dùng"), default=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")
    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("địa phương")
        verbose_name_plural = _("địa phương")
        constraints = [
            models.UniqueConstraint(fields=["level", "code"], name="place_code_unique"),
            models.UniqueConstraint(fields=["parent", "slug"], name="place_slug_unique"),
            models.UniqueConstraint(fields=["slug"], condition=Q(level=1), name="place_province_slug_unique"),
            models.CheckConstraint(
                condition=Q(level=1, parent__isnull=True) | Q(level__in=[2, 3], parent__isnull=False),
                name="place_parent_by_level",
            ),
        ]
        indexes = [models.Index(fields=["level", "folded"], name="place_by_name")]

    def __str__(self) -> str:
        return self.full_name

    def get_kind_display(self) -> str:  # type: ignore[no-redef]  # the plug-in has put Django's own there
        """ "Xã"."""
        return word_of(Kind, self.kind)

    @property
    def full_name(self) -> str:
        """As people write it: "Xã Chi Lăng"."""
        return f"{self.get_kind_display()} {self.name}"

    @property
    def ancestor_paths(self) -> list[str]:
        """The paths of the place itself and of everything above it: what a role must be held at."""
        return ancestor_paths(self.path)


def ancestor_paths(path: str) -> list[str]:
    """ "0000005/0001234/" as ["0000005/", "0000005/0001234/"]."""
    return [path[:end] for end in range(STEP, len(path) + 1, STEP)]


class PlaceAlias(models.Model):
    """An address a place used to have; it redirects for ever."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="aliases")
    parent = models.ForeignKey(Place, models.CASCADE, null=True, related_name="+")
    slug = models.SlugField(max_length=80)
    code = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["parent", "slug"], name="place_alias_unique")]

    def __str__(self) -> str:
        return self.slug


class Role(models.TextChoices):
    """What somebody may be at a place."""

    VOLUNTEER = "volunteer", _("Đoàn viên")
    HEAD = "head", _("Trưởng thôn")
    COMMUNE_OFFICER = "commune_officer", _("Cán bộ xã")
    PROVINCE_OFFICER = "province_officer", _("Cán bộ tỉnh")


LEVEL_OF_ROLE = {
    Role.VOLUNTEER: Level.VILLAGE,
    Role.HEAD: Level.VILLAGE,
    Role.COMMUNE_OFFICER: Level.COMMUNE,
    Role.PROVINCE_OFFICER: Level.PROVINCE,
}


class PlaceRoleQuerySet(models.QuerySet["PlaceRole"]):
    """Sentences about roles."""

    def in_force(self) -> Self:
        """Roles that count at this moment."""
        now = timezone.now()
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gt=now), revoked_at__isnull=True, valid_from__lte=now
        )


class PlaceRole(models.Model):
    """One person's role at one place, from a day on, until it ends or is revoked. Never deleted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="place_roles")
    place = models.ForeignKey(Place, models.PROTECT, related_name="roles")
    role = models.CharField(_("vai trò"), max_length=20, choices=Role)
    level = models.PositiveSmallIntegerField(choices=Level, editable=False)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="roles_granted"
    )
    valid_from = models.DateTimeField(default=timezone.now)
    valid_until = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    objects = PlaceRoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("vai trò tại địa phương")
        verbose_name_plural = _("vai trò tại địa phương")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "place", "role"],
                condition=Q(revoked_at__isnull=True),
                name="place_role_open_once",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[Role.HEAD, Role.VOLUNTEER], level=3)
                | Q(role=Role.COMMUNE_OFFICER, level=2)
                | Q(role=Role.PROVINCE_OFFICER, level=1),
                name="place_role_at_its_level",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="place_role_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.place}"
