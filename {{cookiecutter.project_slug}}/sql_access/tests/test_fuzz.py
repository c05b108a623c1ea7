"""Random statements, which catch mistakes that no list of attacks contains."""

import json
import re
from dataclasses import asdict
from typing import Any

import pytest
from fastmcp.exceptions import ToolError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sql_access import queries
from sql_access.tests.accepted import good_statements
from sql_access.tests.refused import ATTACKS, WRITES
from sql_access.tests.sample import SECRET, contents

pytestmark = pytest.mark.usefixtures("sample")

often = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,  # the same statements each time, so that a failure can be reproduced
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

GOOD = [text for vendor in ("postgresql", "sqlite", "mysql") for text in good_statements(vendor)]
WORDS = sorted({word for statement in [*GOOD, *ATTACKS] for word in re.findall(r"\w+|[^\w\s]", statement)})
SOUP = st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)

# Expressions that a query may not contain, and expressions that it may. One forbidden part refuses the query.
FORBIDDEN = [
    "(SELECT name FROM sample_secret LIMIT 1)",
    "(WITH x AS (SELECT * FROM sample_secret) SELECT name FROM x)",
    "pg_sleep(9)",
    "sleep(9)",
    "load_file('/etc/passwd')",
    "query_to_xml('SELECT 1', true, true, '')",
    "set_config('role', 'postgres', true)",
    "nextval('x')",
    "CAST('sample_secret' AS regclass)",
    "@@version",
    "(DELETE FROM sample_order RETURNING id)",
]
HARMLESS = ["1", "'text'", "NULL", "o.id", "o.total", "lower(o.status)", "(SELECT max(id) FROM sample_order)"]


def expressions(leaves: list[str]) -> st.SearchStrategy[str]:
    """Return expressions that contain some of `leaves`."""
    return st.recursive(
        st.sampled_from(leaves),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["+", "=", "AND", "OR", "<", "||"]), inner).map(" ".join),
            inner.map("({})".format),
            inner.map("NOT {}".format),
            inner.map("coalesce({}, 1)".format),
            inner.map("CASE WHEN {} IS NULL THEN 1 ELSE 2 END".format),
            inner.map("EXISTS (SELECT {} FROM sample_order)".format),
            inner.map("(SELECT count(*) FROM sample_order WHERE id IN ({}))".format),
        ),
        max_leaves=6,
    )


QUERIES = [
    "SELECT {} FROM sample_order o",
    "SELECT o.id FROM sample_order o WHERE {} IS NOT NULL",
    "SELECT o.id FROM sample_order o ORDER BY {}",
    "SELECT count(*) FROM sample_order o GROUP BY {}",
    "SELECT sum(o.id) OVER (PARTITION BY {}) FROM sample_order o",
    "WITH a AS (SELECT {} AS x FROM sample_order o) SELECT * FROM a",
    "SELECT o.id FROM sample_order o JOIN sample_order p ON {} IS NULL",
    "SELECT 1 UNION ALL SELECT {} FROM sample_order o",
    "SELECT * FROM (SELECT {} AS x FROM sample_order o) AS y",
]


def run(statement: str) -> Any:
    """Return the answer as JSON, or None for a refusal. Every other exception fails the test."""
    try:
        return json.dumps(asdict(queries.execute(statement, 10)), allow_nan=False)
    except ToolError:
        return None


@often
@given(SOUP)
def test_soup_of_words_tells_no_secret(statement: str) -> None:
    assert SECRET not in (run(statement) or "")


@often
@given(st.text(max_size=200))
def test_any_text_is_answered_or_refused(statement: str) -> None:
    run(statement)


@often
@given(st.sampled_from(GOOD), st.sampled_from(ATTACKS), st.integers(0, 300))
def test_an_attack_within_a_good_statement(good: str, attack: str, position: int) -> None:
    assert SECRET not in (run(f"{good[:position]} {attack} {good[position:]}") or "")


@often
@given(st.sampled_from(QUERIES), expressions(HARMLESS + FORBIDDEN))
def test_what_is_forbidden_is_so_in_every_place(query: str, expression: str) -> None:
    is_forbidden = any(part in expression for part in FORBIDDEN)
    answer = run(query.format(expression))
    assert not (is_forbidden and answer)


@often
@given(st.sampled_from(GOOD), st.sampled_from("()[]'\"`;,."), st.integers(0, 200), st.integers(1, 400))
def test_repeated_brackets_and_quotes_keep_nobody_busy(
    good: str, mark: str, position: int, times: int
) -> None:
    run(good[:position] + mark * times + good[position:])


@often
@given(st.sampled_from(GOOD), st.sampled_from(WRITES.split("\n")[1:-1]))
def test_nothing_is_written_along(good: str, write: str) -> None:
    before = contents()
    for statement in (f"{good}; {write}", f"{write}; {good}", f"WITH x AS ({write}) {good}"):
        assert run(statement) is None
    assert contents() == before
