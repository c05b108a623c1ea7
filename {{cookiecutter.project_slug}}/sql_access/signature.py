"""Signs the tenant whose rows a statement may read on PostgreSQL, so that the statement cannot change it.

`app.tenant` is a setting, and a session may change its settings. So the SQL tools sign the tenant that they
set. The database keeps the key in a table that only the application can read, and a policy of each table
requires the signature from the role of the SQL tools. A statement that sets another tenant, or "*", reads no
row.
"""

import hashlib
from collections.abc import Iterable

from django.utils.crypto import salted_hmac
from psycopg import Connection, sql

from sql_access.readable import ExposedTable

TABLE = "CREATE TABLE IF NOT EXISTS public.sql_access_key (key bytea NOT NULL)"
FUNCTION = """
CREATE OR REPLACE FUNCTION public.sql_access_tenant() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE
        WHEN current_setting('sql_access.signature', true) = encode(
            sha256(key || sha256(key || convert_to(current_setting('app.tenant', true), 'UTF8'))), 'hex'
        ) THEN current_setting('app.tenant', true)::bigint
    END
    FROM public.sql_access_key
$$
"""
# Restrictive, so it applies in addition to the policy of all roles (tenants/row_security.py). It compares the
# name of the role: a policy TO the role could not be restored from a dump if the role is missing.
POLICY = (
    "DROP POLICY IF EXISTS sql_access ON {table}",
    """
    CREATE POLICY sql_access ON {table} AS RESTRICTIVE FOR SELECT
    USING (session_user <> {role} OR tenant_id = (SELECT public.sql_access_tenant()))
    """,
    "COMMENT ON POLICY sql_access ON {table} IS {version}",
)
VERSIONS = "SELECT obj_description(oid, 'pg_policy') FROM pg_policy WHERE polname = 'sql_access'"


def sign(tenant: str) -> str:
    """Return the signature that proves to the database that the application set this tenant."""
    key = _key()
    return hashlib.sha256(key + hashlib.sha256(key + tenant.encode()).digest()).hexdigest()


def _key() -> bytes:
    return salted_hmac("sql_access.signature", "tenant", algorithm="sha256").digest()


def statements(role: str, tables: Iterable[ExposedTable], done: Iterable[str] = ()) -> list[sql.Composed]:
    """Return the statements after which `role` reads only the rows of a signed tenant.

    Args:
        role: the role of the SQL tools.
        tables: the tables that it may read.
        done: the versions of policies that the database has already, which are left as they are.
    """
    key = sql.Literal(_key().hex())
    found = [
        sql.SQL(TABLE).format(),
        sql.SQL("DELETE FROM public.sql_access_key").format(),
        sql.SQL("INSERT INTO public.sql_access_key VALUES (decode({}, 'hex'))").format(key),
        sql.SQL(FUNCTION).format(),
    ]
    for table in tables:
        version = hashlib.sha256(f"{POLICY} {role} {table.name}".encode()).hexdigest()
        # The tests also have sample tables, which have no tenants and no model.
        if table.model and version not in done:
            names = {
                "table": sql.Identifier(table.schema or "public", table.name),
                "role": sql.Literal(role),
                "version": sql.Literal(version),
            }
            found += [sql.SQL(part).format(**names) for part in POLICY]
    return found


def versions(connection: Connection) -> set[str]:
    """Return the versions of the policies that the database has."""
    return {version for (version,) in connection.execute(VERSIONS)}
