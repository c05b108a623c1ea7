"""The database that the SQL tools read."""

# % if cookiecutter.multi_tenancy
from django.core.exceptions import ImproperlyConfigured

# % endif
from config.settings.base import INSTALLED_APPS
from operations.environment import database, env

INSTALLED_APPS[:0] = ["sql_access"]

MCP_SQL_DATABASE = database("MCP_SQL_DATABASE_URL") if env.str("MCP_SQL_DATABASE_URL", default="") else None
# % if cookiecutter.multi_tenancy
if MCP_SQL_DATABASE:
    raise ImproperlyConfigured(
        "MCP_SQL_DATABASE_URL is set, but in another database nothing keeps tenants apart: leave it out."
    )
# % endif
