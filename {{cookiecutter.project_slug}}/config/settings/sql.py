"""The database that the SQL tools read."""

from config.settings.base import INSTALLED_APPS
from operations.environment import database, env

INSTALLED_APPS[:0] = ["sql_access"]

# The engines that read the project's own database, by its vendor.
MCP_SQL_OWN_ENGINES = "sql_access.engines.ENGINES"

MCP_SQL_DATABASE = database("MCP_SQL_DATABASE_URL") if env.str("MCP_SQL_DATABASE_URL", default="") else None
