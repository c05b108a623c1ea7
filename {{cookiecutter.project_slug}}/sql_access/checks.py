"""The check of policy.py that every command of manage.py makes."""

from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

# % if cookiecutter.multi_tenancy
from sql_access import tenancy
# % endif
from sql_access.exposure import exposed_models


def check_policy(**_: Any) -> list[CheckMessage]:
    """Check that policy.py names models and columns that exist."""
    try:
        # % if cookiecutter.multi_tenancy
        tenancy.require_tenants(exposed_models())
        # % else
        exposed_models()
        # % endif
    except ImproperlyConfigured as error:
        return [Error(str(error), id="sql_access.E001")]
    return []
