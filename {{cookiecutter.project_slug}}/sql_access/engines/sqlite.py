"""SQLite: a read-only connection with an authorizer, which checks each table, column and function."""

import itertools
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import quote

from fastmcp.exceptions import ToolError

from sql_access import policy
from sql_access.dialects import ReadSQLite
from sql_access.engines.base import Answer, Engine, shortened
from sql_access.engines.watchdog import ended_after
from sql_access.results import Column, ColumnInfo

STEPS_BETWEEN_LOOKS = 10_000  # of SQLite's virtual machine, between checks of the time: under a millisecond
ATTEMPTS = 3  # to interrupt SQLite: an attempt between two steps of the cursor has no effect
# SQLite runs in this process, so limit its memory: a row has at most 200 values of MAX_BYTES each.
LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: policy.MAX_BYTES,
    sqlite3.SQLITE_LIMIT_COLUMN: 200,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
# Tables, and modules that can be read like tables: json_each, dbstat, …
NAMES = "SELECT name FROM sqlite_master UNION SELECT name FROM pragma_module_list"
SYSTEM = ("sqlite_", "pragma_")
INTERNAL_FUNCTIONS = frozenset({"->", "->>", "current_date", "current_time", "current_timestamp"})


class SQLite(Engine):
    """A file of SQLite, which is opened for each statement."""

    vendor = "sqlite"
    dialect = ReadSQLite
    # SQLite reads a quoted name that does not exist as a string.
    quotes_names = False
    explain = "EXPLAIN QUERY PLAN "

    @property
    def default_schema(self) -> str:
        return "main"

    @contextmanager
    def query(self, statement: str) -> Iterator[Answer]:
        # An interrupt also ends an operation that takes long between two calls of the progress handler.
        with (
            closing(self._connect()) as connection,
            ended_after(policy.TIMEOUT, *[connection.interrupt] * ATTEMPTS),
        ):
            self._guard(connection)
            try:
                cursor = connection.execute(statement)
                first = cursor.fetchone()
                # In SQLite, a type belongs to a value, so take the types of the first row.
                columns = [
                    Column(name, _type_name(first[index] if first else None))
                    for index, (name, *_) in enumerate(cursor.description or ())
                ]
                yield columns, itertools.chain([first] if first else [], cursor)
            except sqlite3.Error as error:
                raise ToolError(_reason(error)) from error

    def describe(self, schema: str | None, table: str) -> list[ColumnInfo]:
        with closing(self._connect()) as connection:
            keys = {
                column: f"{other}.{target}"
                for _, _, other, column, target, *_ in connection.execute(
                    "SELECT * FROM pragma_foreign_key_list(?)", [table]
                )
            }
            return [
                ColumnInfo(name, kind, not required, bool(key), keys.get(name))
                for _, name, kind, required, _, key in connection.execute(
                    "SELECT * FROM pragma_table_info(?)", [table]
                )
            ]

    def _connect(self) -> sqlite3.Connection:
        try:
            return sqlite3.connect(f"file:{quote(str(self.config['NAME']))}?mode=ro", uri=True)
        except sqlite3.Error as error:
            raise ToolError(f"The database cannot be read: {error}.") from error

    def _guard(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA query_only = ON")
        may_read = self._reading(connection)
        functions = policy.FUNCTIONS | policy.FUNCTIONS_OF["sqlite"] | INTERNAL_FUNCTIONS
        deadline = time.monotonic() + policy.TIMEOUT

        def authorize(action: int, *names: str | None) -> int:
            # Names come as the statement wrote them, in any case.
            what, detail, database, view = ((name or "").lower() for name in names)
            match action:
                case sqlite3.SQLITE_SELECT | sqlite3.SQLITE_RECURSIVE:
                    allowed = True
                case sqlite3.SQLITE_READ:
                    allowed = may_read(what, detail, database, view)
                case sqlite3.SQLITE_FUNCTION:
                    allowed = detail in functions
                case _:
                    allowed = False
            return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

        for limit, value in LIMITS.items():
            connection.setlimit(limit, value)
        connection.set_progress_handler(lambda: time.monotonic() > deadline, STEPS_BETWEEN_LOOKS)
        connection.set_authorizer(authorize)

    def _reading(self, connection: sqlite3.Connection) -> Callable[[str, str, str, str], bool]:
        """Return the function that decides whether a column may be read.

        Its arguments are the table, the column ("" if rows are only counted), the database, and the view that
        reads the column.
        """
        existing = {name.lower() for (name,) in connection.execute(NAMES)}
        readable = {table.name.lower(): {column.lower() for column in table.columns} for table in self.tables}

        def may_read(table: str, column: str, _database: str, _view: str) -> bool:
            if table in readable:
                return not column or column in readable[table]
            # Count the rows of a CTE or a subquery, but of no other table.
            return not column and table not in existing and not table.startswith(SYSTEM)

        return may_read


def _type_name(value: Any) -> str:
    return {int: "integer", float: "real", str: "text", bytes: "blob"}.get(type(value), "null")


def _reason(error: sqlite3.Error) -> str:
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
        return f"The statement took longer than {policy.TIMEOUT} seconds: read less."
    return f"SQLite says: {shortened(error)}. get_table_info names the columns of a table."
