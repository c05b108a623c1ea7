"""What the parser costs: long statements of the shapes that keep parsers busy."""

import contextlib
import time

import pytest
from fastmcp.exceptions import ToolError

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
    with contextlib.suppress(ToolError):
        reader(vendor).read(statement, 10)
    assert time.process_time() - before < SECONDS
