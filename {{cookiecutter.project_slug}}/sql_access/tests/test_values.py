"""Values of all types survive JSON without loss."""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from fastmcp.exceptions import ToolError

from sql_access import policy, queries
from sql_access.engines import current_engine
from sql_access.results import collect, to_json

# An expression, its value in JSON, and the name of its type in the database.
VALUES: dict[str, list[tuple[str, object, str]]] = {
    "postgresql": [
        ("CAST('9.90' AS numeric(10, 2))", "9.90", "numeric(10,2)"),
        ("CAST('NaN' AS numeric)", "NaN", "numeric"),
        ("CAST('NaN' AS double precision)", "nan", "float8"),
        ("CAST('-Infinity' AS double precision)", "-inf", "float8"),
        ("CAST('infinity' AS date)", "infinity", "date"),
        ("CAST('0044-03-15 BC' AS date)", "0044-03-15 BC", "date"),
        ("CAST('2026-01-02 03:04:05' AS timestamp)", "2026-01-02 03:04:05", "timestamp"),
        ("interval '1 day 2 hours'", "1 day 02:00:00", "interval"),
        ("CAST(9007199254740993 AS bigint)", "9007199254740993", "int8"),
        ("2", 2, "int4"),
        ("true", True, "bool"),
        ("NULL", None, "text"),
        ("'a\"b'", 'a"b', "text"),
        ("CAST('{\"a\": [1, null]}' AS jsonb)", {"a": [1, None]}, "jsonb"),
        ("ARRAY[1, 2]", [1, 2], "int4[]"),
        (
            "CAST('6f1f0a3e-6c0e-4f6a-9c57-0f3a0a5d3a10' AS uuid)",
            "6f1f0a3e-6c0e-4f6a-9c57-0f3a0a5d3a10",
            "uuid",
        ),
    ],
    "sqlite": [
        ("1.5", 1.5, "real"),
        ("9e999", "inf", "real"),
        ("9007199254740993", "9007199254740993", "integer"),
        ("NULL", None, "null"),
        ("'a\"b'", 'a"b', "text"),
        ("date('2026-01-02')", "2026-01-02", "text"),
    ],
    "mysql": [
        ("CAST('9.90' AS DECIMAL(10, 2))", "9.90", "newdecimal"),
        ("1e0", 1.0, "double"),
        ("9007199254740993", "9007199254740993", "longlong"),
        ("CAST('2026-01-02' AS DATE)", "2026-01-02", "date"),
        ("CAST('2026-01-02 03:04:05' AS DATETIME)", "2026-01-02T03:04:05", "datetime"),
        ("NULL", None, "null"),
        ("'a\"b'", 'a"b', "var_string"),
    ],
}


@pytest.mark.usefixtures("sample")
def test_values_of_the_database() -> None:
    for expression, said, kind in VALUES[current_engine().vendor]:
        result = queries.execute(f"SELECT {expression} AS value", 1)
        assert result.rows == [[said]], expression
        assert (result.columns[0].name, result.columns[0].type) == ("value", kind), expression
        json.dumps(asdict(result), allow_nan=False)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Decimal("1.10"), "1.10"),
        (Decimal("NaN"), "NaN"),
        (float("nan"), "nan"),
        (2**53, 2**53),
        (2**53 + 1, str(2**53 + 1)),
        (-(2**63), str(-(2**63))),
        (b"\x00\xff", "00ff"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "2026-01-02T03:04:00+00:00"),
        (time(3, 4), "03:04:00"),
        (timedelta(days=1, hours=2), "1 day, 2:00:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ({"a": [Decimal(1), None, True]}, {"a": ["1", None, True]}),
    ],
)
def test_python_values(value: object, said: Any) -> None:
    assert to_json(value) == said
    assert json.loads(json.dumps(to_json(value), allow_nan=False)) == said


def test_bytes_are_counted() -> None:
    result = collect([], [["ö" * 1000] for _ in range(1000)], 1000)
    assert result.truncated
    assert len(json.dumps(result.rows, ensure_ascii=False).encode()) <= policy.MAX_BYTES
    assert "select fewer columns" in result.note


@pytest.mark.usefixtures("sample")
def test_a_huge_value_is_not_handed_on() -> None:
    """Catches a text of megabytes that nested functions make from one letter."""
    vendor = current_engine().vendor
    if vendor == "postgresql":
        text = "replace(" * 7 + "'x'" + ", 'x', 'xxxxxxxx')" * 7
    else:
        text = "hex(" * 18 + "'x'" + ")" * 18
    statement = f"SELECT {text} AS value, 1 AS q"
    with pytest.raises(ToolError, match=r"larger than|too big"):
        queries.execute(statement, 1)


@pytest.mark.usefixtures("sample")
def test_a_huge_plan_is_not_handed_on() -> None:
    """Catches a plan of megabytes, because PostgreSQL computes constants and shows them in the plan."""
    source = f"SELECT '{'x' * 1000}' AS x"
    for number in range(9):
        source = f"SELECT x || x AS x FROM ({source}) AS t{number}"  # noqa: S608 - our own words
    statement = f"SELECT c.id FROM sample_category c, ({source}) AS q WHERE c.name = q.x"  # noqa: S608
    engine = current_engine()
    with engine.query(engine.explain + statement) as (_, rows):
        assert len(str(list(rows))) <= policy.MAX_BYTES + 100  # for the characters that Python adds


@pytest.mark.usefixtures("sample")
def test_a_huge_error_is_not_handed_on() -> None:
    """Catches an error of megabytes: PostgreSQL quotes a wrong number, and others an unknown column."""
    huge = "x" * 4000
    with pytest.raises(ToolError) as raised:
        queries.execute(f"SELECT CAST('{huge}' AS integer) FROM sample_category WHERE {huge} = 1", 1)  # noqa: S608 - our own words
    assert "xxx" in str(raised.value)
    assert len(str(raised.value)) < 1000


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("nesting", [200, 4500])
def test_a_value_that_nests_too_deeply(nesting: int) -> None:
    """Catches a RecursionError of FastMCP, which writes the value, and of the driver, which reads it."""
    if current_engine().vendor != "postgresql":
        pytest.skip("JSON is text here")
    statement = f"SELECT CAST('{'[' * nesting}' || '{']' * nesting}' AS jsonb)"
    with pytest.raises(ToolError, match="inside each other"):
        queries.execute(statement, 10)
    assert queries.execute(statement.replace("jsonb)", "jsonb)::text"), 10).rows
