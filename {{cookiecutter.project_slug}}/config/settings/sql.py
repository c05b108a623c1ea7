"""The database that the SQL tools read."""

from config.settings.base import INSTALLED_APPS
from operations.environment import database, env

INSTALLED_APPS[:0] = ["sql_access"]

# By the kind of the project's own database, what reads it.
MCP_SQL_OWN_ENGINES = "sql_access.engines.ENGINES"

MCP_SQL_DATABASE = database("MCP_SQL_DATABASE_URL") if env.str("MCP_SQL_DATABASE_URL", default="") else None
