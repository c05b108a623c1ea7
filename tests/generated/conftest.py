"""What the tests of generated projects share."""

import pytest

from testing.harness import BakedProject


@pytest.fixture
def venv(everything: BakedProject) -> str:
    """What to give to `make`, so that it needs no setup."""
    return f"VENV={everything.path}/.venv"


def passes_its_own_checks(project: BakedProject, *arguments: str) -> None:
    project.run("git", "init", "--quiet")
    project.run("git", "add", "--all")
    project.run("make", "check", *arguments)
    project.run("make", "test", *arguments)
    assert project.run("git", "status", "--porcelain", "--untracked-files").count("\n?? ") == 0
