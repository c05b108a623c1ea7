"""The SQL tools of tenants: on the project's own database only."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.sql import MCP_SQL_DATABASE

MCP_SQL_OWN_ENGINES = "sql_access.engines.tenants.ENGINES"

if MCP_SQL_DATABASE:
    raise ImproperlyConfigured(
        "MCP_SQL_DATABASE_URL is set, but in another database nothing keeps tenants apart: leave it out."
    )
