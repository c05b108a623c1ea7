"""Keeps SQL to the rows of the tenant in scope, of which the database is told in the same connection.

PostgreSQL has row-level security, which the role of the SQL tools cannot escape; set_config is no
function that a statement may call. For SQLite, the engine puts a view before each table.
"""

from django.core.exceptions import ImproperlyConfigured

from sql_access.readable import ExposedTable
from tenants.models import TenantModel

# PostgreSQL plans with statistics of the rows of all tenants, which row-level security does not cover:
# estimates, and even the shape of a plan, would tell what others have. Constants can be made without
# writing one (length(true::text)), so that planning without the values of a statement would not help.
NO_PLANS = "A plan would tell what rows other tenants have, so there is none: read less at a time instead."


def require_tenants(tables: list[ExposedTable]) -> list[ExposedTable]:
    """Return `tables`. Raises ImproperlyConfigured for one whose rows, of all tenants, anybody could read."""
    for table in tables:
        if table.model and not issubclass(table.model, TenantModel):
            raise ImproperlyConfigured(
                f"EXPOSED_MODELS in sql_access/policy.py: {table.model.__name__} does not inherit "
                "TenantModel, so its rows would be shown to every tenant."
            )
    return tables
