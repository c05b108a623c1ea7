"""Estimates how many rows a query returns, or collects into one value. Like sizes.py, it is coarse.

Each table counts as ROWS rows. A table that is joined with = multiplies the rows by MATCHES, and any other
table by its own rows.
"""

import math
import re
from collections.abc import Callable, Iterator

from sqlglot import exp

from sql_access.scopes import Scopes
from sql_access.syntax import COLLECT

ROWS = 1000
MATCHES = 3  # rows of one table for each row of another that is joined to it with =
COUNTED = 1_000_000  # rows of a recursive query that reads no table, such as a counter
MANY_ROWS = 25_000_000  # the most rows that a database makes within TIMEOUT

# Functions that make many rows from one, and functions that make one row from many.
MAKE_ROWS = {
    *("generate_series", "json_array_elements", "json_array_elements_text", "json_each", "json_each_text"),
    *("json_object_keys", "jsonb_array_elements", "jsonb_array_elements_text", "jsonb_each"),
    *("jsonb_each_text", "jsonb_object_keys", "unnest"),
}
ONE_ROW = COLLECT | {"avg", "count", "max", "min", "sum"}


class Rows:
    """Estimates the rows of each query in one statement.

    Args:
        scopes: the sources of the names in the statement.
        size: returns the most characters that a value may have.
    """

    def __init__(self, scopes: Scopes, size: Callable[[exp.Expr], int]) -> None:
        self._scopes = scopes
        self._size = size
        self._rows: dict[tuple[int, bool], int] = {}

    def count(self, query: exp.Expr, *, collected: bool = False) -> int:
        """Return how many rows a query returns or, if `collected`, how many its aggregates take in."""
        key = (id(query), collected)
        if key not in self._rows:
            # A recursive query gets this number for the rows that it reads from itself.
            tables = query.find_all(exp.Table)
            reads = any(
                isinstance(table.this, exp.Identifier) and not self._scopes.cte(table) for table in tables
            )
            self._rows[key] = ROWS if reads else COUNTED
            self._rows[key] = min(MANY_ROWS, sum(self._count_arm(arm, collected) for arm in arms(query)))
        limit = query.args.get("limit")
        if not collected and isinstance(limit, exp.Limit) and limit.expression.name.isdigit():
            return min(self._rows[key], int(limit.expression.name))
        return self._rows[key]

    def _count_arm(self, query: exp.Expr, collected: bool) -> int:
        if isinstance(query, exp.Values):
            return len(query.expressions)
        calls = [call for item in query.expressions for call in item.find_all(exp.Anonymous, exp.GroupConcat)]
        names = {"group_concat" if isinstance(call, exp.GroupConcat) else call.name.lower() for call in calls}
        if not collected and names & ONE_ROW and not query.args.get("group") and not query.find(exp.Window):
            return 1
        sources = self._scopes.read_by(query)
        rows = 1
        for group in _joined(query, sources):
            rows *= max(map(self._count_source, group)) * MATCHES ** (len(group) - 1)
        for call in calls:
            if call.name.lower() in MAKE_ROWS:
                rows *= self._count_call(call)
        if grouping := query.args.get("group"):
            rows *= _sets(grouping)  # each row is in one group of each set
        return min(rows, MANY_ROWS)

    def _count_source(self, source: exp.Expr) -> int:
        inner = source.this if isinstance(source, exp.Lateral | exp.Table) else source
        if isinstance(source, exp.Table) and isinstance(inner, exp.Identifier):
            cte = self._scopes.cte(source)
            return self.count(cte.this) if cte else ROWS
        if isinstance(inner, exp.Anonymous | exp.Unnest):
            return self._count_call(inner)
        return self.count(inner.this if isinstance(inner, exp.Subquery) else inner)

    def _count_call(self, call: exp.Expr) -> int:
        if call.name.lower() == "generate_series":
            numbers = [item.name for item in call.expressions if isinstance(item, exp.Literal)]
            if len(numbers) == len(call.expressions) and all(map(str.isdigit, numbers)):
                return max(1, int(numbers[1]) - int(numbers[0]) + 1) if len(numbers) > 1 else 1
            return _days(call)
        return max(1, sum(map(self._size, call.iter_expressions())))


def _days(call: exp.Expr) -> int:
    """Return how many rows generate_series makes between two literal dates, or else MANY_ROWS."""
    years = [int(item.name[:4]) for item in call.find_all(exp.Literal) if re.match(r"\d{4}-", item.name)]
    steps = " ".join(item.name.lower() for item in call.find_all(exp.Literal, exp.Var))
    if len(years) != 2 or not re.search("hour|day|week|month|year", steps) or re.search("sec|min|mic", steps):  # noqa: PLR2004
        return MANY_ROWS
    return (abs(years[1] - years[0]) + 1) * (8784 if "hour" in steps else 366)


def _sets(node: exp.Expr) -> int:
    """Return how many grouping sets a GROUP BY has: GROUPING SETS, CUBE and ROLLUP stand for several."""
    match node:
        case exp.Group():
            return min(MANY_ROWS, math.prod(map(_sets, node.iter_expressions())))
        case exp.GroupingSets():
            return sum(map(_sets, node.expressions))
        case exp.Cube():
            return 1 << min(len(node.expressions), 20)
        case exp.Rollup():
            return len(node.expressions) + 1
    return 1


def arms(query: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the SELECTs and VALUES that a UNION, EXCEPT or INTERSECT combines."""
    queries = [query]
    while queries:
        arm = queries.pop()
        if isinstance(arm, exp.SetOperation):
            queries += [arm.this, arm.expression]
        elif isinstance(arm, exp.Subquery):
            queries.append(arm.this)
        else:
            yield arm


def _joined(query: exp.Expr, sources: list[exp.Expr]) -> list[list[exp.Expr]]:
    """Return the sources of a SELECT in groups: sources that are joined with = are in the same group."""
    group = {source.alias_or_name: number for number, source in enumerate(sources)}
    for one, other in _pairs(query, sources):
        if one in group and other in group:
            old, new = group[one], group[other]
            group = {name: new if number == old else number for name, number in group.items()}
    groups: dict[int, list[exp.Expr]] = {}
    for number, source in enumerate(sources):
        groups.setdefault(group.get(source.alias_or_name, -number), []).append(source)
    return list(groups.values())


def _pairs(query: exp.Expr, sources: list[exp.Expr]) -> Iterator[tuple[str, str]]:
    """Yield the names of each pair of sources that are joined with =."""
    joins = [join for join in query.find_all(exp.Join) if join.parent_select is query]
    for join in joins:
        if join.args.get("using") or join.args.get("method") == "NATURAL":
            yield join.alias_or_name, sources[0].alias_or_name
    where = query.args.get("where")
    for condition in [*(join.args.get("on") for join in joins), where and where.this]:
        for part in condition.flatten() if isinstance(condition, exp.And) else [condition]:
            if isinstance(part, exp.EQ):
                yield _table(part.left), _table(part.right)


def _table(side: exp.Expr) -> str:
    """Return the table of a column on one side of =, also within a cast, a call or a sum. Else, return ""."""
    while isinstance(side, exp.Cast | exp.Paren | exp.Add | exp.Sub | exp.Anonymous):
        side = side.expressions[-1] if isinstance(side, exp.Anonymous) and side.expressions else side.this
    return side.table if isinstance(side, exp.Column) else ""
