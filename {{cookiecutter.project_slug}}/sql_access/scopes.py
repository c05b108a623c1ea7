"""Finds the source of each name in a statement, by the rules of databases.

PostgreSQL reads `d.f` as the call `f(d)` if `d` has no column `f`. So every name that is returned here must
be a column of `d`: an extra name would let a statement call any function, a missing one only refuses it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from fastmcp.exceptions import ToolError
from sqlglot import exp

from sql_access.readable import ExposedTable
from sql_access.steps import Steps

MAX_COLUMNS = 1600  # of one SELECT, as for PostgreSQL

# The parts of a SELECT that do not see all of its sources, but may see those of the SELECT around it.
SEES_LESS = {"from_", "joins", "laterals", "with_"}

type Names = list[str | None]  # None for a column whose name only the database knows


@dataclass(eq=False)
class Scope:
    """A SELECT: its sources, and its place in the SELECT around it."""

    place: "Place | None"
    sources: dict[str | None, list[exp.Expr]] = field(default_factory=dict)  # by their names in this SELECT
    items: dict[str, list[exp.Expr]] = field(default_factory=dict)  # by their aliases in lower case


@dataclass(frozen=True, eq=False)
class Place:
    """A place in a SELECT, and what a name may refer to there."""

    scope: Scope
    sees_all: bool  # all sources of the SELECT
    sees_items: bool = False  # for some databases, also the aliases of what it selects


class Scopes:
    """Looks names up in one statement.

    Args:
        query: the statement. It must not change afterwards, because results are kept by the id() of a node.
        tables: the tables that may be read, by name in lower case.
        spell: returns the spelling of an identifier by which the database compares names.
    """

    def __init__(
        self,
        query: exp.Expr,
        tables: Mapping[str, ExposedTable],
        spell: Callable[[exp.Identifier], str],
    ) -> None:
        self.tables = tables
        self.spell = spell
        self.columns: list[tuple[exp.Column, Place | None]] = []
        self._scopes: dict[int, Scope] = {}
        self.steps = Steps()
        # Results that are kept, by the id() of a query, source, table or CTE.
        self._names: dict[int, Names] = {}
        self._names_of: dict[int, Names] = {}
        self._positions: dict[int, dict[str | None, int]] = {}
        self._ctes: dict[int, exp.CTE | None] = {}
        self._recursive: dict[int, bool] = {}
        steps: list[tuple[exp.Expr, Place | None]] = [(query, None)]
        while steps:
            node, place = steps.pop()
            if isinstance(node, exp.Column):
                self.columns.append((node, place))
            elif place and is_source(node):
                place.scope.sources.setdefault(self.name(node), []).append(node)
            scope = None
            if isinstance(node, exp.Select):
                scope = self._scopes[id(node)] = Scope(place)
                for item in node.expressions:
                    if isinstance(item, exp.Alias):
                        scope.items.setdefault(item.alias.lower(), []).append(item)
            for child in node.iter_expressions(reverse=True):
                part, inside = child.arg_key, place
                if scope:
                    sees_all = part not in SEES_LESS
                    inside = Place(scope, sees_all, sees_items=sees_all and part != "expressions")
                elif place and part == "on":
                    inside = Place(place.scope, place.sees_all, sees_items=True)
                steps.append((child, inside))

    def sources(self, column: exp.Column, place: Place | None) -> list[exp.Expr]:
        """Return the sources that the table in `column` may refer to: several if databases disagree."""
        found: list[exp.Expr] = []
        name = self.spell(column.args["table"])
        while place:
            here = place.scope.sources.get(name, [])
            found += here
            self.steps.take(1 + len(here))
            if here and place.sees_all:
                break
            place = place.scope.place
        return found

    def read_by(self, select: exp.Expr) -> list[exp.Expr]:
        """Return the sources of a SELECT."""
        scope = self._scopes.get(id(select))
        return [source for named in scope.sources.values() for source in named] if scope else []

    def names(self, source: exp.Expr) -> Names:
        """Return the names of the columns of a source."""
        if id(source) not in self._names_of:
            names = self._find_names(source)
            self.steps.take(len(names))
            self._names_of[id(source)] = names
        return self._names_of[id(source)]

    def positions(self, source: exp.Expr) -> dict[str | None, int]:
        """Return the position of each name among the columns of a source: the first of equal names."""
        if id(source) not in self._positions:
            names = self.names(source)
            self._positions[id(source)] = {names[at]: at for at in reversed(range(len(names)))}
        return self._positions[id(source)]

    def cte(self, table: exp.Table) -> exp.CTE | None:
        """Return the CTE that `table` refers to, or None for a table of the database."""
        if id(table) not in self._ctes:
            self._ctes[id(table)] = cte_of(table)
        return self._ctes[id(table)]

    def reads_itself(self, cte: exp.CTE) -> bool:
        """Whether a CTE is recursive."""
        if id(cte) not in self._recursive:
            tables = cte.this.find_all(exp.Table)
            self._recursive[id(cte)] = any(
                self.cte(table) is cte for table in tables if table.name == cte.alias
            )
        return self._recursive[id(cte)]

    def _find_names(self, source: exp.Expr) -> Names:
        alias = source.args.get("alias")
        renamed: Names = [self.spell(column) for column in alias.columns] if alias else []
        call = source.this if isinstance(source, exp.Lateral) else source
        if isinstance(number := call.args.get("offset"), exp.Identifier):  # WITH ORDINALITY
            renamed.append(self.spell(number))
        names, ordered = self._own_names(source)
        return renamed + (names[len(renamed) :] if ordered or not renamed else [])

    def name(self, source: exp.Expr) -> str | None:
        """Return the name that qualifies columns of `source`."""
        alias = source.args.get("alias")
        identifier = alias.this if alias and alias.this else source.this
        return self.spell(identifier) if isinstance(identifier, exp.Identifier) else None

    def _own_names(self, source: exp.Expr) -> tuple[Names, bool]:
        """Return the names that a source has without its alias, and whether its columns are in that order."""
        match source:
            case exp.Table(this=exp.Identifier()):
                if cte := self.cte(source):
                    return self.names(cte), bool(cte.args["alias"].columns) or self._outputs(cte.this)[1]
                label = f"{source.db}.{source.name}" if source.db else source.name
                return list(self.tables[label.lower()].columns), True
            case exp.Values():
                return [
                    f"column{number + 1}" for number in range(len(source.expressions[0].expressions))
                ], True
            case exp.Subquery() | exp.CTE():
                return self._outputs(source.this)
            case exp.Lateral(this=exp.Subquery()):
                return self._outputs(source.this)
        return [None], False

    def _outputs(self, query: exp.Expr) -> tuple[Names, bool]:
        while isinstance(query, exp.SetOperation | exp.Subquery):
            query = query.this
        if isinstance(query, exp.Values):
            return self._own_names(query)
        ordered = not any(item.is_star for item in query.expressions)
        if id(query) not in self._names:
            self._names[id(query)] = []  # for a recursive query, which reads its own columns
            names = [name for item in query.expressions for name in self._item_names(item, query)]
            if len(names) > MAX_COLUMNS:
                raise ToolError(
                    f"A SELECT in this statement has more than {MAX_COLUMNS} columns: select fewer."
                )
            self._names[id(query)] = names
        return self._names[id(query)], ordered

    def _item_names(self, item: exp.Expr, query: exp.Expr) -> Iterator[str | None]:
        scope = self._scopes[id(query)]
        if isinstance(item, exp.Star):
            for source in self.read_by(query):
                yield from self.names(source)
        elif isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
            found = self.sources(item, Place(scope, sees_all=True))
            yield from self.names(found[0]) if len(found) == 1 else []
        elif isinstance(item, exp.Alias):
            yield self.spell(item.args["alias"])
        elif isinstance(item, exp.Column):
            yield self.spell(item.this)
        else:
            yield None


def is_source(node: exp.Expr) -> bool:
    """Whether `node` is a source: a table, a subquery or a function in a FROM."""
    match node:
        case exp.Subquery(this=exp.Table()):
            return False  # parentheses around a join
        case exp.Table() | exp.Subquery() | exp.Values() | exp.Unnest():
            return isinstance(node.parent, exp.From | exp.Join | exp.Table | exp.Subquery)
    return isinstance(node, exp.Lateral)


def cte_of(table: exp.Table) -> exp.CTE | None:
    """Return the CTE around `table` whose name has exactly the same spelling, or None.

    If only some databases would take the name for a CTE, it counts as a table, which must be readable.
    Raises ToolError if a later part of the same WITH defines the name.
    """
    node: exp.Expr = table
    while not table.db and (parent := node.parent):
        visible: list[exp.CTE] = []
        if isinstance(parent, exp.With):
            # A CTE sees the ones before it and, with RECURSIVE, itself.
            position = next(index for index, cte in enumerate(parent.expressions) if cte is node)
            recursive = bool(parent.args.get("recursive"))
            visible = parent.expressions[: position + recursive]
            later = parent.expressions[position + 1 :] if recursive else []
            if any(cte.args["alias"].this == table.this for cte in later):
                raise ToolError(f"Define {table.name} before its first use: databases disagree on this WITH.")
        elif (names := parent.args.get("with_")) and names is not node:
            visible = names.expressions
        for cte in visible:
            if cte.args["alias"].this == table.this:
                return cte
        node = parent
    return None
