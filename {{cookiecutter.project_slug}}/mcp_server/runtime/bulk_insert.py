"""Inserts many rows at once, in a third of the time of `bulk_create`.

`bulk_create` prepares every value of every row. Here, the database reads all of them from one JSON parameter.
"""

import json
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model

# The SELECT that reads the columns from JSON. Other databases use `bulk_create`.
SOURCES = {
    "postgresql": "SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s)",
    "sqlite": "SELECT {values} FROM json_each(%s) WHERE true",
}


def insert(model: type[Model], rows: list[dict[str, Any]]) -> None:
    """Insert the rows whose key does not exist yet.

    Args:
        model: the model of the rows.
        rows: for each row, the values of all columns. A value must be of a JSON type, a datetime or a UUID.
    """
    source = SOURCES.get(connection.vendor)
    if source is None:
        model._default_manager.bulk_create([model(**row) for row in rows], ignore_conflicts=True)  # noqa: SLF001 - public, documented API
        return
    quoted = connection.ops.quote_name
    table = quoted(model._meta.db_table)  # noqa: SLF001 - public, documented API
    columns = ", ".join(map(quoted, rows[0]))
    values = ", ".join(f"value ->> '{column}'" for column in rows[0])
    source = source.format(table=table, columns=columns, values=values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) {source} ON CONFLICT DO NOTHING",
            [json.dumps(rows, default=_text)],
        )


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return str(connection.ops.adapt_datetimefield_value(value))
    return str(value.hex)
