"""The models that SQL may read with tenants."""

from django.core.exceptions import ImproperlyConfigured

from sql_access import readable
from tenants.models import TenantModel


def exposed_models() -> list[readable.ExposedTable]:
    """Return the tables of the project's own models.

    Raises ImproperlyConfigured as `readable.exposed_models` does, and for a model that is not a
    `TenantModel`, because every tenant could read all of its rows.
    """
    tables = readable.exposed_models()
    for table in tables:
        if table.model and not issubclass(table.model, TenantModel):
            raise ImproperlyConfigured(
                f"EXPOSED_MODELS in sql_access/policy.py: {table.model.__name__} does not inherit "
                "TenantModel, so its rows would be shown to every tenant."
            )
    return tables
