"""The Django app of log-ins."""

from django.apps import AppConfig
from django.http import HttpRequest

from operations.guards import require


def _half_signed_in(request: HttpRequest) -> object:
    """Return who gave the password, and is asked for the second factor, so is not signed in yet."""
    return request.user.pk or request.session.get("half_signed_in")


class SignInConfig(AppConfig):
    """Comes before `accounts` in INSTALLED_APPS, some of whose templates it has anew."""

    name = "sign_in"
    label = "sign_in"

    def ready(self) -> None:
        """Called by Django when all apps are loaded."""
        from accounts.throttle import GUESSES, LIMITS, MAILS, Rule  # noqa: PLC0415 - models must be loaded first

        require("MCP_USER_RULES", "sign_in.company.reason_to_refuse")
        LIMITS.update(
            {
                "account_reauthenticate": Rule(GUESSES),
                "mfa_authenticate": Rule(GUESSES, user=_half_signed_in),
                "mfa_reauthenticate": Rule(GUESSES),
                "account_signup": Rule(MAILS, account="email", only_failures=False),
            }
        )
