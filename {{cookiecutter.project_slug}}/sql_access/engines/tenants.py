"""The engines for tenants: a statement reads only the rows of the tenant in scope.

PostgreSQL enforces this with row-level security. On SQLite, a statement reads a view instead of each table.
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

# PostgreSQL plans with statistics about the rows of all tenants, to which row-level security does not apply.
# So the estimates in a plan, and even its shape, reveal something about them. Removing the constants of a
# statement would not help, because a statement can compute constants: length(true::text).
NO_PLANS = "A plan is not available, because it would reveal rows of other tenants: read fewer rows instead."

ENGINES = {
    "postgresql": "sql_access.engines.tenants.TenantPostgreSQL",
    "sqlite3": "sql_access.engines.tenants.TenantSQLite",
}


class TenantEngine(Engine):
    """A database that several tenants share."""

    @functools.cached_property
    def tables(self) -> list[ExposedTable]:
        """The readable tables. Raises ImproperlyConfigured for a model that is not a `TenantModel`."""
        return exposed_models()

    def plan(self, _statement: str) -> AbstractContextManager[Answer]:
        """Raise ToolError, because a plan reveals something about other tenants."""
        raise ToolError(NO_PLANS)


class TenantPostgreSQL(TenantEngine, PostgreSQL):
    """PostgreSQL. Its policies for rows get the tenant in scope, with a signature."""

    def _guard(self, connection: psycopg.Connection) -> None:
        super()._guard(connection)
        # Row-level security applies to every role, so a statement sees only the rows of this tenant.
        tenant = scope.for_database()
        connection.execute(sql.SQL("SET LOCAL app.tenant = {}").format(sql.Literal(tenant)))
        # Only a single tenant is signed: without a scope, or across all tenants, no row is read.
        if tenant.isdecimal():
            signed = sql.Literal(signature.sign(tenant))
            connection.execute(sql.SQL("SET LOCAL sql_access.signature = {}").format(signed))
            found = connection.execute("SELECT public.sql_access_tenant()::text").fetchone()
            if found != (tenant,):
                raise ToolError(f"The database does not know the key of the tenants: {RUN_THE_COMMAND}.")


class TenantSQLite(TenantEngine, SQLite):
    """SQLite, with a view for each table, which has only the rows of this tenant.

    Only this view may read the table. Its name is random, because a statement could define something with the
    same name, and the authorizer only sees names.
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
