"""Who must have a second factor (MFA_REQUIRED), and sees nothing before they do."""

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
# What is open without one: the pages that set it up (mfa_…), those that they lead to, and log-ins.
OPEN = re.compile(r"mfa_.*|login|logout|account_reauthenticate|\w+_(login|callback)")


def is_missing(user: User) -> bool:
    """Whether `user` has to set up a second factor first."""
    is_required = settings.MFA_REQUIRED == "everyone" or (settings.MFA_REQUIRED == "staff" and user.is_staff)
    return is_required and not get_adapter().is_mfa_enabled(user, FACTORS)


class SecondFactorMiddleware:
    """Leads people to the page of second factors while theirs is missing, and keeps where they wanted to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., HttpResponse], *_: Any
    ) -> HttpResponse | None:
        """Let users pass who have the second factor that they need."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if settings.MFA_REQUIRED == "nobody" or OPEN.fullmatch(name):
            return None
        if not request.user.is_authenticated or not is_missing(request.user):
            return None
        if request.method == "GET":
            request.session["after_second_factor"] = request.get_full_path()
        return redirect("mfa_index")
