"""The database."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config.settings.env_file import BASE_DIR
from mcp_server.settings import MCP_TOOL_THREADS
from operations.environment import database, env

if env.str("DATABASE_URL", default=""):
    DATABASES: dict[str, dict[str, Any]] = {"default": database("DATABASE_URL")}
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}

_database = DATABASES["default"]
if _database["ENGINE"].rpartition(".")[2] not in {"sqlite3", "postgresql", "spatialite", "postgis"}:
    raise ImproperlyConfigured(
        "DATABASE_URL names a database that this project does not run on: use PostgreSQL"
        " (postgres://user:password@host:5432/name), or SQLite (sqlite:///db.sqlite3) in development."
    )
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["OPTIONS"] = {
        # Readers do not block the writer. A writer waits for its turn: without IMMEDIATE, a transaction that
        # first reads and then writes fails with "database is locked" at once.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
    # A file: tests over HTTP use several threads, which cannot share a database in memory.
    _database["TEST"] = {"NAME": BASE_DIR / "test.sqlite3"}
elif _database["ENGINE"] == "django.db.backends.postgresql":
    from operations.database_pool import check_connection  # SQLite needs no psycopg

    _database["OPTIONS"] = {
        **_database.get("OPTIONS", {}),  # what the URL says after its "?", such as sslmode
        "pool": {
            "min_size": 1,
            # One connection for each tool thread, and one each for the checks of tokens and of permissions,
            # for async tools, and for the audit.
            "max_size": MCP_TOOL_THREADS + 4,
            # Seconds. While the database is down, a request waits for 5. The pool doubles its pauses between
            # attempts, and gives up after 4 until the next request: so no pause is longer than 2, where by
            # default they grow to minutes.
            "timeout": 5,
            "reconnect_timeout": 4,
            "check": check_connection,
        },
    }
