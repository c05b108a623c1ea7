"""The Django app that separates the data of tenants."""

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db.models.signals import post_migrate

from operations.guards import require

# The settings that separate tenants. Some of them exist only with other options.
GUARDS = {
    "MIDDLEWARE": "tenants.middleware.TenantMiddleware",
    "MCP_MIDDLEWARE": "tenants.mcp.TenantScope",
    "MCP_HTTP_MIDDLEWARE": "tenants.mcp.TenantMiddleware",
    "MCP_STREAM_CHECKS": "tenants.mcp.still_covers",
    "MCP_ROUTES": "tenants.mcp.for_tenants",
    "MCP_TOKEN_FORM": "tenants.forms.TenantTokenForm",
    "OAUTH_CONSENT_VIEW": "tenants.consent.TenantAuthorizeView",
    "FILE_UPLOAD": "tenants.uploads.TenantUpload",
    "MCP_SQL_OWN_ENGINES": "sql_access.engines.tenants.ENGINES",
}
CACHE_KEYS = "tenants.caching.make_key"


class TenantsConfig(AppConfig):
    """Checks at the start that the settings still separate tenants."""

    name = "tenants"

    def ready(self) -> None:
        """Called by Django when all apps are loaded."""
        from tenants import checks, row_security  # noqa: PLC0415 - models must be loaded first

        for setting, guard in GUARDS.items():
            if hasattr(settings, setting):
                require(setting, guard)
        for alias, cache in settings.CACHES.items():
            if cache.get("KEY_FUNCTION") != CACHE_KEYS:
                raise ImproperlyConfigured(
                    f"CACHES has no KEY_FUNCTION {CACHE_KEYS!r} for {alias!r}: one tenant would get values"
                    " that were cached for another."
                )
        # This signal comes after the tables of all apps were created.
        post_migrate.connect(row_security.follow_the_models, sender=self)
        register(checks.check_database, Tags.database)
