"""Which statements are refused and which work, on the database of the tests. None may write."""

import json
from dataclasses import asdict

import pytest
from fastmcp.exceptions import ToolError

from sql_access import policy, queries
from sql_access.engines import current_engine
from sql_access.tests.accepted import good_statements
from sql_access.tests.refused import ATTACKS
from sql_access.tests.sample import SECRET, contents

pytestmark = pytest.mark.usefixtures("sample")

MANY_ORDERS = ", ".join(f"sample_order t{number}" for number in range(20))
RECURSION = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 - 1 FROM n) SELECT count(*) FROM n"
ENDLESS = [
    f"SELECT count(*) FROM {MANY_ORDERS}",  # noqa: S608 - our own names
    f"SELECT a.id FROM sample_order a ORDER BY (SELECT count(*) FROM {MANY_ORDERS} WHERE t1.id <> a.id)",  # noqa: S608
]
ENDLESS_ONLY = {
    "postgresql": [
        RECURSION,
        "SELECT count(*) FROM generate_series(1, 10000000000)",
        "SELECT max(i) FROM (SELECT generate_series(1, 10000000000) AS i) AS x",
    ],
    "sqlite": [RECURSION, f"SELECT sum(length(hex(t1.status))) FROM {MANY_ORDERS}"],  # noqa: S608
    "mysql": [f"SELECT sum(length(hex(t1.status))) FROM {MANY_ORDERS}"],  # noqa: S608
}


def test_there_are_enough() -> None:
    assert len(set(ATTACKS)) == len(ATTACKS) >= 200


def test_attacks_are_refused_with_a_sentence() -> None:
    """One test for all, because creating the tables takes longer than a statement."""
    before = contents()
    wrong = {}
    for statement in ATTACKS:
        try:
            wrong[statement] = str(queries.execute(statement, 100).rows)
        except ToolError as error:
            if not str(error).endswith("."):
                wrong[statement] = str(error)
    assert contents() == before
    assert wrong == {}


def test_the_database_alone_lets_nothing_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches an attack that only the parser stops: here, the statements go to the database directly."""
    monkeypatch.setattr(policy, "TIMEOUT", 0.05)  # because many of them sleep
    before = contents()
    told = {}
    for statement in ATTACKS:
        try:
            with current_engine().query(statement) as (_, rows):
                if SECRET in (answer := str(list(rows))):
                    told[statement] = answer
        except (ToolError, ValueError):  # ValueError: drivers refuse NUL
            pass
    assert contents() == before
    assert told == {}


def test_no_join_compares_a_hidden_column() -> None:
    """MariaDB lets an account compare a column that it may not read, in NATURAL JOIN and USING."""
    join = "SELECT c.id FROM sample_customer AS c NATURAL JOIN (SELECT '{}' AS password) AS g"
    right, wrong = (queries.execute(join.format(guess), 10).rows for guess in ("SECRET-1", "nothing"))
    assert right == wrong


def test_good_statements_work() -> None:
    refused = {}
    for statement in good_statements(current_engine().vendor):
        try:
            result = queries.execute(statement, 100)
        except ToolError as error:
            refused[statement] = str(error)
        else:
            assert len(result.columns) == len(result.rows[0]) if result.rows else True
            assert SECRET not in json.dumps(asdict(result), allow_nan=False)
    assert refused == {}


def test_nothing_outlives_its_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "TIMEOUT", 0.3)
    for statement in ENDLESS + ENDLESS_ONLY[current_engine().vendor]:
        with pytest.raises(ToolError, match="took longer than"):
            queries.execute(statement, 100)
