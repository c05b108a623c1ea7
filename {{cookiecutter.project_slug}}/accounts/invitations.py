"""Inviting people: a link with which they set their password, also where no mail is sent."""

from accounts import mail
from accounts.links import password_link
from accounts.models import User


def invite(user: User) -> str:
    """Send `user` the link that sets their password, and return it for who can hand it over otherwise."""
    link = password_link(user)
    mail.send("invitation", user, link=link)
    return link
