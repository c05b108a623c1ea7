"""The engines with tenants: a statement reads only the rows of the tenant in scope.

PostgreSQL has row-level security, which the role of the SQL tools cannot escape; set_config is no
function that a statement may call. For SQLite, a view stands before each table.
"""

import functools
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager

import psycopg
from fastmcp.exceptions import ToolError
from psycopg import sql

from sql_access import signature
from sql_access.engines.base import Answer, Engine
from sql_access.engines.postgresql import RUN_THE_COMMAND, PostgreSQL
from sql_access.engines.sqlite import SQLite
from sql_access.readable import ExposedTable
from sql_access.tenancy import exposed_models
from tenants import scope
from tenants.models import tenant_models

# PostgreSQL plans with statistics of the rows of all tenants, which row-level security does not cover:
# estimates, and even the shape of a plan, would tell what others have. Constants can be made without
# writing one (length(true::text)), so that planning without the values of a statement would not help.
NO_PLANS = "A plan would tell what rows other tenants have, so there is none: read less at a time instead."

ENGINES = {
    "postgresql": "sql_access.engines.tenants.TenantPostgreSQL",
    "sqlite3": "sql_access.engines.tenants.TenantSQLite",
}


class TenantEngine(Engine):
    """A database that tenants share."""

    @functools.cached_property
    def tables(self) -> list[ExposedTable]:
        """What may be read. Raises ImproperlyConfigured for a model that tenants do not have."""
        return exposed_models()

    def plan(self, _statement: str) -> AbstractContextManager[Answer]:
        """Refuse."""
        raise ToolError(NO_PLANS)


class TenantPostgreSQL(TenantEngine, PostgreSQL):
    """PostgreSQL, told with a signature which tenant is in scope."""

    def _guard(self, connection: psycopg.Connection) -> None:
        super()._guard(connection)
        # The rows of this tenant are all there are, for row-level security holds for every role.
        tenant = scope.for_database()
        connection.execute(sql.SQL("SET LOCAL app.tenant = {}").format(sql.Literal(tenant)))
        if tenant.isdecimal():  # no other scope is signed: neither nobody's nor everybody's rows are read
            signed = sql.Literal(signature.sign(tenant))
            connection.execute(sql.SQL("SET LOCAL sql_access.signature = {}").format(signed))
            found = connection.execute("SELECT public.sql_access_tenant()::text").fetchone()
            if found != (tenant,):
                raise ToolError(f"The database does not know the key of the tenants: {RUN_THE_COMMAND}.")


class TenantSQLite(TenantEngine, SQLite):
    """SQLite, with a view before each table.

    It has the rows of this tenant. It alone may read the table, hence a name that nobody can guess: a
    statement could call something of its own like the table.
    """

    def _connect(self) -> sqlite3.Connection:
        tenant = scope.current().pk
        connection = super()._connect()
        for table in _tables():
            rows = f"{secrets.token_hex(8)} {table}"
            # LIMIT prevents SQLite from flattening the view into a statement. Otherwise it would evaluate the
            # conditions of the statement on rows of other tenants, and an error would reveal them. The +
            # disables the index on tenant_id: SQLite would expect few rows of it, and join without any index.
            connection.execute(
                f'CREATE TEMP VIEW "{rows}" AS '  # noqa: S608 - no text of a client
                f'SELECT * FROM main."{table}" WHERE +tenant_id = {tenant} LIMIT -1'
            )
            connection.execute(f'CREATE TEMP VIEW "{table}" AS SELECT * FROM "{rows}"')  # noqa: S608 - likewise
        return connection

    def _reading(self, connection: sqlite3.Connection) -> Callable[[str, str, str, str], bool]:
        of_tenants = {table.lower() for table in _tables()}
        views = {name.lower() for (name,) in connection.execute("SELECT name FROM sqlite_temp_master")}
        unguessable = views - of_tenants
        may_read_views = super()._reading(connection)

        def may_read(table: str, column: str, database: str, view: str) -> bool:
            if table in of_tenants and database == "main":
                return view in unguessable
            if table in unguessable:
                # All columns, or none when rows are only counted. The engine checks which columns are read.
                return view in of_tenants or not column
            return may_read_views(table, column, database, view)

        return may_read


def _tables() -> list[str]:
    return [model._meta.db_table for model in tenant_models()]  # noqa: SLF001 - public, documented API
