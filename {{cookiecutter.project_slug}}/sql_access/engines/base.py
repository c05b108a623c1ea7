"""The base class of engines."""

import functools
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from sqlglot import Dialect

from sql_access.readable import ExposedTable, exposed_models, exposed_tables
from sql_access.results import Column, ColumnInfo

# The columns of a result, and its rows as they come.
type Answer = tuple[list[Column], Iterator[Sequence[Any]]]

MAX_SAID = 500  # characters


def shortened(said: object) -> str:
    """Return what a database says of an error, which may hold a value of megabytes."""
    text = str(said).strip()
    return f"{text[:MAX_SAID]}…" if len(text) > MAX_SAID else text.rstrip(".")


class Engine(ABC):
    """A database that can be asked.

    Args:
        config: what Django's `DATABASES` says of it.
        own: whether it is the project's own, of which models are exposed; else tables are.
    """

    vendor: ClassVar[str]
    dialect: ClassVar[type[Dialect]]
    # Whether names are written in quotes, so that none is a keyword such as PostgreSQL's `user`.
    quotes_names: ClassVar[bool]
    explain: ClassVar[str]
    # Whether `describe` names columns that may not be read.
    knows_all_columns: ClassVar[bool] = True

    def __init__(self, config: dict[str, Any], *, own: bool) -> None:
        self.config = config
        self.own = own

    @property
    @abstractmethod
    def default_schema(self) -> str:
        """The schema of a table that is named without one."""

    @functools.cached_property
    def tables(self) -> list[ExposedTable]:
        """What may be read. Raises ImproperlyConfigured when policy.py names what does not exist."""
        if self.own:
            return exposed_models()
        return exposed_tables(self._columns, knows_all=self.knows_all_columns)

    def _columns(self, schema: str | None, table: str) -> list[str]:
        return [column.name for column in self.describe(schema, table)]

    @abstractmethod
    def query(self, statement: str) -> AbstractContextManager[Answer]:
        """Run one statement, so that it can only read, and not for longer than TIMEOUT.

        Raises ToolError with what the database says about a statement that fails.
        """

    def plan(self, statement: str) -> AbstractContextManager[Answer]:
        """Return the plan of a statement, which is not run."""
        return self.query(self.explain + statement)

    @abstractmethod
    def describe(self, schema: str | None, table: str) -> list[ColumnInfo]:
        """Return the columns of a table; none when there is no such table."""
