"""What the tests of generated projects share."""

import pytest

from testing.harness import BakedProject


@pytest.fixture
def venv(everything: BakedProject) -> str:
    """What to give to `make`, so that it needs no setup."""
    return f"VENV={everything.path}/.venv"


def passes_its_own_checks(
    project: BakedProject, *arguments: str, processes: int = 2, **environment: str
) -> None:
    """Run what its owner and its CI run.

    Args:
        project: Just baked.
        arguments: For make.
        processes: That share the tests. Each starts Django and makes a database; 0: none but pytest.
        environment: Variables for the tests.
    """
    project.run("git", "init", "--quiet")
    project.run("git", "add", "--all")
    project.run("make", "check", *arguments)
    project.run("make", "test", *arguments, PYTEST_XDIST_AUTO_NUM_WORKERS=str(processes), **environment)
    assert project.run("git", "status", "--porcelain", "--untracked-files").count("\n?? ") == 0
