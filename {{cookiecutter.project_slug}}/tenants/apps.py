"""The application `tenants`."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate


class TenantsConfig(AppConfig):
    """Keeps the data of each tenant from the others."""

    name = "tenants"

    def ready(self) -> None:
        """Called by Django when all apps are loaded."""
        from tenants import checks, row_security  # noqa: PLC0415 - models must be loaded first

        # Sent when the tables of all apps are there.
        post_migrate.connect(row_security.follow_the_models, sender=self)
        register(checks.check_settings)
        register(checks.check_database, Tags.database)
