"""Links that people get by mail or from an administrator. Each works once, for PASSWORD_RESET_TIMEOUT."""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.models import User

ADDRESS_SALT = "accounts.change_email"


def password_link(user: User) -> str:
    """Return the link with which `user` sets a password.

    It is signed with the current password and address, so it stops working when either changes.
    """
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("password_reset_confirm", args=[uid, default_token_generator.make_token(user)])
    return f"{settings.WEB_BASE_URL}{path}"


def address_link(user: User, new: str) -> str:
    """Return the link that proves that `user` receives messages at the address `new`."""
    token = signing.dumps([user.pk, user.email, new], salt=ADDRESS_SALT)
    return f"{settings.WEB_BASE_URL}{reverse('confirm_email', args=[token])}"


def proven_address(user: User, token: str) -> str | None:
    """Return the address that `token` proves, or None if it is too old, used, or for another user."""
    try:
        pk, old, new = signing.loads(token, salt=ADDRESS_SALT, max_age=settings.PASSWORD_RESET_TIMEOUT)
    except (signing.BadSignature, ValueError):
        return None
    return str(new) if (pk, old) == (user.pk, user.email) else None
