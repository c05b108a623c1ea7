"""The databases that run statements. Each has protections of its own, in case the parser misses something."""

import functools
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils.module_loading import import_string

from sql_access.engines.base import Engine

ENGINES = {
    "postgresql": "sql_access.engines.postgresql.PostgreSQL",
    "sqlite3": "sql_access.engines.sqlite.SQLite",
    "mysql": "sql_access.engines.mysql.MySQL",
}


def current_engine() -> Engine:
    """Return the engine of the database in MCP_SQL_DATABASE_URL, or else of the project's own.

    Raises ImproperlyConfigured if no engine supports this kind of database.
    """
    if settings.MCP_SQL_DATABASE:
        return other_engine()
    # The settings of the connection rather than DATABASES, because tests use another database.
    config = connection.settings_dict
    return _engine_class(config, import_string(settings.MCP_SQL_OWN_ENGINES))(config, own=True)


@functools.cache
def other_engine() -> Engine:
    """Return the engine of MCP_SQL_DATABASE_URL. It is kept, because it reads the columns of all tables."""
    config: dict[str, Any] = settings.MCP_SQL_DATABASE or {}
    return _engine_class(config, ENGINES)(config, own=False)


def _engine_class(config: dict[str, Any], engines: dict[str, str]) -> type[Engine]:
    kind = config["ENGINE"].rpartition(".")[2]
    if kind not in engines:
        raise ImproperlyConfigured(f"The SQL tools cannot read a database of the kind {kind!r}.")
    # Import only this one, because each engine needs its driver.
    engine: type[Engine] = import_string(engines[kind])
    return engine
