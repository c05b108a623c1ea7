"""`manage.py create_sql_role [--print]` creates the role of the SQL tools with the rights of policy.py."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sql_access import policy
from sql_access.checks import NO_SUPERUSER
from sql_access.readable import ExposedTable

# On MySQL, rights belong to an account that logs in. A statement may need a second connection, to end it.
MYSQL_ACCOUNT = (
    "CREATE USER 'sql_reader'@'%' IDENTIFIED BY '<a long random password>' "
    f"WITH MAX_USER_CONNECTIONS {2 * policy.MAX_CONNECTIONS};"
)


class Command(BaseCommand):
    """Creates the role, or corrects its rights. Run it again after each change of policy.py."""

    help = "On PostgreSQL, allow the role of the SQL tools to read what policy.py exposes, and nothing else."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--print", action="store_true", help="print the statements for a database administrator instead"
        )

    def handle(self, **options: Any) -> None:
        from sql_access.engines import current_engine  # noqa: PLC0415 - imports FastMCP

        engine = current_engine()
        match engine.vendor:
            case "postgresql":
                self._postgresql(engine.config, engine.tables, only_print=options["print"])
            case "mysql":
                self.stdout.write("As an administrator of the database, for MCP_SQL_DATABASE_URL:\n")
                self.stdout.write(_mysql(engine.config["NAME"], engine.tables))
            case _:
                self.stdout.write(
                    "SQLite has no roles: the SQL tools open the file so that they can only read it."
                )

    def _postgresql(self, config: dict[str, Any], tables: list[ExposedTable], *, only_print: bool) -> None:
        import psycopg  # noqa: PLC0415 - SQLite needs neither

        from sql_access import role  # noqa: PLC0415
        from sql_access.engines.postgresql import connect  # noqa: PLC0415

        if only_print:
            statements = role.for_administrator(config, tables)
            self.stdout.write("".join(f"{statement};\n" for statement in statements))
            return
        try:
            with connect(config) as connection:
                self._refuse_superuser(config, superuser=role.is_superuser(connection))
                changes = role.bring_up_to_date(connection, tables)
                left = role.revoke_functions(connection)
                changes += _repair_log_in(connection, config)
        except role.TooMuchError as error:
            raise CommandError(str(error)) from error
        except psycopg.Error as error:
            raise CommandError(
                f"PostgreSQL says: {str(error).strip()}. Run this as a user who may create roles, or "
                "give what --print prints to an administrator of the database."
            ) from error
        self.stdout.write("\n".join(changes) or "The role already matches policy.py: nothing changed.")
        if left:
            self.stderr.write(
                f"Every role may still call {len(left)} functions that act on the server ({left[0]}, …). "
                "Only an administrator of the database can change that: give them what --print prints. "
                "docs/sql.md says what holds without it."
            )

    def _refuse_superuser(self, config: dict[str, Any], *, superuser: bool) -> None:
        if not superuser:
            return
        said = f"PostgreSQL's user {config['USER']!r} is a superuser. {NO_SUPERUSER}"
        if not settings.DEBUG:
            raise CommandError(said)
        self.stderr.write(said)


def _repair_log_in(connection: Any, config: dict[str, Any]) -> list[str]:
    """Set the password if the role cannot log in with it, for example because SECRET_KEY has changed.

    Returns a sentence if it did. Raises CommandError if the role still cannot log in.
    """
    import psycopg  # noqa: PLC0415

    from sql_access import role  # noqa: PLC0415
    from sql_access.engines.postgresql import connect  # noqa: PLC0415

    reader = role.login(config)
    try:
        connect(reader).close()
    except psycopg.OperationalError:
        connection.execute(role.set_password(reader["USER"]))
    else:
        return []
    is_local = connection.info.host.startswith("/")
    try:
        connect(reader).close()
    except psycopg.OperationalError as error:
        raise CommandError(
            f"The role cannot log in, although its password is set. PostgreSQL says: {str(error).strip()}. "
            f"Allow it in pg_hba.conf, with this line before any line that refuses it: "
            f"`{'local' if is_local else 'host'} {config['NAME']} {reader['USER']} "
            f"{'' if is_local else 'all '}scram-sha-256`."
        ) from error
    return ["Set its password, which is derived from SECRET_KEY."]


def _mysql(database: str, tables: list[ExposedTable]) -> str:
    grants = [
        f"GRANT SELECT ({', '.join(f'`{column}`' for column in table.columns)}) "
        f"ON `{table.schema or database}`.`{table.name}` TO 'sql_reader'@'%';"
        for table in tables
    ]
    return "\n".join([MYSQL_ACCOUNT, *grants])
