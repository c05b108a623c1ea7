"""PostgreSQL: a read-only transaction, with a role that may read only what policy.py exposes.

The tools log in as this role instead of using SET ROLE, which a statement could undo with RESET ROLE.

The statement is prepared, because the database then accepts only one. A statement that is not prepared may be
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
from sql_access.engines.base import ROW_TOO_LARGE, Answer, Engine, shortened
from sql_access.engines.watchdog import GRACE, ended_after
from sql_access.results import Column, ColumnInfo
from sql_access.role import DEFAULT_SCHEMA

FETCH = "FETCH 100 FROM answer"
CONNECT_TIMEOUT = 5  # seconds
TOO_LONG = f"The statement took longer than {policy.TIMEOUT} seconds: read less."
RUN_THE_COMMAND = "the owner of the site must run `manage.py create_sql_role`"
UNREACHABLE = "The database cannot be reached. Try again later."
BUSY = f"{policy.MAX_CONNECTIONS} statements are running, which is the limit. Try again later."
IS_FULL = """
SELECT rolconnlimit >= 0 AND rolconnlimit <= (SELECT count(*) FROM pg_stat_activity WHERE usename = rolname)
FROM pg_roles WHERE rolname = %s
"""

DJANGO_OPTIONS = {"assume_role", "isolation_level", "pool", "prepare_threshold", "server_side_binding"}

# Types that stay text, because Python has neither infinite dates nor dates before Christ.
AS_TEXT = ("numeric", "date", "time", "timetz", "timestamp", "timestamptz", "interval")

# A row is loaded as a whole, and one of a gigabyte would end this process. So the database checks the size
# first. It checks q.*, because a statement may name a column q.
NO_HUGE_ROWS = """
SELECT q.* FROM ({statement}) AS q
WHERE CASE WHEN octet_length((q.*)::text) > {limit} THEN ('row too large' || left((q.*)::text, 0))::boolean
      ELSE true END
"""

# The lines of a plan may be as long, because PostgreSQL computes constant expressions in them. A query cannot
# select from EXPLAIN, but this loop can read it. EXECUTE accepts only one statement here.
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
    """PostgreSQL, with a separate connection for each statement.

    Django's connections go back to a pool, so a later request would get settings that a statement changed.
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
                        # A cursor accepts only a query, and need not read all of its rows.
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
        """Return why the role cannot log in. The error has no code, so the application asks the database."""
        try:
            with connect(self.config) as connection:
                found = connection.execute(IS_FULL, [role.reader_role(connection.info.dbname)]).fetchone()
        except psycopg.Error:
            return UNREACHABLE
        return BUSY if found and found[0] else f"The role of the SQL tools cannot log in: {RUN_THE_COMMAND}."

    def _guard(self, connection: psycopg.Connection) -> None:
        connection.execute("SET TRANSACTION READ ONLY")
        connection.execute(sql.SQL("SET LOCAL statement_timeout = {}").format(int(policy.TIMEOUT * 1000)))
        # The parser assumes these settings, but those of the server or the role may differ.
        schema = sql.Identifier(DEFAULT_SCHEMA)
        connection.execute(sql.SQL("SET LOCAL search_path = {}, pg_temp").format(schema))
        connection.execute("SET LOCAL standard_conforming_strings = on")
        connection.execute("SET LOCAL datestyle = 'ISO'")


@contextmanager
def _ended_in_time(connection: psycopg.Connection) -> Iterator[None]:
    """Cancel the statement from another connection, in case it has changed `statement_timeout`.

    A function that does not check for cancellation continues in the database. Then the connection is shut
    down, so that the caller gets an answer.
    """
    cancel = functools.partial(connection.cancel_safe, timeout=GRACE)
    hang_up = functools.partial(_hang_up, connection)
    with ended_after(policy.TIMEOUT, cancel, hang_up) as late:
        try:
            yield
        except ToolError as error:
            raise (ToolError(TOO_LONG) if late.is_set() else error) from error


def _hang_up(connection: psycopg.Connection) -> None:
    # A second descriptor of the same socket, because the other thread still uses that of libpq.
    with socket.socket(fileno=os.dup(connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


def connect(config: dict[str, Any]) -> psycopg.Connection:
    """Open a connection with an entry of Django's `DATABASES`. Raises psycopg.OperationalError."""
    options = {name: value for name, value in config.get("OPTIONS", {}).items() if name not in DJANGO_OPTIONS}
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    # Like Django, do not let an empty HOST replace a host in the options.
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
        if time.monotonic() >= deadline:  # `statement_timeout` starts again with each FETCH
            raise ToolError(TOO_LONG)
        cursor.execute(FETCH)


def _reason(error: psycopg.Error) -> str:
    said = shortened(error.diag.message_primary or error)
    hint = f" {shortened(error.diag.message_hint)}." if error.diag.message_hint else ""
    match error:
        case psycopg.errors.QueryCanceled():
            return TOO_LONG
        case psycopg.errors.InvalidTextRepresentation() if "row too large" in said:
            return ROW_TOO_LARGE
        case psycopg.errors.OutOfMemory():
            return "The statement takes more memory than the database allows: keep or collect fewer rows."
        case psycopg.errors.InsufficientPrivilege():
            return f"PostgreSQL says: {said}. If list_tables names it, {RUN_THE_COMMAND}."
        # An error without a code, of the connection (class 08), or because the server stops (57).
        case psycopg.OperationalError(sqlstate=state) if not state or state[:2] in {"08", "57"}:
            return UNREACHABLE
    return f"PostgreSQL says: {said}.{hint} get_table_info names the columns of a table."
