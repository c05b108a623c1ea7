"""The tests of a generated project pass on PostgreSQL too."""

from pathlib import Path

from conftest import Bake
from testing.harness import ALL_ON
from testing.postgres import temporary_postgres


def test_on_postgresql(bake_into: Bake, venv: str, tmp_path: Path) -> None:
    """As the generated CI does it, in its second run."""
    with temporary_postgres() as postgres:
        bake_into(tmp_path, **ALL_ON).run("make", "test", venv, DATABASE_URL=postgres.url())
