"""Estimates the length of the texts that a statement makes, and of the values that it collects from rows.

No database checks its time limit during a function call, and nothing limits the length of a text: a few
nested calls make gigabytes. So a statement may make at most MAX_MADE characters. The estimate assumes COLUMN
characters for each column of a table. It is coarse, but it grows whenever the statement multiplies something.
"""

import math
import re
from collections.abc import Iterable
from typing import ClassVar

from fastmcp.exceptions import ToolError
from sqlglot import exp

from sql_access.columns import Columns
from sql_access.copies import MAX_PARTS, Copies, parts
from sql_access.rows import Rows
from sql_access.scopes import Scopes
from sql_access.syntax import COLLECT

# In characters: what a statement may make, a column of a table, a number, and a row in the memory of the
# database, besides its values.
MAX_MADE = 50_000_000
COLUMN = 100
NUMBER = 20
ENTRY = 64
TOO_LONG = (
    "The statement makes texts or lists that are too long ({}): call fewer functions on the results of other "
    "functions, join tables with =, or collect from a subquery with LIMIT."
)
TOO_LARGE = (
    "The statement is too large ({}), because the database copies a subquery to each place that names one of "
    "its columns: name them less often."
)
GROWING = 1_000_000  # characters of a text to which a recursive query appends in each step
MAX_ROUNDS = 10  # estimates of a recursive query, to find the columns that grow
MAX_DIGITS = 131_072  # of PostgreSQL's type numeric, before the point
# A multiplication takes as many steps as the product of the lengths. This many take as long as one character.
DIGITS_AT_ONCE = 500

# A search for a regular expression takes up to 0.15 seconds in MariaDB. It counts as this many characters.
REGULAR = 1_000_000
MAX_DEPTH = 100  # of JSON in MySQL. A path with ** returns a value once for each list or object around it.

# How many times longer than its arguments the value of a function may be, because of escapes, character codes
# and the padding of a format. JSON and arrays have a backslash before each quote.
LONGER = {"hex": 2, "encode": 4, "upper": 2, "lower": 2, "ucase": 2, "initcap": 2, "string_to_array": 8}
LONGER |= dict.fromkeys(("array_agg", "row_to_json", "to_json", "to_jsonb"), 2)
LONGER |= dict.fromkeys(("date_format", "format", "printf", "strftime", "to_char"), 10)

# A cast to these types splits a text into values, which take more memory: '1,' becomes a whole number.
OF_PARTS = {exp.DType.ARRAY, exp.DType.JSONB}

# Functions that return one of their arguments.
CHOOSE = {"coalesce", "greatest", "if", "ifnull", "iif", "least", "max", "min", "mode", "nullif"}
CHOOSE |= {"first_value", "lag", "last_value", "lead", "nth_value", "percentile_disc"}

ARITHMETIC = (exp.Mul, exp.Div, exp.IntDiv, exp.Mod)
# Functions that may build the text of a huge number from short texts.
PUT_TOGETHER = {"array_to_string", "concat", "concat_ws", "regexp_replace", "replace", "reverse", "translate"}

# Expressions that make a new value, and the ones among them that only pass a value on.
MAKE = (exp.Func, exp.Binary, exp.Cast, exp.Array, exp.Bracket, exp.Predicate, exp.Trim)
PASS_ON = (exp.And, exp.Or, exp.Case, exp.Exists, exp.Unnest)
HUGE_NUMBER = re.compile(r"[eE]\+?\d{4}")


class Sizes(Columns):
    """Estimates the length of each value in one statement, in characters.

    Args:
        query: the statement.
        scopes: the sources of the names in the statement.
    """

    stored: ClassVar[int] = COLUMN
    least: ClassVar[int] = NUMBER

    def __init__(self, query: exp.Query, scopes: Scopes) -> None:
        super().__init__(scopes)
        self._query = query
        self._rows = Rows(scopes, self.measure)
        self._recursive: dict[int, list[int]] = {}  # the columns that a recursive CTE reads from itself

    def check(self) -> None:
        """Raise ToolError if the statement makes too much text, or is too large with all of its copies."""
        for count, most, what in ((self._made, MAX_MADE, TOO_LONG), (parts, MAX_PARTS, TOO_LARGE)):
            copies = Copies(self._scopes, count, most)
            # From the innermost node outwards, so that no estimate recurses deeply.
            for node in reversed(list(self._query.walk())):
                if copies.measure(node) > most:
                    name = node.name if isinstance(node, exp.Anonymous) else node.key
                    raise ToolError(what.format(name.upper()))

    def _made(self, node: exp.Expr) -> int:
        """Return how many characters `node` itself makes, or an amount of characters that takes as long."""
        if (kept := self._kept(node)) is not None:
            # A recursive query makes rows too slowly to fill the memory before its time is over.
            entry = 0 if isinstance(kept, exp.Union) and isinstance(kept.parent, exp.CTE) else ENTRY
            return (sum(self._outputs(kept)) + entry) * self._rows.count(kept)
        parts = [self.measure(part) for part in node.iter_expressions()]
        is_call = isinstance(node, exp.Anonymous)
        if isinstance(node, ARITHMETIC) or (is_call and node.name.lower() in {"div", "mod"}):
            return math.prod(parts) // DIGITS_AT_ONCE
        if isinstance(node, exp.RegexpLike) or (is_call and node.name.lower() == "regexp_substr"):
            return REGULAR
        makes = isinstance(node, MAKE) and not isinstance(node, PASS_ON)
        return max(self.measure(node), sum(parts)) if makes else 0

    def measure(self, node: exp.Expr) -> int:
        """Return the most characters that the value of `node` may have, but no more than 2 * MAX_MADE."""
        if id(node) not in self._known:
            self._scopes.steps.take()
            self._known[id(node)] = max(1, min(self._estimate(node), MAX_MADE * 2))
        return self._known[id(node)]

    def _estimate(self, node: exp.Expr) -> int:
        if isinstance(node, exp.Query):
            return max(self._outputs(node))
        size = sum(self._sizes(node)) + NUMBER * isinstance(node, exp.Func)
        match node:
            case exp.Literal():
                size = MAX_DIGITS if HUGE_NUMBER.search(node.name) else len(node.name)
            case exp.Column() | exp.Star():
                size = self.column(node)
            case exp.Cast() if node.to.this == exp.DType.DECIMAL and not node.to.expressions:
                size = self._digits(node.this)
            case exp.Cast() if node.to.this in OF_PARTS:
                size = 8 * self.measure(node.this)
            case exp.Cast():
                size = max(NUMBER, self.measure(node.this) * (1 if isinstance(node.this, exp.Cast) else 2))
            case exp.Array():
                size = 2 * sum(self._sizes(node))
            case exp.GroupConcat():
                size = self._collected(node, sum(self._sizes(node)))
            case exp.Anonymous():
                size = self._called(node, node.name.lower(), self._sizes(node))
            case exp.Case() | exp.If() | exp.Window() | exp.Filter() | exp.WithinGroup() | exp.Bracket():
                size = max(self._sizes(node), default=NUMBER)
            case exp.Predicate() | exp.Connector() | exp.Interval() | exp.Extract():
                size = NUMBER
            case exp.Add() | exp.Sub() | exp.Neg():
                size = max(NUMBER, *self._sizes(node))
        return size

    def _called(self, call: exp.Anonymous, name: str, sizes: list[int]) -> int:
        first, others = (sizes or [NUMBER])[0], sum(sizes[1:])
        written = [item.name if isinstance(item, exp.Literal) else None for item in call.expressions]
        longer = LONGER.get(name, 2 if name.startswith("json") else 1)
        size = longer * sum(sizes) + NUMBER * (name not in LONGER)
        match name, written:
            case ("exp", _):
                size = MAX_DIGITS // 20
            case ("pow" | "power", [_, exponent, *_]):
                is_number = exponent is not None and exponent.isdigit()
                size = min(MAX_DIGITS, first * int(exponent)) if is_number and exponent else MAX_DIGITS // 2
            case ("left" | "right", [_, str(length)]) | ("substr" | "substring", [_, _, str(length)]):
                size = min(first, int(length)) if length.isdigit() else first
            case ("replace", [_, str(old), str(new), *_]):
                size = first * max(1, -(-len(new) // max(1, len(old))))
            case ("replace" | "regexp_replace" | "array_to_string", _):
                size = first + first * others
            case ("concat_ws", _):
                size = others + first * len(sizes)
            case ("json_extract", [_, *paths]):
                is_deep = any(path is None or "**" in path for path in paths)
                size = longer * first * len(paths) * (MAX_DEPTH if is_deep else 1)
            case _ if name in COLLECT:
                size = self._collected(call, longer * sum(sizes))
            case _ if name in CHOOSE:
                size = max(sizes, default=NUMBER)
        return size

    def _digits(self, text: exp.Expr) -> int:
        """Return the most digits of the number in `text`: '1e13' || '1000' has 131,000 digits."""
        size = self.measure(text)
        if isinstance(text, exp.DPipe | exp.GroupConcat) or text.name.lower() in PUT_TOGETHER:
            return MAX_DIGITS
        return MAX_DIGITS // 2 if isinstance(text, exp.Column) and size not in {NUMBER, COLUMN} else size

    def _sizes(self, node: exp.Expr) -> list[int]:
        return [self.measure(child) for child in node.iter_expressions() if not isinstance(child, exp.Order)]

    def _collected(self, call: exp.Expr, width: int) -> int:
        """Return the length of a value that collects the rows of a SELECT, each of `width` characters."""
        select = call.parent_select
        return (width + NUMBER) * (self._rows.count(select, collected=True) if select else 1)

    def _cte(self, cte: exp.CTE) -> list[int]:
        if id(cte) in self._recursive:
            return self._recursive[id(cte)]
        query = cte.this
        if not isinstance(query, exp.SetOperation) or not self._scopes.reads_itself(cte):
            return self._outputs(query)
        # Estimate the recursive part with the sizes of the step before, until no column grows.
        sizes = self._recursive[id(cte)] = [max(NUMBER, size) for size in self._outputs(query.this)]
        rounds = 0
        while True:
            rounds += 1
            for node in query.expression.walk():
                self._scopes.steps.take(4)  # to forget the size, and to estimate it again
                self._known.pop(id(node), None)
                self._of_sources.pop(id(node), None)
                self._recursive.pop(id(node), None)  # a recursive CTE inside this one
            later = self._outputs(query.expression)
            if max(later) > GROWING + GROWING // 10:
                raise ToolError(f"The query {cte.alias} multiplies a text at each step: add to it instead.")
            if len(later) != len(sizes):
                later, sizes = [max(later)], [max(sizes)]
            if all(new <= old for new, old in zip(later, sizes, strict=True)):
                return sizes
            # If each column reads the next one, a round finds only one more column that grows.
            # So after MAX_ROUNDS, all columns count as growing.
            sizes = [
                max(GROWING, old) if new > old or rounds >= MAX_ROUNDS else old
                for new, old in zip(later, sizes, strict=True)
            ]
            if sizes == self._recursive[id(cte)]:
                return sizes
            self._recursive[id(cte)] = sizes

    def _kept(self, node: exp.Expr) -> exp.Expr | None:
        """Return the query whose rows the database keeps in memory to find equal ones, if `node` has one."""
        match node:
            case exp.Except() | exp.Intersect():
                return node
            case exp.Union(parent=exp.CTE() as cte) if node.args.get("distinct"):
                return node if self._scopes.reads_itself(cte) else None
            case exp.In():
                return node.args.get("query")
            case exp.Any() | exp.All() | exp.Exists():
                return node.this.unnest() if isinstance(node.this.unnest(), exp.Query) else None
        return None

    # The rest of `Columns`

    def _together(self, numbers: Iterable[int]) -> int:
        return max(numbers)

    def _call(self, call: exp.Expr) -> int:
        return max(NUMBER, sum(self._sizes(call)))
