"""Whether tenants are kept apart: by the settings, which every command checks, and by the database.

The latter is checked by `migrate` and `check --database default`.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's name
from django.db import connections

# What config/settings/tenants.py adds to settings that are lists.
PARTS = {
    "MIDDLEWARE": "tenants.middleware.TenantMiddleware",
    "MCP_MIDDLEWARE": "tenants.mcp.TenantScope",
    "MCP_HTTP_MIDDLEWARE": "tenants.mcp.TenantMiddleware",
    "MCP_STREAM_CHECKS": "tenants.mcp.still_covers",
    "MCP_ROUTES": "tenants.mcp.for_tenants",
}
PASSES_BY = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


def check_settings(**_: Any) -> list[CheckMessage]:
    """Check that no setting that was made anew, in `project.py` say, lost what keeps tenants apart."""
    return [
        Error(
            f"{setting} lacks {part}, which keeps each request to its tenant: add to that setting (+=), and do"
            " not set it anew.",
            id="tenants.E002",
        )
        for setting, part in PARTS.items()
        if part not in getattr(settings, setting)
    ]


def check_database(databases: Iterable[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Check that the user of each PostgreSQL database obeys the policies."""
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
