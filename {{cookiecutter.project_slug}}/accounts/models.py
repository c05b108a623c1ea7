"""Users, their sessions, and the attempts that `throttle.py` counts."""

from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

# The domain of service accounts' addresses. It cannot exist (RFC 6761), so nobody receives mail there.
SERVICE_DOMAIN = "service.invalid"


class LowercaseEmailField(models.EmailField):
    """An e-mail address, always in lower case.

    Forms, saves and look-ups all use `to_python`. So one ordinary unique index is enough for the log-in, and
    for the rule that addresses which differ only in case are the same.
    """

    def to_python(self, value: Any) -> Any:
        """Return `value` as it is stored."""
        value = super().to_python(value)
        return value.lower() if value else value


class UserManager(BaseUserManager["User"]):
    """Makes users from an e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Save and return a new user. Without a password, the user cannot sign in but can have tokens.

        Raises:
            ValueError: if `email` is empty.
            IntegrityError: if another user has this address.

        """
        email = email.strip().lower()
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Save and return a new user who may do everything, as `manage.py createsuperuser` does."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """Someone who signs in with an e-mail address, or a program that has tokens (a service account)."""

    username = None  # type: ignore[assignment]  # Django's way to drop an inherited field
    email = LowercaseEmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("A user with this e-mail address already exists.")},
    )

    is_service = models.BooleanField(
        "service account",
        default=False,
        db_default=False,  # for processes of an older version, which still run during an update
        editable=False,
        help_text="Stands for a program with tokens of its own. Nobody signs in as it.",
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = UserManager()  # type: ignore[assignment,misc]  # takes no user name

    def live_sessions(self) -> list["Session"]:
        """Return the sessions in which this user is signed in, the newest first.

        A new password ends all earlier sessions, although their rows still exist.
        """
        own = [self.get_session_auth_hash(), *self.get_session_auth_fallback_hash()]
        return [
            session
            for session in self.sessions.filter(expire_date__gt=timezone.now()).order_by("-started_at")
            if session.get_decoded().get(HASH_SESSION_KEY) in own
        ]


class Session(AbstractBaseSession):
    """A session of a browser, with its user if somebody is signed in."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sessions", null=True)
    started_at = models.DateTimeField(null=True)
    browser = models.CharField(max_length=200, blank=True, help_text="Its User-Agent.")
    address = models.CharField(max_length=45, blank=True)

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """Return the session engine, which `AbstractBaseSession` requires."""
        from accounts.sessions import SessionStore  # noqa: PLC0415 - it imports this module

        return SessionStore

    @property
    def public_id(self) -> str:
        """An identifier for pages. With the session key itself, anyone could take over the session."""
        return salted_hmac("accounts.session", self.session_key, algorithm="sha256").hexdigest()[:32]


class Attempt(models.Model):
    """An attempt that `throttle.py` counts.

    The key is a hash of what it counts for, so it identifies nobody.
    """

    key = models.CharField(max_length=64)
    time = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["key", "time"], name="attempts_of_key")]

    def __str__(self) -> str:
        return f"{self.key[:8]} at {self.time}"
