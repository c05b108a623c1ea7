"""What a statement costs: the parser, and the database that is asked for texts of gigabytes."""

import time
from contextlib import suppress

import pytest
from fastmcp.exceptions import ToolError

from sql_access.tests.refused import GROWTH
from sql_access.tests.test_raw import DIALECTS, reader

LENGTH = 10_000  # characters, the most that execute_sql takes
SECONDS = 3  # of a computer that does other things as well: half a second when it is idle

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
    statement = start + repeated * ((LENGTH - len(start)) // len(repeated))
    before = time.process_time()
    with suppress(ToolError):
        reader(vendor).read(statement, 10)
    assert time.process_time() - before < SECONDS


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


@pytest.mark.parametrize("terms", [1, 40])
def test_many_calls_on_a_long_text_are_refused(terms: int) -> None:
    """What took 23 seconds of a core in one row: no database looks at the clock between them."""
    long = f"replace(replace('{'a' * 200}', 'a', '{'b' * 500}'), 'b', '{'c' * 100}')"
    calls = "+".join(["length(upper(x))"] * terms)
    statement = f"SELECT {calls} AS n FROM (SELECT {long} AS x OFFSET 0) AS a"  # noqa: S608 - our own words
    with pytest.raises(ToolError, match="too long"):
        reader("postgresql").read(statement, 10)
    reader("postgresql").read(statement.replace("'" + "b" * 500 + "'", "'bb'"), 10)
