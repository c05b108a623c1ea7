"""The role as which the SQL tools log in to PostgreSQL. It can only read.

Its rights are exactly those of policy.py, and it cannot change to another role. So a statement that the
parser should have refused still reads nothing else.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils.crypto import salted_hmac
from psycopg import Connection, sql
from psycopg.errors import Diagnostic

# % if cookiecutter.multi_tenancy
from sql_access import policy, signature
# % else
from sql_access import policy
# % endif
from sql_access.readable import ExposedTable
from sql_access.scram import verifier

DEFAULT_SCHEMA = "public"
REVOKE = (Path(__file__).parent / "revoke.sql").read_text(encoding="utf-8")

# The rights of the role on each column, including those of PUBLIC and of roles of which it is a member.
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
SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication
    OR EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid)
FROM pg_roles WHERE rolname = %(role)s
"""
IS_SUPERUSER = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
LOOK = "SELECT rolcanlogin, rolconnlimit, rolconfig FROM pg_roles WHERE rolname = %(role)s"

CREATE = """DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$"""

type Rights = set[tuple[str, str]]


class TooMuchError(Exception):
    """The role has a right that policy.py does not list, and that this command cannot revoke."""


def reader_role(database: str) -> str:
    """Return the name of the role for a database. Each has its own, because databases share the roles."""
    # PostgreSQL cuts names off after 63 bytes.
    return f"{database[:56]}_reader"


def password_of(role: str) -> str:
    """Return the password of the role. It is derived from SECRET_KEY, so that nobody needs to store it."""
    return salted_hmac("sql_access.role", role, algorithm="sha256").hexdigest()


def login(config: dict[str, Any]) -> dict[str, Any]:
    """Return `config`, an entry of Django's `DATABASES`, with the name and password of the role."""
    role = reader_role(config["NAME"])
    return config if config["USER"] == role else config | {"USER": role, "PASSWORD": password_of(role)}


def settings() -> dict[str, str]:
    """Return the settings of the role. A statement may change them, so no protection depends on them."""
    milliseconds = str(int(policy.TIMEOUT * 1000))
    return {
        "default_transaction_read_only": "on",
        "idle_in_transaction_session_timeout": milliseconds,
        "lock_timeout": milliseconds,
        "search_path": DEFAULT_SCHEMA,
        "statement_timeout": milliseconds,
    }


def set_password(role: str) -> sql.Composed:
    """Return the statement that gives `role` its password."""
    password = verifier(password_of(role))
    return sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(password))


def log_in(role: str) -> list[sql.Composed]:
    """Return the statements that allow `role` to log in, and give it its settings."""
    name = sql.Identifier(role)
    allow = sql.SQL("ALTER ROLE {} LOGIN CONNECTION LIMIT {}").format(name, policy.MAX_CONNECTIONS)
    return [
        allow,
        *(
            sql.SQL("ALTER ROLE {} SET {} = {}").format(name, sql.SQL(setting), sql.Literal(value))
            for setting, value in settings().items()
        ),
    ]


def grants(role: str, tables: Iterable[ExposedTable]) -> list[sql.Composed]:
    """Return the statements that allow `role` to read `tables`, and no other tables of their schemas."""
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
    return statements


def for_administrator(config: dict[str, Any], tables: list[ExposedTable]) -> list[str]:
    """Return all statements that create the role, including those that only an administrator may run."""
    role, database = map(sql.Identifier, (reader_role(config["NAME"]), config["NAME"]))
    name = reader_role(config["NAME"])
    statements: list[sql.Composable] = [
        sql.SQL(CREATE).format(role=role),
        set_password(name),
        *log_in(name),
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, role),
        *grants(name, tables),
        # % if cookiecutter.multi_tenancy
        # The application owns the tables, so it must also own the policies and the key.
        sql.SQL("SET ROLE {}").format(sql.Identifier(config["USER"])),
        *signature.statements(name, tables),
        sql.SQL("RESET ROLE"),
        # % endif
        # Only a superuser can set this, so the role cannot change it.
        sql.SQL("ALTER ROLE {} SET temp_file_limit = {}").format(role, sql.Literal(policy.MAX_TEMP_FILES)),
        sql.SQL("SET sql_access.application = {}").format(sql.Literal(config["USER"])),
    ]
    return [*(statement.as_string() for statement in statements), REVOKE.rstrip().rstrip(";")]


def bring_up_to_date(connection: Connection, tables: list[ExposedTable]) -> list[str]:
    """Create the role if it is missing, give it the rights of policy.py, and return the changes as sentences.

    Args:
        connection: a connection as the application.
        tables: the tables that the role may read.

    Raises TooMuchError, and changes nothing, if the role has other rights, such as those of PUBLIC.
    """
    role = reader_role(connection.info.dbname)
    with connection.transaction():
        changes = []
        found = connection.execute(LOOK, {"role": role}).fetchone()
        if not found:
            connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
            connection.execute(set_password(role))
            changes.append(f"Created the role {role}.")
        if not found or not _logs_in(*found):
            for statement in log_in(role):
                connection.execute(statement)
            changes.append(f"It logs in, with {policy.MAX_CONNECTIONS} connections at most.")
        before = _rights(connection, role) if found else set()
        for statement in grants(role, tables):
            connection.execute(statement)
        # % if cookiecutter.multi_tenancy
        for statement in signature.statements(role, tables, signature.versions(connection)):
            connection.execute(statement)
        # % endif
        after = _rights(connection, role)
        _refuse_more_than(tables, role, after, connection)
    for verb, columns in (("May read", after - before), ("May no longer read", before - after)):
        changes += [f"{verb} {column}." for column, _ in sorted(columns)]
    return changes


def revoke_functions(connection: Connection) -> list[str]:
    """Run revoke.sql. Return the functions that it left, because only an administrator may revoke them."""
    left: list[str] = []

    def note(notice: Diagnostic) -> None:
        left.append(notice.message_primary or "")

    connection.add_notice_handler(note)
    with connection.transaction():
        connection.execute("SET LOCAL client_min_messages = notice")
        user = sql.Literal(connection.info.user)
        connection.execute(sql.SQL("SET LOCAL sql_access.application = {}").format(user))
        connection.execute(REVOKE.encode())
    connection.remove_notice_handler(note)
    return left


def is_superuser(connection: Connection) -> bool:
    """Whether the user of the connection is a superuser."""
    return bool((connection.execute(IS_SUPERUSER).fetchone() or [False])[0])


def _logs_in(can_log_in: bool, limit: int, config: list[str] | None) -> bool:
    wanted = {f"{setting}={value}" for setting, value in settings().items()}
    return can_log_in and limit == policy.MAX_CONNECTIONS and wanted <= {*(config or ())}


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
        raise TooMuchError(
            f"{role} has rights over the server, or is a member of another role: ask an administrator of the "
            "database to revoke that, and run this again."
        )
