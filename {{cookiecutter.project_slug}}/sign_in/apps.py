"""The Django app of log-ins."""

from django.apps import AppConfig
from django.contrib import admin
from django.http import HttpRequest

from operations.guards import require


def _half_signed_in(request: HttpRequest) -> object:
    """Return the user who gave the right password, but not yet the second factor."""
    return request.user.pk or request.session.get("half_signed_in")


class SignInConfig(AppConfig):
    """Comes before `accounts` in INSTALLED_APPS, because it overrides some of its templates."""

    name = "sign_in"
    label = "sign_in"

    def ready(self) -> None:
        """Called by Django when all apps are loaded."""
        # Models must be loaded before these.
        from allauth.account.decorators import secure_admin_login  # noqa: PLC0415

        from accounts.throttle import GUESSES, LIMITS, MAILS, Rule  # noqa: PLC0415


        # The admin's own log-in would not ask for the second factor.
        admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
        require("MCP_USER_RULES", "sign_in.company.reason_to_refuse")
        LIMITS.update(
            {
                "account_reauthenticate": Rule(GUESSES),
                "mfa_authenticate": Rule(GUESSES, user=_half_signed_in),
                "mfa_reauthenticate": Rule(GUESSES),
                "account_signup": Rule(MAILS, account="email", only_failures=False),
            }
        )
