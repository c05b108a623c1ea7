"""MySQL and MariaDB: a read-only transaction, with an account that can only read.

The server accepts only one statement at a time, because the connection leaves CLIENT.MULTI_STATEMENTS off.
"""

import functools
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import pymysql
from fastmcp.exceptions import ToolError
from pymysql.constants import CR, ER, FIELD_TYPE
from pymysql.cursors import SSCursor

from sql_access import policy
from sql_access.dialects import ReadMySQL
from sql_access.engines.base import ROW_TOO_LARGE, Answer, Engine, shortened
from sql_access.engines.watchdog import GRACE, ended_after
from sql_access.results import Column, ColumnInfo

# The grants that `SHOW GRANTS` may list: USAGE, which gives no right, and SELECT on a table or its columns. A
# role is refused, because its rights are not listed, and so is a whole database. MariaDB allows everybody to
# write to databases whose name begins with "test". VISIBLE finds their tables.
READS_ONLY = re.compile(
    r"GRANT USAGE ON \*\.\* TO .*"
    r"|GRANT (SELECT( \([^)]*\))?|SHOW VIEW|, )+ ON (`([^`]|``)+`)\.(`([^`]|``)+`) TO [^\n]*"
    r"|GRANT .* ON `test(\\_%)?`\.\* TO PUBLIC"
)
MAY_HAND_ON = "WITH GRANT OPTION"

# Every column on which the account has any right, from any grant.
VISIBLE = """
SELECT table_schema, table_name, column_name FROM information_schema.columns
WHERE table_schema NOT IN ('information_schema', 'performance_schema')
"""
NOT_FOR_THIS = "the owner of the site must use an account with the grants of `manage.py create_sql_role`."

TYPE_NAMES = {kind: name.lower() for name, kind in vars(FIELD_TYPE).items() if isinstance(kind, int)}
UNREACHABLE = {CR.CR_CONN_HOST_ERROR, CR.CR_SERVER_GONE_ERROR, CR.CR_SERVER_LOST}
CONNECT_TIMEOUT = 5  # seconds
# The parser assumes that "x" is a string, and that a backslash escapes.
SQL_MODE = "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO"
TOO_LONG = f"The statement took longer than {policy.TIMEOUT} seconds: read less."
TIMEOUTS = {ER.QUERY_TIMEOUT, ER.STATEMENT_TIMEOUT}
FULL = {ER.CON_COUNT_ERROR, ER.TOO_MANY_USER_CONNECTIONS, ER.USER_LIMIT_REACHED}

DESCRIBE = """
SELECT c.column_name, c.column_type, c.is_nullable = 'YES', c.column_key = 'PRI',
       (SELECT concat(k.referenced_table_name, '.', k.referenced_column_name)
        FROM information_schema.key_column_usage k
        WHERE k.table_schema = c.table_schema AND k.table_name = c.table_name
          AND k.column_name = c.column_name AND k.referenced_table_name IS NOT NULL LIMIT 1),
       c.column_comment
FROM information_schema.columns c
WHERE c.table_schema = coalesce(%s, database()) AND c.table_name = %s
ORDER BY c.ordinal_position
"""


class Connection(pymysql.Connection):
    """Refuses huge rows, because a row is loaded as a whole, and one of a gigabyte would end this process."""

    def _read_bytes(self, num_bytes: int) -> bytes:
        if num_bytes > policy.MAX_BYTES:
            raise ToolError(ROW_TOO_LARGE)
        read: bytes = super()._read_bytes(num_bytes)  # type: ignore[misc]
        return read


class MySQL(Engine):
    """MySQL or MariaDB."""

    vendor = "mysql"
    dialect = ReadMySQL
    quotes_names = True
    explain = "EXPLAIN "
    knows_all_columns = False

    @functools.cached_property
    def _listed(self) -> dict[tuple[str, str], tuple[str, ...]]:
        return {
            ((table.schema or self.default_schema).lower(), table.name.lower()): table.columns
            for table in self.tables
        }

    @property
    def default_schema(self) -> str:
        return str(self.config["NAME"])

    @contextmanager
    def query(self, statement: str) -> Iterator[Answer]:
        # Parentheses can contain only a query, so SET is a syntax error in them. MariaDB does not accept WITH
        # there, but no other statement that a reader may run begins with WITH.
        prefix = self.explain if statement.startswith(self.explain) else ""
        bare = statement.removeprefix(prefix)
        query = statement if re.match(r"WITH\b", bare) else f"{prefix}(\n{bare}\n)"
        try:
            with closing(self._connect()) as connection, self._ended_in_time(connection):
                self._guard(connection)
                # Fetch row by row. The default cursor would first load all rows into memory.
                with connection.cursor(SSCursor) as cursor:
                    cursor.execute(query)
                    described: Any = cursor.description or ()
                    kinds = [kind for _, kind, *_ in described]
                    columns = [Column(name, TYPE_NAMES.get(kind, "")) for name, kind, *_ in described]
                    try:
                        yield columns, (_parse_json(row, kinds) for row in cursor)
                    finally:
                        # Do not read the remaining rows before the connection closes.
                        cursor._result.unbuffered_active = False  # type: ignore[attr-defined] # noqa: SLF001
        except pymysql.MySQLError as error:
            raise ToolError(_reason(error)) from error

    def describe(self, schema: str | None, table: str) -> list[ColumnInfo]:
        try:
            with closing(self._connect()) as connection, connection.cursor() as cursor:
                cursor.execute(DESCRIBE, [schema, table])
                return [
                    ColumnInfo(name, kind, bool(nullable), bool(key), references, comment)
                    for name, kind, nullable, key, references, comment in cursor.fetchall()
                ]
        except pymysql.MySQLError as error:
            raise ToolError(_reason(error)) from error

    def _connect(self) -> Connection:
        ours = {
            "charset": "utf8mb4",
            "connect_timeout": CONNECT_TIMEOUT,
            # After this, the caller gets an answer even if the server does not stop.
            "read_timeout": policy.TIMEOUT + 2 * GRACE,
        }
        return Connection(
            host=self.config["HOST"],
            port=int(self.config["PORT"] or 3306),
            user=self.config["USER"],
            password=self.config["PASSWORD"],
            database=self.config["NAME"],
            **self.config.get("OPTIONS", {}) | ours,
        )

    @contextmanager
    def _ended_in_time(self, connection: pymysql.Connection) -> Iterator[None]:
        """Kill the statement from another connection, in case it has changed its own time limit."""

        def kill() -> None:
            with closing(self._connect()) as other, other.cursor() as cursor:
                cursor.execute("KILL %s", [connection.thread_id()])  # type: ignore[no-untyped-call]

        with ended_after(policy.TIMEOUT, kill) as late:
            try:
                yield
            except (ToolError, pymysql.MySQLError):
                if late.is_set():
                    raise ToolError(TOO_LONG) from None
                raise

    def _guard(self, connection: pymysql.Connection) -> None:
        with connection.cursor() as cursor:
            # Now, because an `init_command` in the URL may have set another one.
            cursor.execute("SET sql_mode = %s", [SQL_MODE])
            cursor.execute("SHOW GRANTS")
            for (grant,) in cursor.fetchall():
                if not READS_ONLY.fullmatch(grant) or MAY_HAND_ON in grant:
                    right, _, where = grant.partition(" TO ")[0].removeprefix("GRANT ").partition(" ON ")
                    said = f"read more than policy.py lists ({right} ON {where})"
                    if not right.startswith("SELECT"):
                        said = f"do more than read ({shortened(right)})"
                    raise ToolError(f"The account of MCP_SQL_DATABASE_URL may {said}: {NOT_FOR_THIS}")
            cursor.execute(VISIBLE)
            for schema, table, column in cursor.fetchall():
                if column not in self._listed.get((schema.lower(), table.lower()), ()):
                    raise ToolError(
                        f"The account of MCP_SQL_DATABASE_URL may read {schema}.{table}.{column}, which "
                        f"policy.py does not list: {NOT_FOR_THIS}"
                    )
            if "MariaDB" in str(connection.get_server_info()):  # type: ignore[no-untyped-call]
                cursor.execute("SET max_statement_time = %s", [policy.TIMEOUT])
            else:
                cursor.execute("SET max_execution_time = %s", [int(policy.TIMEOUT * 1000)])
            cursor.execute("START TRANSACTION READ ONLY")


def _parse_json(row: Sequence[Any], kinds: Sequence[int]) -> list[Any]:
    return [
        json.loads(value) if kind == FIELD_TYPE.JSON and isinstance(value, str) else value
        for value, kind in zip(row, kinds, strict=True)
    ]


def _reason(error: pymysql.MySQLError) -> str:
    code, said = (*error.args, "", "")[:2]
    if code in TIMEOUTS or isinstance(error.__context__, TimeoutError):
        return TOO_LONG
    if code in UNREACHABLE:
        return "The database cannot be reached. Try again later."
    if code in FULL:
        return "Too many statements are running. Try again later."
    if code == ER.ACCESS_DENIED_ERROR:
        return "The database refuses the account of MCP_SQL_DATABASE_URL: tell the owner of the site."
    return f"The database says: {shortened(said)}. get_table_info names the columns of a table."
