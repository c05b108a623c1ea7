"""SQL tools with tenants: they read only the project's own database."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.sql import MCP_SQL_DATABASE

MCP_SQL_OWN_ENGINES = "sql_access.engines.tenants.ENGINES"

if MCP_SQL_DATABASE:
    raise ImproperlyConfigured(
        "MCP_SQL_DATABASE_URL is set, but nothing separates tenants in another database: remove the variable."
    )
