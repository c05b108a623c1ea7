"""What Django developers do without reading our documentation: they use neither `make` nor `.env`."""

import os
import secrets
from pathlib import Path

import pytest
import yaml

from conftest import Bake
from testing.harness import BakedProject, free_port
from testing.processes import running


@pytest.fixture
def clone(bake_into: Bake, tmp_path: Path) -> BakedProject:
    """The project in a new clone, which has no `.env`."""
    project = bake_into(tmp_path)
    (project.path / ".env").unlink()
    return project


def without_settings() -> dict[str, str]:
    ours = ("DEBUG", "SECRET_KEY", "DATABASE_URL", "PUBLIC_BASE_URL", "MAKE", "MFLAGS")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def test_runserver_serves_pages_in_a_clone(clone: BakedProject, everything: BakedProject) -> None:
    """An IDE runs this command. Catches an error 500 because static files or a SECRET_KEY are missing."""
    python = everything.path / ".venv/bin/python"
    clone.run(python, "manage.py", "migrate", "--verbosity=0")
    account = ("createsuperuser", "--no-input", "--email=me@example.com")
    clone.run(python, "manage.py", *account, DJANGO_SUPERUSER_PASSWORD=secrets.token_urlsafe())
    assert "mcp_" in clone.run(
        python, "manage.py", "create_mcp_token", "--user=me@example.com", "--name=laptop"
    )
    port = free_port()
    with running(
        [str(python), "manage.py", "runserver", str(port)],
        cwd=clone.path,
        environment=without_settings(),
        url=f"http://127.0.0.1:{port}",
        ready="/ready",
        log=clone.path.parent / "runserver.log",
    ) as server:
        assert "My MCP Site" in server.get("/")
        assert "<svg" in server.get("/static/icon.svg")


def test_manage_py_test_runs_pytest(clone: BakedProject, everything: BakedProject) -> None:
    python = everything.path / ".venv/bin/python"
    assert "passed" in clone.run(python, "manage.py", "test", "operations/tests/test_csv_export.py")


def test_the_hooks_before_a_commit_run_what_is_installed(everything: BakedProject) -> None:
    hooks = yaml.safe_load(everything.read(".pre-commit-config.yaml"))["repos"][0]["hooks"]
    assert len(hooks) == 4
    for hook in hooks:
        files = ("manage.py", "mcp_server/models.py") if hook.get("pass_filenames", True) else ()
        everything.run(*hook["entry"].split(), *files)
