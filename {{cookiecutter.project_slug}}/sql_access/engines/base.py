"""The base class of engines, which run statements on one kind of database."""

import functools
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from sqlglot import Dialect

from sql_access import policy
from sql_access.readable import ExposedTable, exposed_models, exposed_tables
from sql_access.results import Column, ColumnInfo

# The columns of a result, and an iterator over its rows.
type Answer = tuple[list[Column], Iterator[Sequence[Any]]]

MAX_SAID = 500  # characters of an error
ROW_TOO_LARGE = f"A row is larger than {policy.MAX_BYTES} bytes: select less of it."


def shortened(said: object) -> str:
    """Return the first MAX_SAID characters of the message of a database, which may quote a huge value."""
    text = str(said).strip()
    return f"{text[:MAX_SAID]}…" if len(text) > MAX_SAID else text.rstrip(".")


class Engine(ABC):
    """A database on which statements are run.

    Args:
        config: its entry in Django's `DATABASES`.
        own: whether it is the project's own database. Then EXPOSED_MODELS lists what may be read, and
            EXPOSED_TABLES otherwise.
    """

    vendor: ClassVar[str]
    dialect: ClassVar[type[Dialect]]
    # Whether to quote all names, so that none is a keyword such as PostgreSQL's `user`.
    quotes_names: ClassVar[bool]
    explain: ClassVar[str]
    # Whether `describe` also returns columns that the account may not read.
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
        """The readable tables. Raises ImproperlyConfigured if policy.py names one that does not exist."""
        if self.own:
            return exposed_models()
        return exposed_tables(self._columns, knows_all=self.knows_all_columns)

    def _columns(self, schema: str | None, table: str) -> list[str]:
        return [column.name for column in self.describe(schema, table)]

    @abstractmethod
    def query(self, statement: str) -> AbstractContextManager[Answer]:
        """Run one statement, which can only read, and for at most TIMEOUT seconds.

        Raises ToolError with the message of the database if the statement fails.
        """

    def plan(self, statement: str) -> AbstractContextManager[Answer]:
        """Return the plan of a statement, without running it. Raises ToolError as `query` does."""
        return self.query(self.explain + statement)

    @abstractmethod
    def describe(self, schema: str | None, table: str) -> list[ColumnInfo]:
        """Return the columns of a table. There are none if the table does not exist."""
