"""Turns policy.py into the tables and columns that may be read, with their names in the database."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db.models import Field, Model

from sql_access import policy

LOOKS_SECRET = re.compile(
    "passw|passphrase|secret|token|digest|hash|salt|session|cookie|credential|api_?key|private|otp",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ExposedTable:
    """A table and its readable columns, by their names in the database."""

    name: str
    schema: str | None
    columns: tuple[str, ...]
    hidden: bool  # whether the table has other columns, which may not be read
    model: type[Model] | None = None

    @property
    def label(self) -> str:
        """The name of the table in a statement."""
        return f"{self.schema}.{self.name}" if self.schema else self.name


def exposed_models() -> list[ExposedTable]:
    """Return the tables of the project's own models.

    Raises ImproperlyConfigured, with the entry, if policy.py names a model or column that does not exist.
    """
    return [_model_table(label, columns) for label, columns in policy.EXPOSED_MODELS.items()]


def _model_table(label: str, wanted: policy.Columns) -> ExposedTable:
    try:
        model = apps.get_model(label)
        fields = [_field(model, name) for name in wanted] if wanted else model_fields(model)
    except (LookupError, ValueError, FieldDoesNotExist) as error:
        raise ImproperlyConfigured(f"EXPOSED_MODELS in sql_access/policy.py: {error}") from error
    names = [field.column or "" for field in fields]
    columns = tuple(name for name in names if wanted or not LOOKS_SECRET.search(name))
    hidden = len(columns) < len(model_fields(model))
    return ExposedTable(model._meta.db_table, None, columns, hidden, model=model)  # noqa: SLF001 - public API


def model_fields(model: type[Model]) -> list[Field]:
    """Return the fields of `model` that have a column in its table."""
    return list(model._meta.local_concrete_fields)  # noqa: SLF001 - public, documented API


def _field(model: type[Model], name: str) -> Field:
    for field in model_fields(model):
        if name in {field.name, field.column}:
            return field
    raise FieldDoesNotExist(f"{model.__name__} has no column {name!r}.")


def exposed_tables(
    columns_of: Callable[[str | None, str], list[str]], *, knows_all: bool
) -> list[ExposedTable]:
    """Return the tables of the database behind MCP_SQL_DATABASE_URL.

    Args:
        columns_of: returns the names of the columns of a table, given its schema and name.
        knows_all: whether that includes columns that the account may not read.

    Raises ImproperlyConfigured, with the entry, if policy.py names a table or column that does not exist.
    """
    tables = []
    for label, wanted in policy.EXPOSED_TABLES.items():
        schema, _, name = label.rpartition(".")
        table = _named_table(label, wanted, columns_of(schema or None, name))
        tables.append(table if knows_all else replace(table, hidden=True))
    return tables


def _named_table(label: str, wanted: policy.Columns, existing: list[str]) -> ExposedTable:
    schema, _, name = label.rpartition(".")
    if missing := [label] if not existing else [name for name in wanted or () if name not in existing]:
        raise ImproperlyConfigured(
            f"EXPOSED_TABLES in sql_access/policy.py names {label}, but the database has no {missing[0]!r}."
        )
    columns = wanted or tuple(column for column in existing if not LOOKS_SECRET.search(column))
    return ExposedTable(name, schema or None, columns, len(columns) < len(existing))
