"""A query that is compiled only once, for the check of the token, which every request makes.

Django takes ten times as long to compile such a query as to run it.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

type Row = tuple[Any, ...]


class CompiledQuery:
    """Finds rows by digests. It is compiled once for each number of digests."""

    def __init__(self, rows: Callable[[Sequence[str]], QuerySet[Any, Row]]) -> None:
        """Store the function that builds the query.

        Args:
            rows: takes the digests, and returns a `values_list` whose first column is the digest. The digests
                must be the only parameters of the query.
        """
        self._rows = rows
        self._compile = functools.lru_cache(maxsize=100)(self._compile_anew)

    def find(self, digests: Sequence[str]) -> dict[str, Row]:
        """Return the raw rows by digest, with one query."""
        with connection.cursor() as cursor:
            cursor.execute(self._compile(len(digests))[1], digests)
            return {row[0]: row for row in cursor.fetchall()}

    def values(self, row: Row) -> Row:
        """Convert a row of `find` to Python values, where the database has other types."""
        values = list(row)
        for column, (converters, expression) in self._converters.items():
            for convert in converters:
                values[column] = convert(values[column], expression, connection)
        return tuple(values)

    def _compile_anew(self, count: int) -> tuple[SQLCompiler, str]:
        rows = self._rows([str(number) for number in range(count)])
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        return compiler, compiler.as_sql()[0]

    @functools.cached_property
    def _converters(self) -> Any:
        compiler, _ = self._compile(1)
        return compiler.get_converters([column for column, *_ in compiler.select or ()])


def columns_of(model: type[Any], prefix: str = "") -> list[str]:
    """Return the names of the columns that `model.from_db` takes, each with `prefix`."""
    return [prefix + field.attname for field in model._meta.concrete_fields]  # noqa: SLF001 - public, documented API
