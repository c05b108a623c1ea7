"""The role that the SQL tools log in as on PostgreSQL, which can only read.

Its rights are exactly what policy.py exposes, and there is no other role to go back to, so whatever got
past the parser still finds nothing.
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
SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication
    OR EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid)
FROM pg_roles WHERE rolname = %(role)s
"""
IS_SUPERUSER = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
LOOK = "SELECT rolcanlogin, rolconnlimit, rolconfig FROM pg_roles WHERE rolname = %(role)s"

CREATE = """DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$"""

type Rights = set[tuple[str, str]]


class TooMuchError(Exception):
    """The role may do more than it should, by a right that somebody else gave."""


def reader_role(database: str) -> str:
    """Return the name of the role for a database: roles belong to the whole server."""
    # PostgreSQL cuts names off after 63 bytes.
    return f"{database[:56]}_reader"


def password_of(role: str) -> str:
    """Return the password of the role. It follows from SECRET_KEY, so that nobody has to keep it."""
    return salted_hmac("sql_access.role", role, algorithm="sha256").hexdigest()


def login(config: dict[str, Any]) -> dict[str, Any]:
    """Return how to connect as the role to the database of `config`, which may be that already."""
    role = reader_role(config["NAME"])
    return config if config["USER"] == role else config | {"USER": role, "PASSWORD": password_of(role)}


def settings() -> dict[str, str]:
    """Return what each session of the role begins with. A session may change it, so nothing rests on it."""
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
    """Return the statements that let `role` log in."""
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
    return statements


def for_administrator(config: dict[str, Any], tables: list[ExposedTable]) -> list[str]:
    """Return all statements that make the role, and those that only an administrator may run."""
    role, database = map(sql.Identifier, (reader_role(config["NAME"]), config["NAME"]))
    name = reader_role(config["NAME"])
    statements: list[sql.Composable] = [
        sql.SQL(CREATE).format(role=role),
        set_password(name),
        *log_in(name),
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, role),
        *grants(name, tables),
        # % if cookiecutter.multi_tenancy
        # To the application, which owns the tables, all that is made here belongs as well.
        sql.SQL("SET ROLE {}").format(sql.Identifier(config["USER"])),
        *signature.statements(name, tables),
        sql.SQL("RESET ROLE"),
        # % endif
        # What PostgreSQL lets nobody else set, and the role itself cannot change.
        sql.SQL("ALTER ROLE {} SET temp_file_limit = {}").format(role, sql.Literal(policy.MAX_TEMP_FILES)),
        sql.SQL("SET sql_access.application = {}").format(sql.Literal(config["USER"])),
    ]
    return [*(statement.as_string() for statement in statements), REVOKE.rstrip().rstrip(";")]


def bring_up_to_date(connection: Connection, tables: list[ExposedTable]) -> list[str]:
    """Create the role if it is missing, make its rights those of policy.py, and say what changed.

    Raises TooMuchError, and changes nothing, when it has rights that others gave: to PUBLIC, for example.
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
    """Take what acts on the server from everybody but the application; return what only others may take."""
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
    """Whether PostgreSQL asks nothing of this user."""
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
            f"{role} has rights over the server, or is a member of another role: let an administrator of "
            "the database revoke that, and run this again."
        )
