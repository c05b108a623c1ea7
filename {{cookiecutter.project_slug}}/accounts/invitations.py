"""Invites people with a link to set their password, even if no mail is sent."""

from accounts import mail
from accounts.links import password_link
from accounts.models import User


def invite(user: User) -> str:
    """Send `user` the link to set their password, and return it for passing on in another way."""
    link = password_link(user)
    mail.send("invitation", user, link=link)
    return link
