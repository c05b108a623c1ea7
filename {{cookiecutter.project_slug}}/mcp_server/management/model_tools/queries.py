"""How lists of rows are filtered, ordered and searched. Filters and orders need an index."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from mcp_server.management.model_tools.columns import Column, Columns
from mcp_server.management.model_tools.kinds import TEXTS, kind_of

RANGES = {"DateField", "DateTimeField", "DecimalField", "FloatField", "TimeField"}
ARGUMENTS_OF_LISTS = {"order_by", "after_id", "page_size"}


@dataclass(frozen=True)
class Filter:
    """An argument of a list: its name, the column that has its type, and its lookup."""

    argument: str
    column: Column
    lookup: str


def filters_of(model: type[Model], columns: Columns) -> list[Filter]:
    """Return the filters of a list: choices, booleans, and fields with an index, such as relations."""
    indexed = indexed_fields(model)
    filters = [
        each
        for column in columns.shown
        if not column.is_long and (column.field.name in indexed or _is_a_choice(column))
        for each in _filters(column)
    ]
    return [each for each in filters if each.argument not in ARGUMENTS_OF_LISTS]


def orders_of(model: type[Model], columns: Columns) -> list[str]:
    """Return the orders of a list, the default one first. They use fields with an index and without NULL."""
    options = model._meta  # noqa: SLF001 - public, documented
    indexed = indexed_fields(model)
    usual = [name for name in options.ordering or () if isinstance(name, str)]
    wanted = {name.lstrip("-") for name in usual}
    names = [
        column.field.name
        for column in columns.shown
        if not column.key
        and not column.is_long
        and not column.field.null
        and kind_of(column.field) != "BooleanField"
        and (column.field.name in wanted or (column.field.name in indexed and not column.field.choices))
    ]
    key = "pk" if options.pk.is_relation else options.pk.name
    orders = [order for name in [*names, key] for order in (name, f"-{name}")]
    first = usual[0] if usual and usual[0] in orders else key
    return [first, *(order for order in orders if order != first)]


def searched_fields(columns: Columns) -> list[str]:
    """Return the text fields in which words are searched."""
    return [
        column.field.name
        for column in columns.shown
        if not column.key
        and kind_of(column.field) in TEXTS - {"GenericIPAddressField"}
        and not column.field.choices
    ]


def indexed_fields(model: type[Model]) -> set[str]:
    """Return the fields that are the first of an index."""
    options = model._meta  # noqa: SLF001 - public, documented
    first = {
        index.fields[0].lstrip("-") if getattr(index, "fields", ()) else ""
        for index in [*options.indexes, *options.constraints]
    }
    first |= {fields[0] for fields in options.unique_together}
    fields: Iterable[Any] = options.concrete_fields
    return first | {field.name for field in fields if field.db_index or field.unique}


def _is_a_choice(column: Column) -> bool:
    return bool(column.field.choices) or kind_of(column.field) == "BooleanField"


def _filters(column: Column) -> Iterator[Filter]:
    field: Any = column.field
    if column.key and column.key != "pk":
        yield Filter(column.name, column, f"{field.name}__{column.key}")
    elif column.key or field.choices or kind_of(field) not in RANGES:
        yield Filter(column.name, column, column.name)
    elif kind_of(field) in {"DecimalField", "FloatField"}:
        yield Filter(f"{column.name}_min", column, f"{column.name}__gte")
        yield Filter(f"{column.name}_max", column, f"{column.name}__lte")
    else:
        yield Filter(f"{column.name}_from", column, f"{column.name}__gte")
        yield Filter(f"{column.name}_before", column, f"{column.name}__lt")
