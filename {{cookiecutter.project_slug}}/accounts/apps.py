"""The Django app of the people who use this site."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Comes before `django.contrib.admin` in INSTALLED_APPS, because it overrides some of its templates."""

    name = "accounts"

    def ready(self) -> None:
        """Called by Django when all apps are loaded."""
        from accounts import notices, sessions  # noqa: PLC0415 - models must be loaded first

        notices.watch()
