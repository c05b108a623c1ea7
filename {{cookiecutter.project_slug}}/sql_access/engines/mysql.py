"""MySQL and MariaDB: a transaction that can only read, of an account that can do nothing else.

The server takes one statement at a time: PyMySQL asks for more (`multi_statements`) only when told to.
"""

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
from sql_access.engines.base import Answer, Engine, shortened
from sql_access.results import Column, ColumnInfo

# What `SHOW GRANTS` may list: SELECT on tables or on columns, and no right at all.
# MariaDB lets everybody write to databases whose name begins with "test".
READS_ONLY = re.compile(
    r"GRANT (USAGE|SELECT( \([^)]*\))?(, SHOW VIEW)?|SHOW VIEW) ON |GRANT .* ON `test(\\_%)?`\.\* TO PUBLIC"
)

TYPE_NAMES = {kind: name.lower() for name, kind in vars(FIELD_TYPE).items() if isinstance(kind, int)}
UNREACHABLE = {CR.CR_CONN_HOST_ERROR, CR.CR_SERVER_GONE_ERROR, CR.CR_SERVER_LOST}
CONNECT_TIMEOUT = 5  # seconds
TIMEOUTS = {ER.QUERY_TIMEOUT, ER.STATEMENT_TIMEOUT}
GRACE = 5  # seconds for the server to notice that the time is over, after which nobody waits for it

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


class MySQL(Engine):
    """MySQL or MariaDB."""

    vendor = "mysql"
    dialect = ReadMySQL
    quotes_names = True
    explain = "EXPLAIN "
    knows_all_columns = False

    @property
    def default_schema(self) -> str:
        return str(self.config["NAME"])

    @contextmanager
    def query(self, statement: str) -> Iterator[Answer]:
        try:
            # Row by row: it would otherwise read everything before the first is looked at.
            with closing(self._connect()) as connection, closing(connection.cursor(SSCursor)) as cursor:
                self._guard(connection)
                cursor.execute(statement)
                described: Any = cursor.description or ()
                kinds = [kind for _, kind, *_ in described]
                columns = [Column(name, TYPE_NAMES.get(kind, "")) for name, kind, *_ in described]
                yield columns, (_parse_json(row, kinds) for row in cursor)
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

    def _connect(self) -> pymysql.Connection:
        return pymysql.connect(
            host=self.config["HOST"],
            port=int(self.config["PORT"] or 3306),
            user=self.config["USER"],
            password=self.config["PASSWORD"],
            database=self.config["NAME"],
            charset="utf8mb4",
            # In the words of the parser: "x" is a string, and a backslash escapes.
            sql_mode="ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO",
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=policy.TIMEOUT + GRACE,
            **self.config.get("OPTIONS", {}),
        )

    def _guard(self, connection: pymysql.Connection) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SHOW GRANTS")
            if too_much := [grant for (grant,) in cursor.fetchall() if not READS_ONLY.match(grant)]:
                right = too_much[0].partition(" ON ")[0].removeprefix("GRANT ")
                raise ToolError(
                    f"The account of MCP_SQL_DATABASE_URL may do more than read ({right}): the owner of the "
                    "site has to give it an account that `manage.py create_sql_role` describes."
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
        return f"The statement took longer than {policy.TIMEOUT} seconds: read less."
    if code in UNREACHABLE:
        return "The database cannot be reached. Try again later."
    if code == ER.ACCESS_DENIED_ERROR:
        return "The database refuses the account of MCP_SQL_DATABASE_URL: the owner of the site has to look."
    return f"The database says: {shortened(said)}. get_table_info names the columns of a table."
