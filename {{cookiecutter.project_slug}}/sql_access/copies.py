"""Estimates how large a statement becomes in the database, which copies subqueries to where they are used.

Databases merge subqueries before they plan: with `(SELECT y + y AS x …)`, each `x` around it becomes
`y + y`. So a few lines make a statement of gigabytes, in the database, and on SQLite in this process; no
limit of time ends that. Whatever a subquery makes, it then makes as many times as it is named.
"""

from collections.abc import Callable, Iterable
from typing import ClassVar

from sqlglot import exp

from sql_access.columns import Columns
from sql_access.scopes import Scopes

MAX_PARTS = 10_000  # of a statement with all its copies: up to 60 MB for PostgreSQL
TABLE = 100  # a table is as much work for the database as so many other parts


def parts(node: exp.Expr) -> int:
    """Count `node` alone: a part of the statement."""
    return 0 if isinstance(node, exp.Identifier) else TABLE if isinstance(node, exp.Table) else 1


class Copies(Columns):
    """Adds up the nodes of one statement with all copies of them.

    Args:
        scopes: what the names of the statement stand for.
        count: what a node counts by itself.
        most: where adding up may stop.
    """

    stored: ClassVar[int] = 0
    least: ClassVar[int] = 0

    def __init__(self, scopes: Scopes, count: Callable[[exp.Expr], int], most: int) -> None:
        super().__init__(scopes)
        self._count = count
        self._most = most

    def measure(self, node: exp.Expr) -> int:
        """Return the sum for `node` and all below it."""
        if id(node) not in self._known:
            self._scopes.steps.take()
            self._known[id(node)] = self._most + 1  # should it name itself
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
            case exp.Between():  # PostgreSQL writes both comparisons out
                total += self.measure(node.this)
            case exp.In():  # and one with each value
                total += self.measure(node.this) * len(node.expressions)
        return total

    def _renamed(self, column: exp.Expr) -> int:
        """Return the number of what SQLite and MySQL may take a name for: an item of a SELECT around it."""
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
