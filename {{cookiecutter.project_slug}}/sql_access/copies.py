"""Estimates how large a statement becomes in the database, which copies subqueries to where they are used.

Before databases plan, they merge subqueries into the query around them: with `(SELECT y + y AS x …)`, each
`x` outside becomes `y + y`. So a few lines become a statement of gigabytes, in the database or, with SQLite,
in this process, and no time limit ends that. Each copy also makes its values again.
"""

from collections.abc import Callable, Iterable
from typing import ClassVar

from sqlglot import exp

from sql_access.columns import Columns
from sql_access.scopes import Scopes

MAX_PARTS = 10_000  # nodes of a statement with all copies, for which PostgreSQL takes up to 60 MB
TABLE = 100  # a table is as much work for the database as this many other nodes


def parts(node: exp.Expr) -> int:
    """Return what `node` itself adds to the size of the statement."""
    return 0 if isinstance(node, exp.Identifier) else TABLE if isinstance(node, exp.Table) else 1


class Copies(Columns):
    """Adds up a number for each node of one statement, including the copies.

    Args:
        scopes: the sources of the names in the statement.
        count: returns the number of one node.
        most: the largest sum that matters. Every larger sum becomes `most + 1`.
    """

    stored: ClassVar[int] = 0
    least: ClassVar[int] = 0

    def __init__(self, scopes: Scopes, count: Callable[[exp.Expr], int], most: int) -> None:
        super().__init__(scopes)
        self._count = count
        self._most = most

    def measure(self, node: exp.Expr) -> int:
        """Return the sum of `node` and all nodes below it, at most `most + 1`."""
        if id(node) not in self._known:
            self._scopes.steps.take()
            self._known[id(node)] = self._most + 1  # for a recursive query, which leads back to itself
            self._known[id(node)] = min(self._total(node), self._most + 1)
        return self._known[id(node)]

    def _total(self, node: exp.Expr) -> int:
        below = [self.measure(child) for child in node.iter_expressions()]
        total = self._count(node) + sum(below)
        match node:
            case exp.Column() | exp.Star():
                total += max(self.column(node), self._renamed(node))
            case exp.Table() if cte := self._scopes.cte(node):
                total += 0 if self._scopes.reads_itself(cte) else self.measure(cte.this)
            case exp.Between():  # PostgreSQL makes two comparisons of it
                total += self.measure(node.this)
            case exp.In():  # and here one for each value
                total += self.measure(node.this) * len(node.expressions)
        return total

    def _renamed(self, column: exp.Expr) -> int:
        """Return the largest sum of the aliases for which SQLite and MySQL may take the name of `column`."""
        found, place = 0, self._places.get(id(column))
        while place and isinstance(column, exp.Column) and not column.table:
            if place.sees_items:
                items = place.scope.items.get(column.name.lower(), [])
                self._scopes.steps.take(1 + len(items))
                found = max([found, *map(self.measure, items)])
            place = place.scope.place
        return found

    def _together(self, numbers: Iterable[int]) -> int:
        return sum(numbers)

    def _cte(self, cte: exp.CTE) -> list[int]:
        return [0] if self._scopes.reads_itself(cte) else self._outputs(cte.this)

    def _call(self, call: exp.Expr) -> int:
        return self.measure(call)
