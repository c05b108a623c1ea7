"""The default project, as its owner has it."""

from pathlib import Path

from conftest import Bake
from generated.conftest import passes_its_own_checks


def test_default_project(bake_into: Bake, tmp_path: Path) -> None:
    """As its owner has it: from `make setup`, in a folder with blanks, and then with tools of the owner's."""
    project = bake_into(tmp_path / "neue Projekte")
    project.run("make", "setup")
    passes_its_own_checks(project)

    python = project.path / ".venv/bin/python"
    printed = project.run(python, "manage.py", "add_mcp_tools", "orders", DEBUG="True")
    module, test = "mcp_server/tools/orders.py", "mcp_server/tests/tools/test_orders.py"
    assert module in printed
    assert test in printed
    for check in (("ruff", "format", "--check"), ("ruff", "check"), ("mypy",)):
        project.run(python, "-m", *check, module, test, DEBUG="True")
    assert "2 passed" in project.run(python, "-m", "pytest", test, DEBUG="True")
