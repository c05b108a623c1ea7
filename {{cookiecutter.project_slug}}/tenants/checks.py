"""Checks that the database can separate tenants, for `migrate` and `check --database default`."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's name
from django.db import connections

PASSES_BY = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


def check_database(databases: Iterable[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Check that row-level security applies to the user of each PostgreSQL database."""
    message = Warning if settings.DEBUG else Error
    return [
        message(
            f"PostgreSQL's user {connections[alias].settings_dict['USER']!r} bypasses row-level security.",
            hint="Let the application connect as a role without SUPERUSER and BYPASSRLS: docs/tenancy.md.",
            id="tenants.E001",
        )
        for alias in databases or ()
        if connections[alias].vendor == "postgresql" and _passes_by(alias)
    ]


def _passes_by(alias: str) -> bool:
    with connections[alias].cursor() as cursor:
        cursor.execute(PASSES_BY)
        return bool(cursor.fetchone()[0])
