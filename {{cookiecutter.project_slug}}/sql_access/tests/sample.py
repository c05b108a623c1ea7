"""Sample tables with secrets in the database that the SQL tools read, and the contents of all of them."""

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
    """Create four tables, and expose three: one of these with hidden columns, and the fourth not at all.

    If MCP_SQL_DATABASE_URL is set, that database must have the tables already.
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
        assert SECRET in str(contents())  # otherwise, no test could find it in an answer
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
    """Create the role, and drop it after the test."""
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
        # If the tests run as a superuser, this revokes all of them. The application may revoke only some.
        role.revoke_functions(owner)
    try:
        yield
    finally:
        with administrator() as admin:  # who may own the role
            admin.execute(f'DROP OWNED BY "{name}"; DROP ROLE "{name}"'.encode())


def run(statement: str) -> None:
    """Run a statement as the application, which may read and write everything."""
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
