"""Users as they are named on a command line."""

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError

from operations.users import User


def find_user(email: str) -> User:
    """Return the user with this e-mail address. Raises CommandError when there is none."""
    user = get_user_model().objects.filter(email__iexact=email).first()
    if user is None:
        raise CommandError(f"There is no user with the e-mail address {email}.")
    return user
