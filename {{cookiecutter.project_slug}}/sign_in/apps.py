"""The Django app of log-ins."""

from django.apps import AppConfig


class SignInConfig(AppConfig):
    """Comes before `accounts` in INSTALLED_APPS, some of whose templates it has anew."""

    name = "sign_in"
    label = "sign_in"

    def ready(self) -> None:
        """Called by Django when all apps are loaded."""
        from accounts.throttle import GUESSES, LIMITS, MAILS, Rule  # noqa: PLC0415 - models must be loaded first

        LIMITS.update(
            {
                "account_reauthenticate": Rule(GUESSES),
                "mfa_authenticate": Rule(GUESSES),
                "mfa_reauthenticate": Rule(GUESSES),
                "account_signup": Rule(MAILS, account="email", only_failures=False),
            }
        )
