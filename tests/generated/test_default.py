"""The default project, as its owner has it; and as one who runs no hooks has it."""

from pathlib import Path

from conftest import Bake
from generated.conftest import passes_its_own_checks
from testing.harness import ALL_ON


def test_default_project(bake_into: Bake, tmp_path: Path) -> None:
    """As its owner has it: from `make setup`, in a folder with blanks."""
    project = bake_into(tmp_path / "neue Projekte")
    project.run("make", "setup")
    passes_its_own_checks(project)


def test_made_without_hooks(bake_into: Bake, venv: str, tmp_path: Path) -> None:
    """It has no `.env`, and every file there is, which only fits when every option is on."""
    project = bake_into(tmp_path, accept_hooks=False, **ALL_ON)
    project.run("make", "migrate", venv)
    assert not (project.path / ".env").exists()
