"""The role that statements run as on PostgreSQL: nobody can log in as it, and it can only read.

Its rights are exactly what policy.py exposes, so whatever got past the parser still finds nothing.
"""

from collections.abc import Iterable

from psycopg import Connection, sql

from sql_access.exposure import ExposedTable

DEFAULT_SCHEMA = "public"

# What the role may do with each column, also by way of PUBLIC and of roles it is a member of.
RIGHTS = """
SELECT concat_ws('.', nspname, relname, attname), privilege
FROM pg_attribute a
JOIN pg_class c ON c.oid = attrelid
JOIN pg_namespace n ON n.oid = relnamespace
CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS privilege
WHERE relkind IN ('r', 'v', 'm', 'f', 'p') AND attnum > 0 AND NOT attisdropped
  AND nspname !~ '^pg_' AND nspname <> 'information_schema'
  AND has_schema_privilege(%(role)s, n.oid, 'USAGE')
  AND has_column_privilege(%(role)s, c.oid, attnum, privilege)
"""
IS_POWERFUL = """
SELECT rolcanlogin OR rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb
FROM pg_roles WHERE rolname = %(role)s
"""

type Rights = set[tuple[str, str]]


class TooMuchError(Exception):
    """The role may do more than it should, by a right that somebody else gave."""


def reader_role(database: str) -> str:
    """Return the name of the role for a database: roles belong to the whole server."""
    # PostgreSQL cuts names off after 63 bytes.
    return f"{database[:56]}_reader"


def grants(role: str, tables: Iterable[ExposedTable]) -> list[sql.Composed]:
    """Return the statements that give `role` the right to read `tables`, and no other."""
    name = sql.Identifier(role)
    schemas = sorted({DEFAULT_SCHEMA, *(table.schema or DEFAULT_SCHEMA for table in tables)})
    statements = []
    for schema in map(sql.Identifier, schemas):
        statements += [
            sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, name),
            sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA {} FROM {}").format(schema, name),
        ]
    for table in tables:
        columns = sql.SQL("({})").format(sql.SQL(", ").join(map(sql.Identifier, table.columns)))
        statements.append(
            sql.SQL("GRANT SELECT {} ON {} TO {}").format(
                columns if table.hidden else sql.SQL(""),
                sql.Identifier(table.schema or DEFAULT_SCHEMA, table.name),
                name,
            )
        )
    return [*statements, sql.SQL("GRANT {} TO CURRENT_USER").format(name)]


def bring_up_to_date(connection: Connection, tables: list[ExposedTable]) -> list[str]:
    """Create the role if it is missing, make its rights those of policy.py, and say what changed.

    Raises TooMuchError, and changes nothing, when it has rights that others gave: to PUBLIC, for example.
    """
    role = reader_role(connection.info.dbname)
    with connection.transaction():
        changes = []
        exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        if not exists:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
            changes.append(f"Created the role {role}, which cannot log in.")
        before = _rights(connection, role) if exists else set()
        for statement in grants(role, tables):
            connection.execute(statement)
        after = _rights(connection, role)
        _refuse_more_than(tables, role, after, connection)
    for verb, columns in (("May read", after - before), ("May no longer read", before - after)):
        changes += [f"{verb} {column}." for column, _ in sorted(columns)]
    return changes


def _rights(connection: Connection, role: str) -> Rights:
    return set(connection.execute(RIGHTS, {"role": role}).fetchall())


def _refuse_more_than(
    tables: Iterable[ExposedTable], role: str, rights: Rights, connection: Connection
) -> None:
    wanted = {
        f"{table.schema or DEFAULT_SCHEMA}.{table.name}.{column}"
        for table in tables
        for column in table.columns
    }
    for column, privilege in sorted(rights):
        if privilege != "SELECT" or column not in wanted:
            raise TooMuchError(
                f"{role} would have the right to {privilege} {column}, which policy.py does not expose: "
                "revoke it from PUBLIC, or from the role that gives it."
            )
    if (connection.execute(IS_POWERFUL, {"role": role}).fetchone() or [False])[0]:
        raise TooMuchError(f"{role} may log in, or has rights over the server: drop it and run this again.")
