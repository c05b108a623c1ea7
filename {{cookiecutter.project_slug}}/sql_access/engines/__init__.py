"""The databases that run statements. Each has its own guards, in case the parser missed something."""

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
    """Return the database behind MCP_SQL_DATABASE_URL, or else the project's own.

    Raises ImproperlyConfigured when there is no engine for it.
    """
    if settings.MCP_SQL_DATABASE:
        return other_engine()
    # The settings of the connection rather than DATABASES: tests have a database of their own.
    config = connection.settings_dict
    return _engine_class(config, import_string(settings.MCP_SQL_OWN_ENGINES))(config, own=True)


@functools.cache
def other_engine() -> Engine:
    """Return the database behind MCP_SQL_DATABASE_URL; kept, with what it found out about its tables."""
    config: dict[str, Any] = settings.MCP_SQL_DATABASE or {}
    return _engine_class(config, ENGINES)(config, own=False)


def _engine_class(config: dict[str, Any], engines: dict[str, str]) -> type[Engine]:
    kind = config["ENGINE"].rpartition(".")[2]
    if kind not in engines:
        raise ImproperlyConfigured(f"The SQL tools cannot read a database of the kind {kind!r}.")
    # Only the one that is needed, for each wants a driver.
    engine: type[Engine] = import_string(engines[kind])
    return engine
