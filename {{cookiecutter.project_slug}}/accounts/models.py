"""The people who sign in, and whose rights an MCP token carries."""

from typing import Any

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models


class LowercaseEmailField(models.EmailField):
    """An address in lower case, wherever it comes from.

    Forms, saves and look-ups all pass through `to_python`. So one ordinary unique index serves both
    the log-in and the rule that addresses which differ only by case are one address.
    """

    def to_python(self, value: Any) -> Any:
        """Return `value` as it is stored."""
        value = super().to_python(value)
        return value.lower() if value else value


class UserManager(BaseUserManager["User"]):
    """Makes users from an e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Save and return a new user.

        Without a password the user cannot sign in, but can own tokens: right for a service account.
        Raises ValueError without an address and IntegrityError for one that is taken.
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
    """Someone who signs in with an e-mail address and a password."""

    username = None  # type: ignore[assignment]  # Django's way to drop an inherited field
    email = LowercaseEmailField(
        "e-mail address",
        unique=True,
        error_messages={"unique": "A user with this e-mail address already exists."},
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = UserManager()  # type: ignore[assignment,misc]  # takes no user name
