"""The database that the SQL tools read."""

from config.settings.base import INSTALLED_APPS
from operations.environment import database, env

INSTALLED_APPS[:0] = ["sql_access"]

# Engines for the project's own database, if not those of sql_access/engines.
MCP_SQL_OWN_ENGINES: dict[str, str] = {}

MCP_SQL_DATABASE = database("MCP_SQL_DATABASE_URL") if env.str("MCP_SQL_DATABASE_URL", default="") else None
