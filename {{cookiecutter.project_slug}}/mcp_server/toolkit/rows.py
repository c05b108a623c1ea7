"""Helpers for tools that work on models: filters, pages, look-ups by a key, saving and deleting.

They refuse with a ToolError, whose text tells the model what to do.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db.models import Model, ProtectedError, Q, QuerySet, RestrictedError
from fastmcp.exceptions import ToolError
from pydantic import AfterValidator, Field, StringConstraints

from mcp_server.toolkit.types import without_nul

type PageSize = Annotated[int, Field(ge=1, le=100, description="Most rows on a page.")]
type Limit = Annotated[int, Field(ge=1, le=50, description="Most rows to return.")]
type Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    AfterValidator(without_nul),
    Field(description="Words or parts of words."),
]


@dataclass(frozen=True, slots=True)
class Deleted:
    """How many rows of each kind were deleted, including those that depended on the row."""

    deleted: dict[str, int]


def given(**arguments: Any) -> dict[str, Any]:
    """Return the arguments that are not None, which are those that the client sent."""
    return {name: value for name, value in arguments.items() if value is not None}


def with_words[M: Model](rows: QuerySet[M], query: str, *fields: str) -> QuerySet[M]:
    """Return the rows that have each word of `query` in any of the fields, in upper or lower case."""
    for word in dict.fromkeys(query.split()):
        rows = rows.filter(reduce(or_, (Q(**{f"{field}__icontains": word}) for field in fields)))
    return rows


def page_of[M: Model](rows: QuerySet[M], order_by: str, after: Any, size: int) -> tuple[list[M], Any]:
    """Return a page, and `after` for the next page: the key of its last row, or None on the last page.

    There are no page numbers, because an OFFSET reads all rows before it, and shifts when rows are added
    there.

    Args:
        rows: the whole list.
        order_by: a column without NULL, with a minus for descending order. Rows of equal value follow their
            key.
        after: the key of the last row of the page before, or None for the first page.
        size: the number of rows on a page.
    """
    column, way, minus = (order_by[1:], "lt", "-") if order_by[0] == "-" else (order_by, "gt", "")
    if after is not None:
        last = rows.filter(pk=after).values_list(column, flat=True).first()
        if last is None:
            raise ToolError(f"Row {after} is no longer in this list: begin again with the first page.")
        rows = rows.filter(Q(**{f"{column}__{way}": last}) | Q(**{column: last, f"pk__{way}": after}))
    # One more row than a page, to know whether there is a next page.
    found = list(rows.order_by(order_by, f"{minus}pk")[: size + 1])
    return found[:size], found[size - 1].pk if len(found) > size else None


def find[M: Model](rows: QuerySet[M], field: str, value: Any) -> M:
    """Return the row whose `field` has that value. Raises ToolError if there is none."""
    row = rows.filter(**{field: value}).first()
    if row is None:
        raise ToolError(_missing(rows, field, value))
    return row


def locked[M: Model](rows: QuerySet[M]) -> QuerySet[M]:
    """Return the same rows, each of which is locked when it is read, until the transaction ends.

    The query has no joins, such as those of an order by a related table, because PostgreSQL cannot lock the
    nullable side of an outer join.
    """
    every = rows.model._base_manager.order_by("pk")  # noqa: SLF001 - public, documented
    return every.select_for_update().filter(pk__in=rows.order_by().values("pk"))


def save[M: Model](row: M, values: Mapping[str, Any], **related: tuple[QuerySet[Any], str]) -> M:
    """Set fields of `row`, validate it as a form does, and save it.

    Args:
        row: a new row, or one from `locked`.
        values: the fields to set.
        **related: for each field with related rows, the queryset in which to look them up, and the field by
            which `values` names them.

    Raises:
        ToolError: if a value is not valid, a related row does not exist, or the database refuses the row.

    """
    lists: dict[str, Sequence[Any]] = {}
    for name, value in values.items():
        field = row._meta.get_field(name)  # noqa: SLF001 - public, documented
        if field.many_to_many:
            lists[name] = _find_all(*related[name], value)
        elif name in related and value is not None:
            setattr(row, field.name, find(*related[name], value))
        else:
            setattr(row, name, value)
    try:
        row.full_clean(exclude=[field.name for field in row._meta.fields if not field.editable])  # noqa: SLF001
        with transaction.atomic():
            row.save()
            for name, chosen in lists.items():
                getattr(row, name).set(chosen)
    except ValidationError as error:
        raise ToolError(f"Nothing was saved. {_problems(error)}") from error
    except (IntegrityError, DataError) as error:
        raise ToolError(
            "Nothing was saved: these values conflict with another row or a rule of the database."
        ) from error
    return row


def delete(row: Model) -> Deleted:
    """Delete `row`. Raises ToolError if other rows need it."""
    try:
        with transaction.atomic():
            _, deleted = row.delete()
    except (ProtectedError, RestrictedError) as error:
        others = error.protected_objects if isinstance(error, ProtectedError) else error.restricted_objects
        kinds = Counter(str(other._meta.verbose_name) for other in others)  # noqa: SLF001
        needed_by = ", ".join(f"{kind} ({count})" for kind, count in kinds.items())
        raise ToolError(f"Nothing was deleted: it is needed by {needed_by}.") from error
    return Deleted(deleted)


def _find_all(rows: QuerySet[Any], field: str, values: Sequence[Any]) -> list[Any]:
    found = list(rows.filter(**{f"{field}__in": values}))
    unknown = set(values) - {getattr(row, field) for row in found}
    if unknown:
        raise ToolError(_missing(rows, field, min(unknown, key=str)))
    return found


def _missing(rows: QuerySet[Any], field: str, value: Any) -> str:
    options = rows.model._meta  # noqa: SLF001
    label = "id" if field == "pk" else options.get_field(field).verbose_name
    return f"There is no {options.verbose_name} with the {label} {str(value)!r}."


def _problems(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(
        text if name == "__all__" else f"{name}: {text}"
        for name, texts in error.message_dict.items()
        for text in texts
    )
