"""Statements that would keep the parser or the database busy are refused within seconds."""

import time
from contextlib import suppress

import pytest
from fastmcp.exceptions import ToolError

from sql_access.tests.refused import GROWTH
from sql_access.tests.test_raw import DIALECTS, reader

LENGTH = 10_000  # characters, the most that execute_sql accepts
SECONDS = 3  # on a busy computer. An idle one takes half a second

SHAPES = [
    ("SELECT a", "[1]"),
    ("SELECT a", "::int[1]"),
    ("SELECT ", "["),
    ("SELECT ", "("),
    ("SELECT ", "((a), "),
    ("SELECT ", "(SELECT "),
    ("SELECT ", "CASE WHEN "),
    ("SELECT ", "lower("),
    ("SELECT ", "*, "),
    ("SELECT a", "+1"),
    ("SELECT a", " DIV a"),
    ("SELECT a", " || a"),
    ("SELECT a", "->'a'"),
    ("SELECT 1 ", "UNION ALL SELECT 1 "),
    ("SELECT 1 ", "EXCEPT SELECT 1 "),
    ("SELECT 1 FROM sample_order a", ", sample_order a"),
    ("SELECT 1 FROM sample_order a", " JOIN sample_order a ON a.id = a.id"),
    ("SELECT * FROM ", "(SELECT *, * FROM "),
    ("WITH ", "a AS (SELECT 1), "),
]


@pytest.mark.parametrize("vendor", DIALECTS)
@pytest.mark.parametrize(("start", "repeated"), SHAPES, ids=[repeated for _, repeated in SHAPES])
def test_no_statement_keeps_the_parser_busy(vendor: str, start: str, repeated: str) -> None:
    """Catches syntax that sqlglot parses in exponential time, such as "[" thirty times."""
    statement = start + repeated * ((LENGTH - len(start)) // len(repeated))
    before = time.process_time()
    with suppress(ToolError):
        reader(vendor).read(statement, 10)
    assert time.process_time() - before < SECONDS


def wide(inner: str, columns: int, outer: str, sources: int = 36) -> str:
    """Return a query that names many columns, each of which may belong to any of many sources."""
    items, aliases = ", ".join([inner] * columns), ", ".join(f"x AS t{n}" for n in range(sources))
    return f"WITH x AS (SELECT {items} FROM sample_order) SELECT {outer} FROM {aliases}"  # noqa: S608 - our own words


def shifted(columns: int) -> str:
    """Return a recursive query in which a text moves one column further with each row."""
    names = [f"a{number}" for number in range(columns)]
    return f"""
        WITH RECURSIVE r({", ".join(names)}) AS (
            SELECT {", ".join(["1"] * columns)}
            UNION ALL SELECT {", ".join(names[1:])}, '{"y" * 100}' FROM r WHERE a0 < 9
        ) SELECT a0 FROM r
    """  # noqa: S608 - our own words


def recursions(depth: int) -> str:
    """Return recursive queries inside each other. Each level doubles the number of estimates."""
    query = "1"
    for number in range(depth):
        query = f"""
            (WITH RECURSIVE r{number}(n) AS (SELECT 1 UNION ALL SELECT {query} + n FROM r{number} WHERE n < 3)
            SELECT max(n) FROM r{number})
        """  # noqa: S608 - our own words
    return f"SELECT {query}"


VALUES = ", ".join(f"(VALUES (1)) AS t{number}" for number in range(200))
PRODUCTS = {
    "columns and sources": wide("id", 250, ", ".join(["id"] * 250)),
    "sums": wide("id", 250, "+".join(["id"] * 250)),
    "rows as values": wide("id", 250, ", ".join(["t7"] * 250)),
    "VALUES": f"SELECT {', '.join(['column1'] * 200)} FROM {VALUES}",  # noqa: S608 - our own words
    "recursion": shifted(120),
    "recursion in recursion": recursions(16),
}


@pytest.mark.parametrize("statement", PRODUCTS.values(), ids=PRODUCTS)
def test_no_product_of_names_keeps_the_reader_busy(statement: str) -> None:
    """Catches minutes of Python code for a few hundred characters, which no time limit can end."""
    before = time.process_time()
    with suppress(ToolError):
        reader("postgresql").read(statement, 10)
    assert time.process_time() - before < SECONDS


def test_a_statement_takes_so_many_steps() -> None:
    """Catches a missing limit on columns times sources, and a limit that refuses ordinary statements."""
    reader("postgresql").read(wide("id", 20, ", ".join(["id"] * 20), 10), 10)
    with pytest.raises(ToolError, match="too much work to read: name fewer columns"):
        reader("postgresql").read(wide("id", 600, ", ".join(["id"] * 600)), 10)


def repeated(source: str, times: int) -> str:
    """Return a query that makes a text `times` longer with concat, in each of six subqueries."""
    for number in range(6):
        source = f"SELECT concat({', '.join(['x'] * times)}) AS x FROM ({source}) AS t{number}"  # noqa: S608
    return source


@pytest.mark.parametrize("statement", GROWTH)
def test_growth_is_refused(statement: str) -> None:
    with pytest.raises(ToolError, match=r"too long|multiplies"):
        reader("postgresql").read(statement, 10)


@pytest.mark.parametrize("vendor", DIALECTS)
@pytest.mark.parametrize("source", ["SELECT 'a long text' AS x", "SELECT note AS x FROM sample_order"])
def test_growth_by_subqueries_is_refused(vendor: str, source: str) -> None:
    with pytest.raises(ToolError, match="too long"):
        reader(vendor).read(repeated(source, 20), 10)
    reader(vendor).read(repeated(source, 2), 10)


ORDERS = "SELECT id AS x, id AS y, status AS s FROM sample_order"


def extracted(paths: str, times: int) -> str:
    """Return nested calls, each of which repeats the text once for each path."""
    text = f"'[\"{'a' * 2000}\"]'"
    for _ in range(times):
        text = f"json_extract({text}, {paths})"
    return f"SELECT length({text})"


@pytest.mark.parametrize(
    "statement",
    [
        extracted(", ".join(["'$'"] * 50), 3),
        extracted("'$**', '$**'", 3),
        extracted("concat('$', '**')", 3),
        f"SELECT {' + '.join(['(note REGEXP status)'] * 60)} FROM sample_order",  # noqa: S608 - our own words
        f"SELECT {', '.join(['regexp_substr(note, status)'] * 60)} FROM sample_order",  # noqa: S608
    ],
)
def test_what_mysql_repeats_is_refused(statement: str) -> None:
    """Catches texts of gigabytes in MariaDB, and half a minute of searches in one row."""
    with pytest.raises(ToolError, match="too long"):
        reader("mysql").read(statement, 10)


def test_mariadb_gets_no_function_that_it_cannot_end() -> None:
    """Catches `regexp_replace`, which ran for hours with the pattern 'a*b|a', whatever killed it."""
    with pytest.raises(ToolError, match="regexp_replace is not allowed"):
        reader("mysql").read("SELECT regexp_replace(note, 'a*b|a', 'c') FROM sample_order", 10)
    reader("mysql").read("SELECT replace(note, 'a', 'b'), note REGEXP '^a' FROM sample_order", 10)
    reader("mysql").read("SELECT json_extract(note, '$.a', '$.b') FROM sample_order", 10)


def nested(step: str, times: int) -> str:
    """Return nested subqueries. Each names the columns of the next one several times."""
    query = ORDERS
    for number in range(times):
        query = step.format(f"({query}) AS t{number}")
    return query


def chained(step: str, times: int) -> str:
    """Return the same as `nested`, with CTEs."""
    parts = [f"q{number} AS ({step.format(f'q{number - 1}')})" for number in range(1, times + 1)]
    return f"WITH q0 AS ({ORDERS}), {', '.join(parts)} SELECT x FROM q{times}"  # noqa: S608 - our own words


def within(step: str, times: int) -> str:
    """Return a query with nested expressions."""
    expression = "id"
    for _ in range(times):
        expression = step.format(expression)
    return f"SELECT {expression} FROM sample_order"  # noqa: S608 - our own words


LONG = "+".join(["total"] * 150)
MANY = " OR ".join(["a = 1"] * 150)

# Before it reads a row, a database takes gigabytes of memory for each of these.
COPIES = {
    "items": nested("SELECT x + x AS x FROM {}", 18),
    "items of WITH": chained("SELECT x + x AS x FROM {}", 18),
    "a choice": nested("SELECT CASE WHEN x > x THEN x ELSE x END AS x FROM {}", 10),
    "conditions": nested("SELECT x = x AND NOT x > x AS x FROM {}", 9),
    "filters": nested("SELECT x + x AS x FROM {} GROUP BY x + x HAVING x > 1", 15),
    "two columns by turns": nested("SELECT x + y AS y, y + x AS x FROM {}", 15),
    "stars": nested("SELECT * FROM (SELECT x + y AS y, y + x AS x FROM {}) AS u", 15),
    "tables": chained("SELECT a.x FROM {0} AS a, {0} AS b WHERE a.x = b.x", 11),
    "parts of a UNION": chained("SELECT x FROM {0} UNION ALL SELECT x FROM {0}", 12),
    "parts of a UNION and items": nested("SELECT x + x AS x FROM {}", 7).replace(
        ORDERS,
        " UNION ALL ".join([ORDERS] * 30),
    ),
    "BETWEEN": within("({} BETWEEN 1 AND 2)", 15),
    "IN": within("({} IN (id, id, id))", 10),
    "rows IN": within("(({}, 1) IN ((1, 2), (3, 4), (5, id)))", 10),
    "names of items": f"SELECT {LONG} AS a FROM sample_order WHERE {MANY}",  # noqa: S608 - our own words
    "names of items in ON": f"SELECT {LONG} AS a FROM sample_order JOIN (SELECT 1) AS c ON {MANY}",  # noqa: S608 - our own words
    "joins": nested("SELECT x + x AS x FROM {} JOIN (SELECT 1 AS z) AS u ON x = 1", 15),
}


@pytest.mark.parametrize("vendor", DIALECTS)
@pytest.mark.parametrize("statement", COPIES.values(), ids=COPIES)
def test_copies_are_counted(vendor: str, statement: str) -> None:
    """Catches statements that the database makes huge, by copying subqueries, before it checks the time."""
    before = time.process_time()
    with pytest.raises(ToolError, match=r"too large \(|too long"):
        reader(vendor).read(statement, 10)
    assert time.process_time() - before < SECONDS


def test_what_a_subquery_makes_counts_each_time() -> None:
    """Catches an estimate that counts a text once, although the database makes it for each use."""
    long = f"replace(replace(left(note, 0) || '{'a' * 100}', 'a', '{'b' * 100}'), 'b', '{'c' * 100}')"
    made = f"SELECT length({long}) AS n FROM sample_order"  # noqa: S608 - our own words
    reader("postgresql").read(f"SELECT n + n FROM ({made}) AS a", 10)  # noqa: S608 - likewise
    with pytest.raises(ToolError, match="too long"):
        reader("postgresql").read(f"SELECT {'+'.join(['n'] * 200)} FROM ({made}) AS a", 10)  # noqa: S608 - likewise


@pytest.mark.parametrize(
    "call",
    [
        "printf('%.*c', 1000000000, 'x')",
        "format('%01000d', 1)",
        "printf(note, 1)",
        "format('%1' || '000d', 1)",
    ],
)
def test_formats_are_written_out(call: str) -> None:
    """Catches formats whose width is a billion, for which SQLite took eleven seconds each."""
    with pytest.raises(ToolError, match="Write the format of"):
        reader("sqlite").read(f"SELECT {call} FROM sample_order", 10)  # noqa: S608 - our own words
    reader("sqlite").read("SELECT printf('%08.2f %s', total, note) FROM sample_order", 10)
    reader("mysql").read("SELECT format(total, 2) FROM sample_order", 10)


@pytest.mark.parametrize("terms", [1, 40])
def test_many_calls_on_a_long_text_are_refused(terms: int) -> None:
    """Catches a statement that took 23 seconds in one row, where no database checks the time."""
    long = f"replace(replace('{'a' * 200}', 'a', '{'b' * 500}'), 'b', '{'c' * 100}')"
    calls = "+".join(["length(upper(x))"] * terms)
    statement = f"SELECT {calls} AS n FROM (SELECT {long} AS x OFFSET 0) AS a"  # noqa: S608 - our own words
    with pytest.raises(ToolError, match="too long"):
        reader("postgresql").read(statement, 10)
    reader("postgresql").read(statement.replace("'" + "b" * 500 + "'", "'bb'"), 10)
