"""PostgreSQL: a read-only transaction, with a role that may read only what policy.py exposes.

The role logs in: its session has no other role to go back to.

The statement is prepared, for then the database takes one and no more: what is merely sent may be
"COMMIT; DELETE …" (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY).
"""

import functools
import os
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from fastmcp.exceptions import ToolError
from psycopg import sql
from psycopg.types.string import TextLoader

from sql_access import policy, role
from sql_access.dialects import ReadPostgres
from sql_access.engines.base import Answer, Engine, shortened
from sql_access.engines.watchdog import GRACE, ended_after
from sql_access.results import Column, ColumnInfo
from sql_access.role import DEFAULT_SCHEMA

FETCH = "FETCH 100 FROM answer"
CONNECT_TIMEOUT = 5  # seconds
TOO_LONG = f"The statement took longer than {policy.TIMEOUT} seconds: read less."
RUN_THE_COMMAND = "the owner of the site has to run `manage.py create_sql_role`"
UNREACHABLE = "The database cannot be reached. Try again later."
BUSY = f"{policy.MAX_CONNECTIONS} statements run at the moment, and no more may. Try again later."
IS_FULL = """
SELECT rolconnlimit >= 0 AND rolconnlimit <= (SELECT count(*) FROM pg_stat_activity WHERE usename = rolname)
FROM pg_roles WHERE rolname = %s
"""

DJANGO_OPTIONS = {"assume_role", "isolation_level", "pool", "prepare_threshold", "server_side_binding"}

# As PostgreSQL writes them, for Python knows neither infinite dates nor dates before Christ.
AS_TEXT = ("numeric", "date", "time", "timetz", "timestamp", "timestamptz", "interval")

# Rows come whole: one with a value of a gigabyte would take the process down. The database looks first,
# at q.*, for q alone would be a column that the statement gave this name.
NO_HUGE_ROWS = """
SELECT q.* FROM ({statement}) AS q
WHERE CASE WHEN octet_length((q.*)::text) > {limit} THEN ('row too large' || left((q.*)::text, 0))::boolean
      ELSE true END
"""

# So may the lines of a plan, in which functions of constants are computed. EXPLAIN is no query that another
# could look at, hence this loop, which takes one statement and no more.
EXPLAIN = f"""
DO $$
DECLARE
    line text;
    plan text := '';
BEGIN
    FOR line IN EXECUTE current_setting('sql_access.statement') LOOP
        plan := left(concat_ws(chr(10), nullif(plan, ''), line), {policy.MAX_BYTES});
    END LOOP;
    -- The role may not call set_config.
    EXECUTE format('SET LOCAL sql_access.plan = %L', plan);
END $$
"""
PLAN = "SELECT unnest(string_to_array(current_setting('sql_access.plan'), chr(10))) AS plan"

DESCRIBE = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
       coalesce(a.attnum = ANY (p.conkey), false),
       (SELECT format('%%s.%%s', f.confrelid::regclass, attname)
        FROM pg_constraint f JOIN pg_attribute t ON t.attrelid = f.confrelid AND t.attnum = f.confkey[1]
        WHERE f.conrelid = a.attrelid AND f.contype = 'f' AND f.conkey = ARRAY[a.attnum] LIMIT 1),
       coalesce(col_description(a.attrelid, a.attnum), '')
FROM pg_attribute a
LEFT JOIN pg_constraint p ON p.conrelid = a.attrelid AND p.contype = 'p'
WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
"""


class PostgreSQL(Engine):
    """PostgreSQL, on a connection of its own for each statement.

    Not on Django's: that belongs to a pool, where a later request would find what a statement left.
    """

    vendor = "postgresql"
    dialect = ReadPostgres
    quotes_names = True
    explain = "EXPLAIN "

    @property
    def default_schema(self) -> str:
        return DEFAULT_SCHEMA

    @contextmanager
    def query(self, statement: str) -> Iterator[Answer]:
        deadline = time.monotonic() + policy.TIMEOUT
        with self._log_in() as connection, _ended_in_time(connection):
            try:
                with connection.transaction(force_rollback=True):
                    self._guard(connection)
                    cursor = psycopg.Cursor(connection)
                    for name in AS_TEXT:
                        cursor.adapters.register_loader(name, TextLoader)
                    if statement.startswith(self.explain):
                        plan = sql.SQL("SET LOCAL sql_access.statement = {}").format(sql.Literal(statement))
                        cursor.execute(plan)
                        cursor.execute(EXPLAIN)
                        cursor.execute(PLAN)
                        yield _columns(cursor), iter(cursor.fetchall())
                    else:
                        checked = NO_HUGE_ROWS.format(statement=statement, limit=policy.MAX_BYTES)
                        # Takes nothing but a query, and lets go of it when enough was read.
                        cursor.execute(f"DECLARE answer NO SCROLL CURSOR FOR {checked}".encode())
                        cursor.execute(FETCH)
                        yield _columns(cursor), _rows(cursor, deadline)
            except psycopg.Error as error:
                raise ToolError(_reason(error)) from error

    def describe(self, schema: str | None, table: str) -> list[ColumnInfo]:
        try:
            with connect(self.config) as connection:
                name = f'"{schema or DEFAULT_SCHEMA}"."{table}"'
                return [ColumnInfo(*row) for row in connection.execute(DESCRIBE, [name])]
        except psycopg.Error as error:
            raise ToolError(_reason(error)) from error

    def _log_in(self) -> psycopg.Connection:
        try:
            return connect(role.login(self.config))
        except psycopg.OperationalError as error:
            raise ToolError(self._why_not()) from error

    def _why_not(self) -> str:
        """Find out, as the application, why the role cannot log in: the error has no code."""
        try:
            with connect(self.config) as connection:
                found = connection.execute(IS_FULL, [role.reader_role(connection.info.dbname)]).fetchone()
        except psycopg.Error:
            return UNREACHABLE
        return BUSY if found and found[0] else f"The role of the SQL tools cannot log in: {RUN_THE_COMMAND}."

    def _guard(self, connection: psycopg.Connection) -> None:
        connection.execute("SET TRANSACTION READ ONLY")
        connection.execute(sql.SQL("SET LOCAL statement_timeout = {}").format(int(policy.TIMEOUT * 1000)))
        # What names mean and how values are written is said here, whatever the server's settings are.
        schema = sql.Identifier(DEFAULT_SCHEMA)
        connection.execute(sql.SQL("SET LOCAL search_path = {}, pg_temp").format(schema))
        connection.execute("SET LOCAL standard_conforming_strings = on")
        connection.execute("SET LOCAL datestyle = 'ISO'")


@contextmanager
def _ended_in_time(connection: psycopg.Connection) -> Iterator[None]:
    """End the statement from outside, should it not obey `statement_timeout`, which it could change.

    A function that never looks whether it was cancelled goes on in the database; nobody waits for it.
    """
    cancel = functools.partial(connection.cancel_safe, timeout=GRACE)
    hang_up = functools.partial(_hang_up, connection)
    with ended_after(policy.TIMEOUT, cancel, hang_up) as late:
        try:
            yield
        except ToolError as error:
            raise (ToolError(TOO_LONG) if late.is_set() else error) from error


def _hang_up(connection: psycopg.Connection) -> None:
    # Another descriptor of the same socket: closing that of libpq would pull it from under the other thread.
    with socket.socket(fileno=os.dup(connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


def connect(config: dict[str, Any]) -> psycopg.Connection:
    """Open a connection to what Django's `DATABASES` describes."""
    options = {name: value for name, value in config.get("OPTIONS", {}).items() if name not in DJANGO_OPTIONS}
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    # As Django does: the options may have the socket as their host.
    options |= {name: config[setting] for name, setting in names.items() if config[setting]}
    return psycopg.connect(
        autocommit=True,
        prepare_threshold=0,  # every statement is prepared, the first time it is run
        connect_timeout=CONNECT_TIMEOUT,
        **options,
    )


def _columns(cursor: psycopg.Cursor) -> list[Column]:
    return [Column(item.name, item.type_display) for item in cursor.description or ()]


def _rows(cursor: psycopg.Cursor, deadline: float) -> Iterator[Sequence[Any]]:
    while rows := cursor.fetchall():
        yield from rows
        if time.monotonic() >= deadline:  # PostgreSQL grants each FETCH its time anew
            raise ToolError(TOO_LONG)
        cursor.execute(FETCH)


def _reason(error: psycopg.Error) -> str:
    said = shortened(error.diag.message_primary or error)
    hint = f" {shortened(error.diag.message_hint)}." if error.diag.message_hint else ""
    match error:
        case psycopg.errors.QueryCanceled():
            return TOO_LONG
        case psycopg.errors.InvalidTextRepresentation() if "row too large" in said:
            return f"A row is larger than {policy.MAX_BYTES} bytes: select less of it."
        case psycopg.errors.OutOfMemory():
            return "The statement takes more memory than the database gives it: keep or collect fewer rows."
        case psycopg.errors.InsufficientPrivilege():
            return f"PostgreSQL says: {said}. If list_tables names it, {RUN_THE_COMMAND}."
        # What PostgreSQL itself says of a connection (class 08) or of its own end (57), or nobody said.
        case psycopg.OperationalError(sqlstate=state) if not state or state[:2] in {"08", "57"}:
            return UNREACHABLE
    return f"PostgreSQL says: {said}.{hint} get_table_info names the columns of a table."
