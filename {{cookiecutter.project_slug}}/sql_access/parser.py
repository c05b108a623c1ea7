"""From the text a model wrote to the statement that is run: read, checked, and written anew.

The text itself never reaches the database. Each rule raises ToolError with a sentence that says what
is allowed, so that the model can do better.
"""

from collections.abc import Mapping

from fastmcp.exceptions import ToolError
from sqlglot import Dialect, ErrorLevel, exp
from sqlglot.errors import SqlglotError, UnsupportedError

from sql_access.dialects import ReadingStepsError
from sql_access.readable import ExposedTable
from sql_access.syntax import (
    MAX_PATTERN,
    MAX_SEARCHED,
    MAX_TRIMMED,
    NODES,
    PATTERNS,
    SEARCHES,
    SYSTEM_COLUMNS,
    TAKE_A_UNIT,
    TRIMS,
    TYPES,
)

TABLE_PARTS = {"this", "db", "alias", "joins"}


class Reader:
    """Reads statements for one database.

    Args:
        dialect: one of dialects.py.
        functions: names of the functions that may be called, in lower case.
        tables: what may be read, by name in lower case.
        quote: whether names are put in quotes, so that none is a keyword such as PostgreSQL's `user`.
    """

    def __init__(
        self,
        dialect: type[Dialect],
        functions: frozenset[str],
        tables: Mapping[str, ExposedTable],
        *,
        quote: bool,
    ) -> None:
        self.dialect = dialect()
        self.functions = functions
        self.tables = tables
        self.quote = quote

    def read(self, text: str, limit: int) -> str:
        """Return the statement to run instead of `text`, which gives at most `limit` rows.

        Raises ToolError when it is not one query, or reads or calls what is not allowed.
        """
        try:
            # What is checked is what sqlglot understood after writing it once: then nothing can have
            # one meaning here and another one there.
            query = self._parse(self._write(self._parse(text)))
            self._check(query)
            self._expose(query)
            _limit(query, limit)
            statement = self._write(query)
            if self._write(self._parse(statement)) != statement:
                raise ToolError("This statement is ambiguous: write it more plainly.")
        except UnsupportedError as error:
            raise ToolError(f"This database cannot do that: {error}.") from error
        except (SqlglotError, ReadingStepsError, RecursionError) as error:
            raise ToolError(_reason(error)) from error
        return statement

    def _parse(self, text: str) -> exp.Query:
        if "\0" in text:
            raise ToolError("The statement has a NUL character: leave it out.")
        statements = [statement for statement in self.dialect.parse(text) if statement is not None]
        if len(statements) != 1:
            raise ToolError(f"Write one statement; these are {len(statements)}.")
        if not isinstance(statements[0], exp.Query):
            raise ToolError("Only queries can be run: SELECT, WITH … SELECT, UNION, EXCEPT, INTERSECT.")
        return statements[0]

    def _write(self, query: exp.Expr) -> str:
        return self.dialect.generate(
            query,
            comments=False,
            normalize_functions=False,
            unsupported_level=ErrorLevel.RAISE,
        )

    def _check(self, query: exp.Expr) -> None:
        for node in list(query.walk()):
            if type(node) not in NODES:
                raise ToolError(f"{_describe(node)} is not allowed here: a query may only read.")
            if isinstance(node, exp.Anonymous):
                self._check_function(node)
            elif isinstance(node, exp.StrPosition):
                _check_short("what position looks for", node.args.get("substr"), MAX_SEARCHED)
            elif isinstance(node, exp.Trim):
                _check_short("what trim takes away", node.args.get("expression"), MAX_TRIMMED)
            elif isinstance(node, PATTERNS):
                _check_pattern(node)
            elif isinstance(node, exp.DataType) and (node.this not in TYPES or node.args.get("kind")):
                raise ToolError(f"The type {node.sql(self.dialect)} is not allowed in a cast.")
        self._check_columns(query)

    def _check_function(self, node: exp.Anonymous) -> None:
        # A name in quotes is an identifier, and none of the list.
        if not isinstance(node.this, str) or node.this.lower() not in self.functions:
            raise ToolError(
                f"The function {node.name} is not allowed. Allowed: {', '.join(sorted(self.functions))}."
            )
        if node.name.lower() in TAKE_A_UNIT and isinstance(unit := node.expressions[0], exp.Column):
            unit.replace(exp.Var(this=unit.name))  # a keyword, not a name
        arguments = [*node.expressions, None, None]
        if (position := SEARCHES.get(name := node.name.lower())) is not None:
            _check_short(f"what {name} looks for", arguments[position], MAX_SEARCHED)
        elif name in TRIMS:
            _check_short(f"what {name} takes away", arguments[1], MAX_TRIMMED)

    def _check_columns(self, query: exp.Expr) -> None:
        """Refuse `p.f` for what is no column of the table `p`: PostgreSQL reads it as the call `f(p)`."""
        sources = _sources(query)
        for column in query.find_all(exp.Column):
            name = column.name.lower()
            if column.args.get("db"):
                raise ToolError(f"Write {column.table}.{column.name} without the schema.")
            if name.startswith("pg_") or name in SYSTEM_COLUMNS:
                raise ToolError(f"The column {name} is not allowed: get_table_info names those that are.")
            source = _source(column, sources)
            if name == "*" or not isinstance(source, exp.Table) or not _is_real(source):
                continue
            table = self._exposed(source)
            renamed = source.args["alias"].columns if source.alias else []  # t AS p(a, b)
            if name not in {column.lower() for column in (*table.columns, *(item.name for item in renamed))}:
                raise ToolError(
                    f"There is no column {name} to read in {table.label}: get_table_info names its columns."
                )

    def _expose(self, query: exp.Expr) -> None:
        """Lead each name of a table to a table that is exposed, and to no column that is not."""
        for table in list(query.find_all(exp.Table)):
            if unknown := {part for part, value in table.args.items() if value} - TABLE_PARTS:
                raise ToolError(f"{unknown.pop().upper()} of a table is not allowed.")
            if _is_real(table):
                self._replace(table)
        if self.quote:
            for identifier in query.find_all(exp.Identifier):
                if not identifier.quoted:
                    identifier.set("this", self.dialect.normalize_identifier(identifier).this)
                    identifier.set("quoted", True)

    def _exposed(self, table: exp.Table) -> ExposedTable:
        label = f"{table.db}.{table.name}" if table.db else table.name
        exposed = self.tables.get(label.lower())
        if exposed is None:
            readable = ", ".join(sorted({table.label for table in self.tables.values()})) or "none"
            raise ToolError(f"There is no table {label} to read. list_tables tells of these: {readable}.")
        return exposed

    def _replace(self, table: exp.Table) -> None:
        exposed = self._exposed(table)
        source = exp.table_(exposed.name, exposed.schema, quoted=True)
        if not exposed.hidden:
            table.set("this", source.this)
            table.set("db", source.args.get("db"))
            return
        columns = [exp.column(column, quoted=True) for column in exposed.columns]
        alias = table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(exposed.name, quoted=True))
        visible = exp.select(*columns).from_(source)
        table.replace(exp.Subquery(this=visible, alias=alias, joins=table.args.get("joins")))


type Sources = dict[tuple[int, str], exp.Expr]


def _sources(query: exp.Expr) -> Sources:
    """Return what each SELECT reads from, by the name that it has there."""
    sources: Sources = {}
    for node in query.find_all(exp.Table, exp.TableAlias):
        source = node if isinstance(node, exp.Table) else node.parent
        if source and not isinstance(source, exp.CTE):
            sources[id(source.parent_select), source.alias_or_name.lower()] = source
    return sources


def _source(column: exp.Column, sources: Sources) -> exp.Expr | None:
    """Return what the nearest SELECT around `column` that knows its table reads under that name."""
    select = column.parent_select
    while select and (id(select), column.table.lower()) not in sources:
        select = select.parent_select
    return sources.get((id(select), column.table.lower()))


def _is_real(table: exp.Table) -> bool:
    """Whether `table` is one of the database: neither a function nor a CTE."""
    return isinstance(table.this, exp.Identifier) and not _is_cte(table)


def _is_cte(table: exp.Table) -> bool:
    """Whether a WITH around `table` defines its name, spelled just like that.

    Stricter than some databases: what is not a CTE for all of them counts as a table here.
    """
    visible: list[exp.CTE] = []
    node: exp.Expr = table
    while not table.db and (parent := node.parent):
        if isinstance(parent, exp.With):
            # Inside a WITH, what comes before is visible, and with RECURSIVE the CTE itself.
            position = next(index for index, cte in enumerate(parent.expressions) if cte is node)
            visible += parent.expressions[: position + bool(parent.args.get("recursive"))]
        elif (names := parent.args.get("with_")) and names is not node:
            visible += names.expressions
        node = parent
    return any(cte.args["alias"].this == table.this for cte in visible)


def _limit(query: exp.Query, rows: int) -> None:
    """Make the database stop after `rows`, too, unless the query itself stops earlier."""
    limit = query.args.get("limit")
    count = limit and limit.args.get("count" if isinstance(limit, exp.Fetch) else "expression")
    if limit is None:
        query.set("limit", exp.Limit(expression=exp.Literal.number(rows)))
    elif not isinstance(count, exp.Literal) or not count.name.isdigit():
        raise ToolError("Write the LIMIT of the whole query as a plain number.")
    elif int(count.name) > rows:
        count.replace(exp.Literal.number(rows))


def _check_pattern(node: exp.Expr) -> None:
    texts = [node.expression]
    if isinstance(node.expression, exp.Any | exp.All):  # ('a%', 'b%') or (ARRAY['a%', 'b%'])
        texts = node.expression.this.unnest().expressions or texts
    for text in texts:
        _check_short(f"the pattern of {node.key.upper()}", text, MAX_PATTERN)


def _check_short(what: str, text: exp.Expr | None, most: int) -> None:
    if text and not (isinstance(text, exp.Literal) and len(text.name) <= most):
        raise ToolError(f"Write out {what}, in one text of at most {most} characters.")


def _describe(node: exp.Expr) -> str:
    return f"{type(node).__name__} ({node.sql()[:60]})"


def _reason(error: Exception) -> str:
    if isinstance(error, SqlglotError):
        # In the terminal it would underline what it complains of.
        problem = str(error).splitlines()[0].replace("\x1b[4m", "").replace("\x1b[0m", "")
        return f"The statement cannot be read: {problem.rstrip('.')}."
    return "The statement nests too deeply to be read: use WITH, or several statements."
