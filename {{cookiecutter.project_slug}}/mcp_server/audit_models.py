"""The audit: one row for each tool call. `audit.py` writes them."""

import uuid

from django.conf import settings
from django.db import models


class ToolCall(models.Model):
    """Says who called which tool, when, from where and how it ended. Rows are added, never changed.

    They outlive what they speak of: `user` becomes empty when the user is deleted, while `email`,
    `credential` and `credential_name` stay.
    """

    class Status(models.TextChoices):
        OK = "ok", "OK"
        ERROR = "error", "error"
        UNKNOWN = "unknown", "unknown tool"
        DENIED = "denied", "not permitted"
        LIMITED = "limited", "too many calls"
        TIMEOUT = "timeout", "took too long"
        ASKED = "asked", "asked the user"
        DECLINED = "declined", "not confirmed"

    # Made before the row is written, so that writing it again after a lost connection adds no second.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    time = models.DateTimeField(db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="tool_calls")
    email = models.EmailField("e-mail")
    credential = models.CharField(max_length=40, help_text="Such as token-12.")
    credential_name = models.CharField("token or app", max_length=100)
    # % if cookiecutter.multi_tenancy
    tenant = models.CharField(max_length=50, blank=True, db_index=True, help_text="Its slug.")
    # % endif
    tool = models.CharField(max_length=128)
    status = models.CharField(max_length=10, choices=Status)
    duration_ms = models.FloatField("duration (ms)")
    arguments = models.JSONField(default=dict, help_text="Those that the tool names in its meta.")
    client_name = models.CharField("client", max_length=100)
    client_version = models.CharField(max_length=50)
    address = models.GenericIPAddressField(null=True)
    request_id = models.CharField("request id", max_length=64)

    class Meta:
        verbose_name = "tool call"
        ordering = ["-time"]
        indexes = [models.Index(fields=["user", "-time"], name="tool_call_of_user")]

    def __str__(self) -> str:
        return f"{self.tool} ({self.status})"
