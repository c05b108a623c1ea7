"""Requires a second factor from those whom MFA_REQUIRED names, before they see any other page."""

import re
from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from operations.users import User

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
# Pages that are open without one: those that set it up (mfa_…), those they redirect to, and log-ins.
OPEN = re.compile(r"mfa_.*|login|logout|account_reauthenticate|\w+_(login|callback)")


def is_missing(user: User) -> bool:
    """Whether `user` has to set up a second factor first."""
    is_required = settings.MFA_REQUIRED == "everyone" or (settings.MFA_REQUIRED == "staff" and user.is_staff)
    return is_required and not get_adapter().is_mfa_enabled(user, FACTORS)


class SecondFactorMiddleware:
    """Redirects users who need a second factor to the page that sets it up, and keeps their destination."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., HttpResponse], *_: Any
    ) -> HttpResponse | None:
        """Redirect a user whose second factor is missing."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if settings.MFA_REQUIRED == "nobody" or OPEN.fullmatch(name):
            return None
        if not request.user.is_authenticated or not is_missing(request.user):
            return None
        if request.method == "GET":
            request.session["after_second_factor"] = request.get_full_path()
        return redirect("mfa_index")
