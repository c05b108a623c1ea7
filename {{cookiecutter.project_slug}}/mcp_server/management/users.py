"""Users as arguments of commands."""

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError

from operations.users import User


def find_user(login: str) -> User:
    """Return the user who signs in as `login`, or has this e-mail address, in upper or lower case.

    Raises CommandError if there is no such user, or more than one.
    """
    model = get_user_model()
    if not login.strip():  # perhaps an unset variable of a shell
        raise CommandError("--user is empty: name a user.")
    lookups = [model.USERNAME_FIELD]
    if hasattr(model, "email"):
        lookups.append("email__iexact")
    for lookup in lookups:
        match list(model.objects.filter(**{lookup: login})[:2]):
            case [user]:
                return user
            case [_, _]:
                raise CommandError(f"Several users have the address {login}: give the user name instead.")
    raise CommandError(f"No user signs in as {login}.")
