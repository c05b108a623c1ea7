"""The credentials of AI clients, and the audit of their calls."""

import hashlib
import secrets
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

# % if cookiecutter.multi_tenancy
from operations.rates import validate_rate
from tenants.credentials import TenantCredential

# % else
from operations.rates import validate_rate

# % endif
TOKEN_PREFIX = "mcp_"  # noqa: S105 - not a secret: lets secret scanners recognise a leaked token
TOKEN_LENGTH = 64
START_LENGTH = len(TOKEN_PREFIX) + 4
USAGE_RESOLUTION = timedelta(minutes=1)
# The reasons of `auth.py` in words, marked for translation. A project may have more.
REFUSALS = (
    gettext_noop("revoked"),
    gettext_noop("expired"),
    gettext_noop("user disabled"),
    gettext_noop("sign in again"),
)


def generate_token() -> str:
    """Return a new token in plain text: 64 URL-safe characters with 360 random bits."""
    return TOKEN_PREFIX + secrets.token_urlsafe(45)


def hash_token(token: str) -> str:
    """Return the SHA-256 of `token` in hexadecimal, which is what the database stores.

    A fast hash is enough: a token is random, so no dictionary helps to guess it.
    """
    return hashlib.sha256(token.encode()).hexdigest()


class TokenField(models.CharField):
    """Holds a new token in plain text, and stores only its SHA-256."""

    def get_prep_value(self, value: Any) -> Any:
        """Hash a plain token on its way to the database. A hash stays as it is."""
        value = super().get_prep_value(value)
        return hash_token(value) if value and value.startswith(TOKEN_PREFIX) else value


# % if cookiecutter.multi_tenancy
class Credential(TenantCredential):
# % else
class Credential(models.Model):
# % endif
    """Lets one AI client act as one user, within that user's permissions. Every request sends one."""

    name = models.CharField(max_length=100)
    last_used_at = models.DateTimeField("last used", null=True, editable=False)
    allowed_tools = models.JSONField(
        default=list, blank=True, help_text="Empty: every tool its user may call."
    )
    rate_limit = models.CharField(
        max_length=20,
        blank=True,
        validators=[validate_rate],
        help_text="How often it may call tools, such as 60/minute. Empty: as often as MCP_RATE_LIMIT says.",
    )
    user: Any  # each subclass has its own foreign key
    user_id: Any
    created_at = models.DateTimeField("created", auto_now_add=True)
    updated_at = models.DateTimeField("updated", auto_now=True)

    class Meta:
        abstract = True

    @property
    def may_write(self) -> bool:
        """Whether its scopes allow tools that change data. A personal token needs no scopes."""
        return True

    def can_use_tool(self, name: str) -> bool:
        """Whether `allowed_tools` permits this tool. The user's permissions apply as well."""
        return not self.allowed_tools or name in self.allowed_tools

    def clean(self) -> None:
        """Refuse to create a credential with which every request would be refused."""
        super().clean()
        if self._state.adding and self.user_id is not None:
            self.created_at = self.created_at or timezone.now()  # a rule of auth.py may need its age
            if self.refusal:
                text = _("Requests with it would be refused: %(reason)s.")
                raise ValidationError(text, params={"reason": self.refusal})

    @property
    def refusal(self) -> str:
        """Why requests with it are refused, in words, or "". The rules are in `auth.py`."""
        from mcp_server import auth  # noqa: PLC0415 - it imports this module

        reason = (auth.reason_to_refuse(self) or "").replace("_", " ")
        return reason and gettext(reason)

    @property
    def is_valid(self) -> bool:
        """Whether requests with it are accepted."""
        return not self.refusal

    @property
    def is_usage_due(self) -> bool:
        """Whether the recorded last use is old enough to be written again."""
        return self.last_used_at is None or abs(timezone.now() - self.last_used_at) > USAGE_RESOLUTION

    def record_usage(self) -> None:
        """Record that the credential was used, at most once a minute so that not every call writes.

        It updates only this column, because `save()` would undo a concurrent revoke.
        """
        if self.is_usage_due:
            self.last_used_at = timezone.now()
            rows = type(self)._default_manager.filter(pk=self.pk)  # noqa: SLF001 - public, documented API
            rows.update(last_used_at=self.last_used_at)


class MCPToken(Credential):
    """A credential that its user copies into an AI client.

    Only the instance that `MCPToken.objects.create(user=…, name=…)` returns has the token in plain text, as
    `token`. After loading from the database, `token` is its SHA-256.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mcp_tokens")
    token = TokenField(max_length=TOKEN_LENGTH, unique=True, default=generate_token, editable=False)
    name = models.CharField(
        max_length=100, help_text=_("Where this token is used, such as “Claude on my laptop”.")
    )
    # The first characters, by which people recognise the token in a configuration. They do not help to guess
    # it.
    start = models.CharField(max_length=START_LENGTH, default="", db_default="", blank=True, editable=False)
    is_active = models.BooleanField("active", default=True, editable=False)
    expires_at = models.DateTimeField("expires", null=True, blank=True, help_text="Empty: never.")

    class Meta:
        verbose_name = "MCP token"
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["-created_at"], name="mcptoken_newest")]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_masked_token()})"

    def save(self, **options: Any) -> None:
        """Save. Keeps the first characters of a new token, which its hash does not reveal."""
        if self.token.startswith(TOKEN_PREFIX):
            self.start = self.token[:START_LENGTH]
        super().save(**options)

    @property
    def is_expired(self) -> bool:
        """Whether `expires_at` has passed."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    def get_masked_token(self) -> str:
        """Return the first characters of the token, or of its SHA-256 if the row is older than `start`."""
        if self.start or self.token.startswith(TOKEN_PREFIX):
            return f"{self.start or self.token[:START_LENGTH]}…"
        return f"SHA-256 {self.token[:8]}"

    def revoke(self) -> None:
        """Refuse the token from the next request on. This cannot be undone."""
        self.is_active = False
        self.save(update_fields=["is_active", "updated_at"])


class ToolCall(models.Model):
    """Records who called which tool, when, from where, and how the call ended. Rows are never changed.

    A row outlives its user and its credential: `user` becomes empty when the user is deleted, but `email`,
    `credential` and `credential_name` stay.

    A new column needs a `db_default` or null=True: between `migrate` and the restart, processes of the older
    version write rows without it.
    """

    class Status(models.TextChoices):
        OK = "ok", "OK"
        ERROR = "error", _("error")
        UNKNOWN = "unknown", _("unknown tool")
        DENIED = "denied", _("not permitted")
        LIMITED = "limited", _("too many calls")
        TIMEOUT = "timeout", _("took too long")
        ASKED = "asked", _("asked the user")
        DECLINED = "declined", _("not confirmed")

    # Generated before the row is written, so that a second attempt after a lost connection adds no duplicate.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    time = models.DateTimeField(db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="tool_calls")
    email = models.EmailField("e-mail")
    credential = models.CharField(max_length=40, help_text="Such as token-12.")
    credential_name = models.CharField("token or app", max_length=100)
    # % if cookiecutter.multi_tenancy
    tenant = models.CharField(max_length=50, blank=True, db_index=True, db_default="", help_text="Its slug.")
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
        # For the filters and searches of the admin.
        indexes = [
            models.Index(fields=["user", "-time"], name="tool_call_of_user"),
            models.Index(fields=["status", "-time"], name="tool_call_status"),
            models.Index(fields=["email"], name="tool_call_email"),
            models.Index(fields=["credential"], name="tool_call_credential"),
            models.Index(fields=["tool"], name="tool_call_tool"),
            models.Index(fields=["address"], name="tool_call_address"),
            models.Index(fields=["request_id"], name="tool_call_request"),
        ]

    def __str__(self) -> str:
        return f"{self.tool} ({self.status})"
