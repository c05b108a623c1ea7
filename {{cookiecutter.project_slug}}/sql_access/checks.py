"""Checks policy.py in every command, and the database in `check --deploy --database default`."""

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

# % if cookiecutter.multi_tenancy
from sql_access.tenancy import exposed_models

# % else
from sql_access.readable import exposed_models

# % endif
NO_SUPERUSER = (
    "The application must not be one, because then only the parser would protect the server from a "
    "statement. docs/sql.md says how to let it connect as another role."
)


def check_policy(**_: Any) -> list[CheckMessage]:
    """Check that policy.py names models and columns that exist."""
    try:
        exposed_models()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="sql_access.E001")]
    return []


def check_database(databases: Iterable[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Check that the application is not a superuser of PostgreSQL."""
    return [
        Error(
            f"PostgreSQL's user {connections[alias].settings_dict['USER']!r} is a superuser.",
            hint=NO_SUPERUSER,
            id="sql_access.E002",
        )
        for alias in databases or ()
        if connections[alias].vendor == "postgresql" and _is_superuser(alias)
    ]


def _is_superuser(alias: str) -> bool:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])
