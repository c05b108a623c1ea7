"""The base class of estimates. It traces each column to its source, and takes the measure of the source."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar

from sqlglot import exp

from sql_access.rows import arms
from sql_access.scopes import Place, Scopes


class Columns(ABC):
    """Measures the expressions of one statement: `Sizes` in characters, `Copies` in nodes or characters.

    A column has the measure of the expression that it is read from: in `SELECT x FROM (SELECT y + y AS x …)`
    this is `y + y`. If several sources are possible, the largest measure counts.

    Args:
        scopes: the sources of the names in the statement.
    """

    # The measure of a column of a table, and of a query without columns.
    stored: ClassVar[int]
    least: ClassVar[int]

    def __init__(self, scopes: Scopes) -> None:
        self._scopes = scopes
        self._places = {id(column): place for column, place in scopes.columns}
        # Results that are kept, by the id() of an expression and of a source.
        self._known: dict[int, int] = {}
        self._of_sources: dict[int, tuple[list[int], int]] = {}

    @abstractmethod
    def measure(self, node: exp.Expr) -> int:
        """Return the measure of an expression."""

    @abstractmethod
    def _together(self, numbers: Iterable[int]) -> int:
        """Combine the measures that one column has in the SELECTs of a UNION."""

    @abstractmethod
    def _cte(self, cte: exp.CTE) -> list[int]:
        """Return the measures of the columns of a CTE in their order, or one for all of them."""

    @abstractmethod
    def _call(self, call: exp.Expr) -> int:
        """Return the measure of each column of a function in a FROM."""

    def column(self, column: exp.Column | exp.Star) -> int:
        """Return the measure of the source of a column."""
        place = self._places.get(id(column))
        is_named = isinstance(column.this, exp.Identifier)
        name = self._scopes.spell(column.this) if is_named else "*"
        if isinstance(column, exp.Column) and column.table:
            sources = self._scopes.sources(column, place)
        else:
            sources = self._visible(name, place)
        return max((self._source(source, name) for source in sources), default=self.stored)

    def _visible(self, name: str, place: Place | None) -> list[exp.Expr]:
        """Return the sources to which a column may belong that is written without a table."""
        while place:
            here = [source for named in place.scope.sources.values() for source in named]
            self._scopes.steps.take(len(here))
            if here and (name == "*" or name in place.scope.sources):
                return here
            for source in here:
                positions = self._scopes.positions(source)
                if name in positions or None in positions:
                    return here
            place = place.scope.place
        return []

    def _source(self, source: exp.Expr, name: str) -> int:
        """Return the measure of the column `name` of a source.

        If the source has no such column, `name` is the source itself: a row of it as one value.
        """
        self._scopes.steps.take()
        position = self._scopes.positions(source).get(name)
        count = len(self._scopes.names(source))
        numbers, most = self._columns(source)
        if position is None:
            # The text of a row doubles the quotes in its values.
            return 2 * most * count
        return numbers[position] if count == len(numbers) else most

    def _columns(self, source: exp.Expr) -> tuple[list[int], int]:
        """Return the measures of the columns in their order, or one for all of them, and the largest."""
        if id(source) not in self._of_sources:
            numbers = self._read(source)
            self._scopes.steps.take(len(numbers))
            self._of_sources[id(source)] = numbers, max(numbers)
        return self._of_sources[id(source)]

    def _read(self, source: exp.Expr) -> list[int]:
        inner = source.this if isinstance(source, exp.Lateral | exp.Table) else source
        if isinstance(source, exp.Table) and isinstance(inner, exp.Identifier):
            cte = self._scopes.cte(source)
            return self._cte(cte) if cte else [self.stored]
        if isinstance(inner, exp.Anonymous | exp.Unnest):
            return [self._call(inner)]
        return self._outputs(inner)

    def _outputs(self, query: exp.Expr) -> list[int]:
        """Return the measures of the columns of a query in their order, or one for all of them."""
        rows: list[list[exp.Expr]] = []
        for arm in arms(query):
            is_values = isinstance(arm, exp.Values)
            rows += [row.expressions for row in arm.expressions] if is_values else [arm.expressions]
        self._scopes.steps.take(sum(map(len, rows)))
        numbers = [[self._item(item) for item in row] for row in rows]
        if any(item.is_star for row in rows for item in row) or len({len(row) for row in numbers}) > 1:
            return [self._together(max(row, default=self.least) for row in numbers)]
        return [self._together(column) for column in zip(*numbers, strict=True)] or [self.least]

    def _item(self, item: exp.Expr) -> int:
        if not item.is_star:
            return self.measure(item)
        select = item.parent_select
        sources = self._scopes.read_by(select) if select else []
        self._scopes.steps.take(len(sources))
        return max((self._columns(source)[1] for source in sources), default=self.stored)
