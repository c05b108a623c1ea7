"""Links that people get by mail or from an administrator. Each works once, and for a while."""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.models import User

ADDRESS_SALT = "accounts.change_email"


def password_link(user: User) -> str:
    """Return the link with which `user` sets a password, within PASSWORD_RESET_TIMEOUT.

    It is signed with the password and address of now, so it ends when either changes.
    """
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("password_reset_confirm", args=[uid, default_token_generator.make_token(user)])
    return f"{settings.WEB_BASE_URL}{path}"


def address_link(user: User, new: str) -> str:
    """Return the link that proves that a message to the address `new` arrives."""
    token = signing.dumps([user.pk, user.email, new], salt=ADDRESS_SALT)
    return f"{settings.WEB_BASE_URL}{reverse('confirm_email', args=[token])}"


def proven_address(user: User, token: str) -> str | None:
    """Return the address that `token` proves for `user`, None if it is not theirs, used or too old."""
    try:
        pk, old, new = signing.loads(token, salt=ADDRESS_SALT, max_age=settings.PASSWORD_RESET_TIMEOUT)
    except (signing.BadSignature, ValueError):
        return None
    return str(new) if (pk, old) == (user.pk, user.email) else None
