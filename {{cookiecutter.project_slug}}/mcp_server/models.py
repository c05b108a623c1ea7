"""What AI clients come with, and the audit of what they call."""

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
# Why a credential is refused, in words: those of `auth.py`, of which a project may have more.
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
    """Return the SHA-256 of `token` in hexadecimal, the form in which it is stored.

    A fast hash is right here: a token is random, so there is nothing to guess from a dictionary.
    """
    return hashlib.sha256(token.encode()).hexdigest()


class TokenField(models.CharField):
    """Holds a token in plain text where it was made, and stores only its SHA-256."""

    def get_prep_value(self, value: Any) -> Any:
        """Hash a plain token on its way to the database; a stored hash passes unchanged."""
        value = super().get_prep_value(value)
        return hash_token(value) if value and value.startswith(TOKEN_PREFIX) else value


# % if cookiecutter.multi_tenancy
class Credential(TenantCredential):
# % else
class Credential(models.Model):
# % endif
    """What a request comes with: lets one AI client act as one user, within that user's permissions."""

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
    user: Any  # each kind has its own
    user_id: Any
    created_at = models.DateTimeField("created", auto_now_add=True)
    updated_at = models.DateTimeField("updated", auto_now=True)

    class Meta:
        abstract = True

    @property
    def may_write(self) -> bool:
        """Whether its scopes cover tools that change data. A personal token has no scopes, and needs none."""
        return True

    def can_use_tool(self, name: str) -> bool:
        """Whether the credential is not limited to other tools. The user's permissions count as well."""
        return not self.allowed_tools or name in self.allowed_tools

    def clean(self) -> None:
        """Refuse to make a credential with which no request would be let in."""
        super().clean()
        if self._state.adding and self.user_id is not None:
            self.created_at = self.created_at or timezone.now()  # a rule may ask for its age
            if self.refusal:
                text = _("It would not be let in: %(reason)s.")
                raise ValidationError(text, params={"reason": self.refusal})

    @property
    def refusal(self) -> str:
        """Why requests with it are refused, empty while they are let in. The rule is in `auth.py`."""
        from mcp_server import auth  # noqa: PLC0415 - it imports this module

        reason = (auth.reason_to_refuse(self) or "").replace("_", " ")
        return reason and gettext(reason)

    @property
    def is_valid(self) -> bool:
        """Whether requests with it are let in."""
        return not self.refusal

    @property
    def is_usage_due(self) -> bool:
        """Whether the recorded last use is old enough to be written again."""
        return self.last_used_at is None or abs(timezone.now() - self.last_used_at) > USAGE_RESOLUTION

    def record_usage(self) -> None:
        """Note that the credential was used, at most once a minute so that calls do not become writes.

        An update of this one column rather than `save()`, which would undo a concurrent revoke.
        """
        if self.is_usage_due:
            self.last_used_at = timezone.now()
            rows = type(self)._default_manager.filter(pk=self.pk)  # noqa: SLF001 - public, documented API
            rows.update(last_used_at=self.last_used_at)


class MCPToken(Credential):
    """A credential that its user copies into the AI client.

    `MCPToken.objects.create(user=…, name=…).token` is the only moment at which the token can be
    read: loaded from the database, `token` is its SHA-256.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mcp_tokens")
    token = TokenField(max_length=TOKEN_LENGTH, unique=True, default=generate_token, editable=False)
    name = models.CharField(
        max_length=100, help_text=_("Where this token is used, such as “Claude on my laptop”.")
    )
    # By which people find the token in a configuration. It is no help for guessing the rest.
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
        """Save. Keeps how a new token starts, which its hash does not tell."""
        if self.token.startswith(TOKEN_PREFIX):
            self.start = self.token[:START_LENGTH]
        super().save(**options)

    @property
    def is_expired(self) -> bool:
        """Whether the token's time is over."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    def get_masked_token(self) -> str:
        """Return how the token starts, and of one from before that was kept, its SHA-256."""
        if self.start or self.token.startswith(TOKEN_PREFIX):
            return f"{self.start or self.token[:START_LENGTH]}…"
        return f"SHA-256 {self.token[:8]}"

    def revoke(self) -> None:
        """Refuse the token from the next request on. There is no way back."""
        self.is_active = False
        self.save(update_fields=["is_active", "updated_at"])


class ToolCall(models.Model):
    """Says who called which tool, when, from where and how it ended. Rows are added, never changed.

    They outlive what they speak of: `user` becomes empty when the user is deleted, while `email`,
    `credential` and `credential_name` stay.

    A column that is added has a `db_default` or may be null: after `migrate`, processes of the older version,
    which do not know it, write their rows until they are restarted.
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

    # Made before the row is written, so that writing it again after a lost connection adds no second.
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
        # Those that the admin filters and searches by.
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
