"""Keeps SQL to the rows of the tenant in scope.

PostgreSQL does it by itself, with row-level security that the role of the SQL tools cannot escape: it
is told the tenant in the same transaction, and set_config is no function that a statement may call.
Elsewhere, each table of a statement becomes a subquery with the rows of the tenant.
"""

from collections.abc import Iterable
from dataclasses import replace

from django.core.exceptions import ImproperlyConfigured

from sql_access.exposure import ExposedTable
from tenants import scope
from tenants.models import TenantModel


def of_this_tenant(tables: list[ExposedTable], vendor: str) -> list[ExposedTable]:
    """Restrict `tables` to the tenant in scope.

    Raises TenantScopeError when none is, ImproperlyConfigured for a model whose rows have no tenant.
    """
    require_tenants(tables)
    if vendor == "postgresql":
        return tables
    tenant = scope.current().pk
    return [replace(table, tenant=tenant, hidden=True) for table in tables]


def require_tenants(tables: Iterable[ExposedTable]) -> None:
    """Raise ImproperlyConfigured for a model whose rows, of all tenants, anybody could read."""
    for table in tables:
        if table.model and not issubclass(table.model, TenantModel):
            raise ImproperlyConfigured(
                f"EXPOSED_MODELS in sql_access/policy.py: {table.model.__name__} does not inherit "
                "TenantModel, so its rows would be shown to every tenant."
            )
