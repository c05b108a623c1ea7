"""Whether a connection of the default database's pool still works, found out before a query fails on it."""

import time
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import Connection
from psycopg_pool import ConnectionPool

# A database takes longer to restart. Asking a connection costs as much as a small query, so under load
# each is asked ten times a second rather than every time.
SECONDS_TRUSTED = 0.1

_last_answers: WeakKeyDictionary[Connection, float] = WeakKeyDictionary()  # on the clock of time.monotonic


def check_connection(connection: Connection) -> None:
    """Return if `connection` works; the pool calls this whenever it is about to hand one out.

    Raises psycopg.Error for a dead one, and then drops all idle ones, for the database was restarted.
    Whoever draws several dead connections in a row otherwise sleeps longer after each, up to its
    timeout, while new ones lie ready behind them. If that is the token check, every request waits.
    """
    if time.monotonic() - _last_answers.get(connection, 0) < SECONDS_TRUSTED:
        return
    try:
        ConnectionPool.check_connection(connection)
    except Exception:
        pool: ConnectionPool = connections[DEFAULT_DB_ALIAS].pool  # type: ignore[attr-defined] # PostgreSQL's has it
        pool.drain()
        raise
    _last_answers[connection] = time.monotonic()
