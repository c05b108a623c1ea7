"""Every attack three times: with all layers, without the parser, and without the guards of the database.

Catches an attack that only one of the layers prevents.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import Error, connection, transaction
from fastmcp.exceptions import ToolError

from sql_access import policy, queries
from sql_access.engines import current_engine
from sql_access.engines.base import Answer
from sql_access.engines.watchdog import ended_after
from sql_access.results import Column
from sql_access.tests.raw_attacks import RAW
from sql_access.tests.refused import ATTACKS
from sql_access.tests.sample import SECRET, contents

pytestmark = pytest.mark.usefixtures("sample")

TIMEOUT = 0.1
LATE = 1.0  # seconds after the time limit, within which the caller must have an answer

# Queries for the state that a statement could leave behind, besides the rows of the tables.
TRACES = {
    "postgresql": [
        "SELECT name, setting FROM pg_settings WHERE source <> 'client' ORDER BY name",
        # Other test processes use the same server. Their databases have roles that come and go.
        """
        WITH ours AS (
            SELECT oid, rolname, rolsuper, rolconnlimit FROM pg_roles WHERE NOT EXISTS (
                SELECT FROM pg_database
                WHERE datname <> current_database() AND starts_with(rolname, datname || '_')
            )
        )
        SELECT rolname, rolsuper, rolconnlimit, setconfig, (
            SELECT count(*) FROM pg_auth_members JOIN ours AS groups ON roleid = groups.oid
            WHERE member = ours.oid
        )
        FROM ours LEFT JOIN pg_db_role_setting ON setrole = ours.oid ORDER BY rolname
        """,
        "SELECT setconfig FROM pg_db_role_setting WHERE setrole = 0",
        """
        SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
        WHERE locktype = 'advisory' AND datname = current_database()
        """,
        "SELECT count(*) FROM pg_largeobject_metadata",
        "SELECT count(*) FROM pg_replication_slots",
    ],
    "sqlite": ["PRAGMA journal_mode", "PRAGMA user_version", "SELECT sql FROM sqlite_master"],
}


def traces() -> list[object]:
    """Return the state of the server, and all rows."""
    found: list[object] = [contents()]
    with connection.cursor() as cursor:
        for question in TRACES[connection.vendor]:
            cursor.execute(question)
            found.append(cursor.fetchall())
    return found


def with_both(statement: str) -> str:
    return str(queries.execute(statement, 100))


def without_parser(statement: str) -> str:
    with current_engine().query(statement) as (columns, rows):
        return f"{columns} {list(rows)}"


@contextmanager
def unguarded(statement: str) -> Iterator[Answer]:
    """Run a statement as the application, without the guards of the database, except for the time limit.

    The parser cannot know how long a query takes, so it is not the only protection there.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor, ended_after(TIMEOUT, interrupt()):
            cursor.execute(statement)
            yield [Column(name, "") for name, *_ in cursor.description or ()], iter(cursor.fetchall())
    except Error as error:
        raise ToolError(str(error)) from error


def interrupt() -> Callable[[], object]:
    opened: Any = connection.connection
    found: Callable[[], object] = opened.interrupt if connection.vendor == "sqlite" else opened.cancel_safe
    return found


def harm(ask: Callable[[str], str], statement: str) -> str:
    """Return the answer of a harmful statement, or its time if it took too long. Else, return ""."""
    began = time.monotonic()
    try:
        said = ask(statement)
    except (ToolError, ValueError) as error:  # ValueError: drivers refuse NUL
        said = str(error).replace(statement, "")
    took = time.monotonic() - began
    if SECRET in said.replace("SECRET%", "") and "SECRET" not in statement:
        return said[:300]
    return f"{took:.1f} seconds" if took > TIMEOUT + LATE else ""


def harms(ask: Callable[[str], str], statements: list[str]) -> dict[str, str]:
    found = {statement: harm(ask, statement) for statement in statements}
    # Try again, because the machine may have been busy.
    return {statement: wrong for statement in found if found[statement] and (wrong := harm(ask, statement))}


@pytest.fixture(params=["both layers", "no parser", "no guards of the database"])
def ask(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    monkeypatch.setattr(policy, "TIMEOUT", TIMEOUT)
    if request.param == "no parser":
        return without_parser
    if request.param == "no guards of the database" and current_engine().vendor != "mysql":
        # On MySQL, tests only have the account that is limited already.
        monkeypatch.setattr(type(current_engine()), "query", lambda _, statement: unguarded(statement))
    return with_both


def test_no_attack_does_harm(ask: Callable[[str], str]) -> None:
    before = traces()
    assert harms(ask, [*ATTACKS, *RAW[current_engine().vendor]]) == {}
    assert traces() == before
