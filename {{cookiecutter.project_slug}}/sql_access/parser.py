"""Parses and checks the text that a model wrote, and writes the statement that is run instead.

The text itself never reaches the database. Each rule raises ToolError with a sentence that says what is
allowed, so that the model can correct the statement.
"""

from collections.abc import Mapping

from fastmcp.exceptions import ToolError
from sqlglot import Dialect, ErrorLevel, exp
from sqlglot.dialects.postgres import Postgres
from sqlglot.dialects.sqlite import SQLite
from sqlglot.errors import SqlglotError, UnsupportedError

from sql_access.dialects import ReadingStepsError
from sql_access.readable import ExposedTable
from sql_access.scopes import Names, Scopes, cte_of, is_source
from sql_access.sizes import Sizes
from sql_access.syntax import (
    COLUMNS_OF,
    FORMATS,
    LONG_NUMBER,
    MAX_PATTERN,
    MAX_SEARCHED,
    MAX_TOKENS,
    MAX_TRIMMED,
    MOST,
    NODES,
    PATTERNS,
    SEARCHES,
    SYSTEM_COLUMNS,
    TRIMS,
    TYPES,
    WORD,
    WORDS,
)

TABLE_PARTS = {"this", "db", "alias", "joins"}
IN_PARENTHESES = (exp.Query, exp.Table, exp.Values)
NO_QUERY = "Only queries can be run: SELECT, WITH … SELECT, UNION, EXCEPT, INTERSECT."


class Reader:
    """Reads statements for one database.

    Args:
        dialect: one of dialects.py.
        functions: names of the functions that may be called, in lower case.
        tables: the tables that may be read, by name in lower case.
        quote: whether to quote all names, so that none is a keyword such as PostgreSQL's `user`.
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
        # Whether `d.f` may be the call `f(d)`.
        self.calls_by_dot = isinstance(self.dialect, Postgres)

    def read(self, text: str, limit: int) -> str:
        """Return the statement to run instead of `text`. It returns at most `limit` rows.

        Raises ToolError if `text` is not one query, reads or calls something that is not allowed, or would be
        too much work.
        """
        try:
            query = self._parse(text)
            self._check(query)
            query = self._parse(self._write(query))
            self._check(query)
            self._expose(query)
            _limit(query, limit)
            statement = self._write(query)
            # Check the statement once more as the database will read it. If it differs from the one that was
            # written, a text or a name of the model has become SQL.
            last = self._parse(statement)
            if last != query:
                raise ToolError("This statement is ambiguous: write it in a simpler way.")
            self._check(last)
            self._check_tables(last)
            scopes = Scopes(last, self.tables, self._spelling)
            self._check_columns(scopes)
            Sizes(last, scopes).check()
        except UnsupportedError as error:
            raise ToolError(f"This database cannot do that: {error}.") from error
        except (SqlglotError, ReadingStepsError, RecursionError) as error:
            raise ToolError(_reason(error)) from error
        return statement

    def _parse(self, text: str) -> exp.Query:
        if "\0" in text:
            raise ToolError("The statement has a NUL character: leave it out.")
        tokens = self.dialect.tokenize(text)
        if len(tokens) > MAX_TOKENS:
            raise ToolError(f"The statement has {len(tokens)} words and signs: write at most {MAX_TOKENS}.")
        try:
            statements = [statement for statement in self.dialect.parser().parse(tokens, text) if statement]
        except IndexError as error:  # sqlglot looks for one more word in SHOW FULL
            raise ToolError(NO_QUERY) from error
        if len(statements) != 1:
            raise ToolError(f"Write one statement; these are {len(statements)}.")
        if not isinstance(statements[0], exp.Query):
            raise ToolError(NO_QUERY)
        return statements[0]

    def _write(self, query: exp.Expr) -> str:
        return self.dialect.generate(
            query,
            comments=False,
            normalize_functions=False,
            unsupported_level=ErrorLevel.RAISE,
        )

    def _check(self, query: exp.Expr) -> None:
        nodes = list(query.walk())
        for kind, most in MOST.items():
            if (count := sum(isinstance(node, kind) for node in nodes)) > most:
                raise ToolError(f"The statement has {count} times {kind.key.upper()}: write at most {most}.")
        for node in nodes:
            if type(node) not in NODES:
                raise ToolError(f"{_describe(node)} is not allowed here: a query may only read.")
            _check_words(node)
            if isinstance(node, exp.Anonymous):
                self._check_function(node)
            elif isinstance(node, exp.Table | exp.Lateral | exp.Subquery):
                _check_source(node)
            elif isinstance(node, exp.Star) and any(node.args.values()):
                raise ToolError(f"{_describe(node)} is not allowed: name the columns.")
            elif isinstance(node, exp.In) and node.args.get("field"):
                raise ToolError(f"{_describe(node)} is not allowed: write IN (…).")
            elif isinstance(node, exp.StrPosition):
                _check_short("the text that position looks for", node.args.get("substr"), MAX_SEARCHED)
            elif isinstance(node, exp.Trim):
                _check_short("the characters that trim removes", node.args.get("expression"), MAX_TRIMMED)
            elif isinstance(node, PATTERNS):
                _check_pattern(node)
            elif isinstance(node, exp.DataType) and (node.this not in TYPES or node.args.get("kind")):
                raise ToolError(f"The type {node.sql(self.dialect)} is not allowed in a cast.")

    def _check_function(self, node: exp.Anonymous) -> None:
        # A quoted name is an Identifier instead of a str, and never in the list.
        if not isinstance(node.this, str) or node.this.lower() not in self.functions:
            raise ToolError(
                f"The function {node.name} is not allowed. Allowed: {', '.join(sorted(self.functions))}."
            )
        arguments = [*node.expressions, None, None]
        if (position := SEARCHES.get(name := node.name.lower())) is not None:
            _check_short(f"the text that {name} looks for", arguments[position], MAX_SEARCHED)
        elif name in TRIMS:
            _check_short(f"the characters that {name} removes", arguments[1], MAX_TRIMMED)
        elif name in FORMATS and isinstance(self.dialect, SQLite):
            _check_format(name, arguments[0])

    def _check_tables(self, query: exp.Expr) -> None:
        for table in filter(_is_real, query.find_all(exp.Table)):
            exposed = self._exposed(table)
            # Only the subquery of `_replace` may read a table with hidden columns.
            if exposed.hidden and table.parent_select != _visible(exposed):
                raise ToolError(f"Read {exposed.label} with its columns by name.")

    def _check_columns(self, scopes: Scopes) -> None:
        """Refuse `p.f` where `p` has no column `f`: PostgreSQL reads it as the call `f(p)`."""
        for column, place in scopes.columns:
            name = column.name.lower()
            if column.args.get("db"):
                raise ToolError(f"Write {column.table}.{column.name} without the schema.")
            if name.startswith("pg_") or name in SYSTEM_COLUMNS:
                raise ToolError(f"The column {name} is not allowed: get_table_info names those that are.")
            if not column.table:
                continue
            sources = scopes.sources(column, place)
            if not sources:
                raise ToolError(f"There is no table or alias {column.table} in the FROM of this query.")
            for source in sources:
                names = scopes.names(source)
                unnamed = not self.calls_by_dot and None in names
                if name != "*" and self._spelling(column.this) not in names and not unnamed:
                    raise ToolError(_no_column(column, names))

    def _spelling(self, identifier: exp.Identifier) -> str:
        """Return the spelling of a name by which the database compares it with others."""
        if not self.calls_by_dot:
            return identifier.name.lower()
        return self.dialect.normalize_identifier(identifier.copy()).name

    def _expose(self, query: exp.Expr) -> None:
        """Replace tables by exposed ones without hidden columns, and name the columns of functions."""
        for source in list(query.find_all(exp.Table, exp.Lateral, exp.Unnest)):
            if isinstance(source, exp.Table) and _is_real(source):
                self._replace(source)
            elif self.calls_by_dot and is_source(source):
                _name_columns(source)
        if self.calls_by_dot:
            for select in list(query.find_all(exp.Select)):
                if select is not query:
                    _name_items(select)
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
            raise ToolError(f"There is no table {label} to read. list_tables describes these: {readable}.")
        return exposed

    def _replace(self, table: exp.Table) -> None:
        exposed = self._exposed(table)
        alias = table.args.get("alias")
        # `AS p(a, b)` renames the first two columns. The subquery fixes which ones these are.
        if not exposed.hidden and not (alias and alias.columns):
            source = exp.table_(exposed.name, exposed.schema, quoted=True)
            table.set("this", source.this)
            table.set("db", source.args.get("db"))
            return
        alias = alias or exp.TableAlias(this=exp.to_identifier(exposed.name, quoted=True))
        table.replace(exp.Subquery(this=_visible(exposed), alias=alias, joins=table.args.get("joins")))


def _visible(exposed: ExposedTable) -> exp.Select:
    """Return the query that selects the readable columns of a table."""
    columns = [exp.column(column, quoted=True) for column in exposed.columns]
    return exp.select(*columns).from_(exp.table_(exposed.name, exposed.schema, quoted=True))


def _is_real(table: exp.Table) -> bool:
    """Whether `table` is a table of the database: neither a function nor a CTE."""
    return isinstance(table.this, exp.Identifier) and not cte_of(table)


def _name_columns(source: exp.Expr) -> None:
    """Name the columns of a function, as in `unnest(…) AS d(d)`, so that scopes.py knows them."""
    call = source.this if isinstance(source, exp.Table | exp.Lateral) else source
    alias = source.args.get("alias") or exp.TableAlias()
    if isinstance(call, exp.Identifier | exp.Subquery) or alias.columns:
        return
    function = "unnest" if isinstance(call, exp.Unnest) else call.name.lower()
    name = alias.this or exp.to_identifier(function)
    columns = [exp.to_identifier(column) for column in COLUMNS_OF.get(function, ())] or [name.copy()]
    source.set("alias", exp.TableAlias(this=name, columns=columns))
    if call.args.get("offset"):
        call.set("offset", exp.to_identifier("ordinality"))


def _name_items(select: exp.Select) -> None:
    """Write out the names that PostgreSQL gives to computed columns, as in `count(*) AS count`."""
    for item in select.expressions:
        inner = item
        while isinstance(inner, exp.Window | exp.Filter | exp.WithinGroup | exp.Paren):
            inner = inner.this
        if isinstance(inner, exp.Anonymous):
            item.replace(exp.alias_(item.copy(), inner.name.lower(), quoted=True))
        elif isinstance(inner, exp.GroupConcat):
            item.replace(exp.alias_(item.copy(), "string_agg", quoted=True))
        elif isinstance(inner, exp.Cast) and isinstance(inner.this, exp.Column):
            item.replace(exp.alias_(item.copy(), inner.this.this.copy()))


def _limit(query: exp.Query, rows: int) -> None:
    """Add a LIMIT, or lower the one that the query has, so that it returns at most `rows` rows."""
    limit = query.args.get("limit")
    count = limit and limit.args.get("count" if isinstance(limit, exp.Fetch) else "expression")
    if limit is None:
        query.set("limit", exp.Limit(expression=exp.Literal.number(rows)))
    elif not isinstance(count, exp.Literal) or not count.name.isdigit():
        raise ToolError("Write the LIMIT of the whole query as a plain number.")
    elif int(count.name) > rows:
        count.replace(exp.Literal.number(rows))


def _check_words(node: exp.Expr) -> None:
    """Refuse a text that would be written without quotes, but is neither a word nor a number."""
    if (isinstance(node, exp.Identifier) and node.quoted) or (
        isinstance(node, exp.Literal) and node.is_string
    ):
        return
    allowed = WORD if isinstance(node, exp.Anonymous | exp.Identifier | exp.Var) else WORDS
    for value in node.args.values():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and not allowed.fullmatch(text):
                raise ToolError(f"{text[:60]!r} is not a word: write {node.key} as one word, without quotes.")


def _check_source(node: exp.Expr) -> None:
    if isinstance(node, exp.Subquery):
        if not isinstance(node.this, IN_PARENTHESES):
            raise ToolError(f"{_describe(node)} is not allowed: write a query in these parentheses.")
        return
    if isinstance(node, exp.Lateral):
        if not isinstance(node.this, exp.Subquery | exp.Anonymous | exp.Unnest):
            raise ToolError("LATERAL takes a subquery in parentheses, or a function.")
        return
    if unknown := {part for part, value in node.args.items() if value} - TABLE_PARTS:
        raise ToolError(f"{unknown.pop().upper()} of a table is not allowed.")
    if isinstance(node.this, exp.Anonymous):
        if schema := node.args.get("db"):
            raise ToolError(f"Write the function {node.this.name} without the schema {schema.name}.")
    elif not isinstance(node.this, exp.Identifier):
        raise ToolError(
            f"{_describe(node.this)} is not allowed in FROM: write a table, function or subquery."
        )


def _no_column(column: exp.Column, names: Names) -> str:
    known = ", ".join(sorted({name for name in names if name})) or "none with a name"
    return (
        f"There is no column {column.name} to read in {column.table}. Its columns: {known}. "
        "Use AS to name a computed column of a subquery."
    )


def _check_pattern(node: exp.Expr) -> None:
    texts = [node.expression]
    if isinstance(node.expression, exp.Any | exp.All):  # ('a%', 'b%') or (ARRAY['a%', 'b%'])
        texts = node.expression.this.unnest().expressions or texts
    for text in texts:
        _check_short(f"the pattern of {node.key.upper()}", text, MAX_PATTERN)


def _check_short(what: str, text: exp.Expr | None, most: int) -> None:
    if text and not (isinstance(text, exp.Literal) and len(text.name) <= most):
        raise ToolError(f"Write {what} as one literal text of at most {most} characters.")


def _check_format(name: str, text: exp.Expr | None) -> None:
    if text and not (isinstance(text, exp.Literal) and not LONG_NUMBER.search(text.name)):
        raise ToolError(
            f"Write the format of {name} as one literal text, without * and numbers of over three digits."
        )


def _describe(node: exp.Expr) -> str:
    return f"{type(node).__name__} ({node.sql()[:60]})"


def _reason(error: Exception) -> str:
    if isinstance(error, SqlglotError):
        # sqlglot underlines the mistake with terminal codes.
        problem = str(error).splitlines()[0].replace("\x1b[4m", "").replace("\x1b[0m", "")
        return f"The statement cannot be read: {problem.rstrip('.')}."
    return "The statement nests too deeply to be read: use WITH, or several statements."
