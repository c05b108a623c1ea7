"""Who may create an account without an invitation (SIGN_UP)."""

from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts import mail
from accounts.invitations import invite
from accounts.links import password_link
from accounts.models import SERVICE_DOMAIN, User
from sign_in.company import is_of_company


def may_sign_up(email: str) -> bool:
    """Whether the owner of this address may have an account without an invitation."""
    domain = email.lower().rpartition("@")[2]
    return domain != SERVICE_DOMAIN and (settings.SIGN_UP == ["open"] or domain in settings.SIGN_UP)


def sign_up(email: str) -> None:
    """Send a link to set a password, which proves the address.

    The answer does not tell who has an account.
    """
    if not may_sign_up(email):
        return
    user, _ = User.objects.get_or_create(email=email, defaults={"password": make_password(None)})
    if not user.is_active or user.is_service or is_of_company(user):
        return
    if user.has_usable_password():
        mail.send("password_reset", user, link=password_link(user))
    else:
        invite(user)
