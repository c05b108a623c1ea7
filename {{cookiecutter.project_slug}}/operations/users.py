"""The project's user model for annotations, whichever AUTH_USER_MODEL names, and a request with a user."""

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.http import HttpRequest

if TYPE_CHECKING:
    # What django-stubs calls the class that AUTH_USER_MODEL names.
    from django.contrib.auth.models import _User as User
else:
    User = get_user_model()

__all__ = ["User", "UserRequest"]


class UserRequest(HttpRequest):
    """A request that `login_required` let through."""

    user: User
