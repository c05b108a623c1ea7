"""The default project, as its owner has it."""

import re
from pathlib import Path

import pytest

from conftest import Bake
from generated.conftest import passes_its_own_checks
from testing.harness import BakedProject

PATIENT = """

class Patient(models.Model):
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=6, choices=[("booked", "Booked"), ("done", "Done")], default="booked")

    def __str__(self) -> str:
        return self.name
"""


@pytest.fixture(scope="module")
def project(bake_into: Bake, tmp_path_factory: pytest.TempPathFactory) -> BakedProject:
    """After `make setup`, in a folder with a blank, and with an app as Django's commands write it."""
    project = bake_into(tmp_path_factory.mktemp("default") / "neue Projekte")
    project.run("make", "setup")
    manage(project, "startapp", "clinic")
    with (project.path / "clinic/models.py").open("a") as models:
        models.write(PATIENT)
    settings = project.path / "config/settings/base.py"
    settings.write_text(settings.read_text().replace('    "accounts",\n', '    "accounts",\n    "clinic",\n'))
    manage(project, "makemigrations", "clinic")
    return project


def manage(project: BakedProject, *arguments: str) -> str:
    return project.run(python(project), "manage.py", *arguments, DEBUG="True")


def python(project: BakedProject) -> Path:
    return project.path / ".venv/bin/python"


def test_it_passes_its_own_checks(project: BakedProject) -> None:
    passes_its_own_checks(project)


def test_make_check_names_all_that_failed(project: BakedProject) -> None:
    """Catches a `make check` that stops at the first failure."""
    slip = project.path / "slip.py"
    slip.write_text("import os\nx : int = 'one'\n")
    with pytest.raises(AssertionError) as failed:
        project.run("make", "check")
    slip.unlink()
    said = str(failed.value)
    assert "These checks failed: format lint types.\nmake format mends most of it.\n" in said
    assert set(re.findall(r"\S+\.py\b", said)) == {"slip.py"}


def test_new_tools_pass_too(project: BakedProject) -> None:
    printed = manage(project, "add_mcp_tools", "orders")
    module, test = "mcp_server/tools/orders.py", "mcp_server/tests/tools/test_orders.py"
    assert module in printed
    assert test in printed
    for check in (("ruff", "format", "--check"), ("ruff", "check"), ("mypy",)):
        project.run(python(project), "-m", *check, module, test, DEBUG="True")
    assert "2 passed" in project.run(python(project), "-m", "pytest", test, DEBUG="True")
