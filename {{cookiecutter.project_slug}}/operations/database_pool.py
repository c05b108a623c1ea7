"""Checks whether a connection of the default database's pool still works, before a query uses it."""

import time
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import Connection
from psycopg_pool import ConnectionPool

# A check costs as much as a small query, so a connection that worked a moment ago is not checked again. A
# database takes longer than this to restart.
SECONDS_TRUSTED = 0.1

_last_answers: WeakKeyDictionary[Connection, float] = WeakKeyDictionary()  # on the clock of time.monotonic


def check_connection(connection: Connection) -> None:
    """Return if `connection` works. The pool calls this before it hands out a connection.

    A dead connection raises psycopg.Error, and all idle ones are dropped, because the database was restarted.
    Otherwise the pool would try one dead connection after the other, with longer pauses each time and up to
    its timeout, while new ones are ready. If the token check does that, every request waits.
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
