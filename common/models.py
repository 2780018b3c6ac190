"""The audit log: who changed what, for whom, when. Kept by every app, read by officers and in disputes."""

from django.db import models
from django.utils import timezone


class AuditEvent(models.Model):
    """One change, written in the same transaction as the change itself. Never edited, never deleted.

    Carries plain ids instead of foreign keys, so that it outlives what it speaks of.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    verb = models.CharField(max_length=40)
    actor_id = models.BigIntegerField(null=True)
    on_behalf_of = models.BigIntegerField(null=True)
    consent_id = models.BigIntegerField(null=True)
    object_kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    shop_id = models.BigIntegerField(null=True)
    place_path = models.CharField(max_length=40, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["object_kind", "object_id", "-id"], name="audit_of_object"),
            models.Index(fields=["shop_id", "-id"], name="audit_of_shop"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"
