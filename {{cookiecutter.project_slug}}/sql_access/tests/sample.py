"""Tables with secrets, on whatever database the SQL tools read, and a look at whether they changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from sql_access import engines, policy

TABLES = ("sample_order", "sample_secret", "sample_customer", "sample_category")
STATEMENTS = (Path(__file__).parent / "sample.sql").read_text()
SECRET = "SECRET"


@pytest.fixture
def sample(transactional_db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Expose three tables, one of them with two of its columns hidden, and one without one.

    With MCP_SQL_DATABASE_URL set, that database must have the tables; else the test database gets them.
    """
    expose(
        monkeypatch,
        sample_category=policy.ALL,
        sample_customer=("id", "name", "born"),
        sample_order=policy.ALL,
    )
    if settings.MCP_SQL_DATABASE:
        yield
        return
    settings.MCP_SQL_DATABASE = connection.settings_dict
    try:
        for statement in STATEMENTS.split(";\n"):
            run(statement)
        assert SECRET in str(contents())  # which the tests would find if it were told
        yield from with_role()
    finally:
        for table in TABLES:
            run(f"DROP TABLE IF EXISTS {table}")
        engines.other_engine.cache_clear()


def expose(monkeypatch: pytest.MonkeyPatch, **tables: policy.Columns) -> None:
    """Expose these tables of the database, and no others."""
    monkeypatch.setattr(policy, "EXPOSED_TABLES", tables)
    engines.other_engine.cache_clear()


def with_role() -> Iterator[None]:
    """Have the role while the test runs."""
    if connection.vendor != "postgresql":
        yield
        return
    from sql_access import role  # noqa: PLC0415 - needs the driver of PostgreSQL
    from sql_access.engines.postgresql import connect  # noqa: PLC0415
    from sql_access.tests.administrator import administrator  # noqa: PLC0415

    engine = engines.current_engine()
    name = role.reader_role(str(connection.settings_dict["NAME"]))
    with connect(engine.config) as owner:
        role.bring_up_to_date(owner, engine.tables)
        # As a superuser, which the tests may be but the application may not, this takes all of them.
        role.revoke_functions(owner)
    try:
        yield
    finally:
        with administrator() as admin:  # who may have made it, too
            admin.execute(f'DROP OWNED BY "{name}"; DROP ROLE "{name}"'.encode())


def run(statement: str) -> None:
    """Run a statement as the application may, which is allowed everything."""
    if statement.strip():
        with connection.cursor() as cursor:
            cursor.execute(statement)


def contents() -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every sample table, and the names of all tables."""
    found: dict[str, list[tuple[object, ...]]] = {}
    with connection.cursor() as cursor:
        found["tables"] = [(name,) for name in sorted(connection.introspection.table_names(cursor))]
        for table in TABLES:
            if (table,) in found["tables"]:
                cursor.execute(f"SELECT * FROM {table} ORDER BY id")  # noqa: S608 - our own names
                found[table] = cursor.fetchall()
    return found
