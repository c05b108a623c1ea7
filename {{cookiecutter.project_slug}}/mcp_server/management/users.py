"""Users as they are named on a command line."""

from django.core.management.base import CommandError

from accounts.models import User


def find_user(email: str) -> User:
    """Return the user with this e-mail address. Raises CommandError when there is none."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise CommandError(f"There is no user with the e-mail address {email}.")
    return user
