"""The adapters of django-allauth: https://docs.allauth.org/en/latest/account/adapter.html."""

import logging
from datetime import timedelta
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts import mail
from accounts.models import User
from operations.client_address import client_address
from sign_in import company
from sign_in.company import COMPANY
from sign_in.sign_up import may_sign_up

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """The rules for log-ins of every kind, and for reauthentication before a second factor changes."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: allauth's own page is not served. `sign_up.py` and the adapter below decide."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Redirect only to the host of the request, and not to others in ALLOWED_HOSTS such as localhost."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={context.request.get_host()}, require_https=context.request.is_secure()
        )

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address of the client, which the proxy in front wrote."""
        return client_address(request)

    def pre_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse | None:
        """Refuse people of the company who use another way, such as a password or passkey from earlier."""
        account = _account(options)
        if company.is_of_company(user) and not (account and account.provider == COMPANY):
            messages.error(request, _("Sign in with %(company)s.") % {"company": settings.OIDC_NAME})
            return redirect("login")
        request.session["half_signed_in"] = user.pk  # apps.py limits guesses of the second factor by it
        response: HttpResponse | None = super().pre_login(request, user, **options)
        return response

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse:
        """Begin the session of somebody of the company, after the second factor was right too."""
        response: HttpResponse = super().post_login(request, user, **options)
        account = _account(options)
        if account and account.provider == COMPANY:
            company.begin_session(request, user, account.extra_data)
        return response

    def reauthenticate(self, user: User, password: str) -> bool:
        """Check the password of the user who is signed in."""
        return user.check_password(password)

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Do not ask users again who have just signed in."""
        session = context.request.session
        began = parse_datetime(session.get("proven_at") or session.get("started_at", ""))
        timeout = timedelta(seconds=app_settings.REAUTHENTICATION_TIMEOUT)
        is_new = began is not None and timezone.now() - began < timeout
        return not is_new and bool(super().is_reauthentication_required(app=app, **options))

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Offer a new log-in to users who have neither a password nor a second factor."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return methods or [
            {
                "id": "sign_in_again",
                "description": _("Sign in again"),
                "url": account.get_provider(context.request).get_login_url(context.request),
            }
            for account in SocialAccount.objects.filter(user=user.pk).order_by("-last_login")
        ]

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell users that a way to sign in as them was added or removed."""
        message = self.render_mail(template_prefix, user.email, context or {})
        mail.send("sign_in_changed", user, what=message.subject)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """The rules for log-ins at the company, and at other sites in SOCIALACCOUNT_PROVIDERS."""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Check the issuer's claims first. Raises PermissionDenied."""
        if sociallogin.account.provider == COMPANY:
            company.check_claims(request, sociallogin.account.extra_data)
        user: User = super().populate_user(request, sociallogin, data)
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse to connect an account at the company to a user who is already signed in."""
        if sociallogin.account.provider == COMPANY and sociallogin.state.get("process") == "connect":
            text = _("Sign out, and sign in with %(company)s.")
            messages.error(request, text % {"company": settings.OIDC_NAME})
            raise ImmediateHttpResponse(redirect("account"))

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """Find the user with this verified address, unless another account of the issuer belongs to them.

        A company may give the address of somebody who left to another person.
        """
        for address in sociallogin.email_addresses:
            if address.verified and self.can_authenticate_by_email(sociallogin, address.email):
                users = User.objects.filter(email=address.email, is_service=False)
                taken = SocialAccount.objects.filter(provider=sociallogin.account.provider)
                if user := users.exclude(pk__in=taken.values("user")).first():
                    return user, address.email
        return None

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Whether to create a user: if the address is verified, not taken, and may sign up."""
        address = next(iter(sociallogin.email_addresses), None)
        return (
            address is not None
            and address.verified
            and may_sign_up(address.email)
            and not User.objects.filter(email=address.email).exists()
        )

    def validate_disconnect(self, account: SocialAccount, accounts: Any) -> None:
        """Refuse to disconnect from the company: the user would keep access after leaving it."""
        if account.provider == COMPANY:
            text = _("You sign in with %(company)s: ask an administrator.")
            raise ValidationError(text, params={"company": settings.OIDC_NAME})

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, **_options: Any
    ) -> None:
        """Log why a log-in failed, because its page does not say."""
        logger.warning("A log-in with %s failed: %s", provider.name, exception or error)


def _account(options: dict[str, Any]) -> SocialAccount | None:
    login = (options.get("signal_kwargs") or {}).get("sociallogin")
    return login.account if login else None
