"""Every pair of options gives a project that passes its own checks and tests."""

from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pytest

from conftest import Bake
from generated.conftest import passes_its_own_checks
from testing.harness import ALL_ON, MAIN_CONFIGURATIONS, UNKIND, BakedProject
from testing.postgres import temporary_postgres

# Pages show parts of every option, so they are looked at with each combination.
PAGES = ("accounts/tests/test_pages.py", "config/tests/test_languages.py", "mcp_server/tests/pages/")
# The default is in test_default.py, with its own environment.
ON_SQLITE = [name for name in MAIN_CONFIGURATIONS if name not in {"default", "all-on"}]


def test_every_option_on_postgresql(bake_into: Bake, venv: str, tmp_path: Path) -> None:
    """As the generated CI does it, in its second run: several processes, each with a database."""
    project = bake_into(tmp_path, **ALL_ON | UNKIND)
    with temporary_postgres() as postgres:
        passes_its_own_checks(project, venv, DATABASE_URL=postgres.url())


@pytest.mark.parametrize("configuration", ON_SQLITE)
def test_some_options_on_sqlite(
    configuration: str, bake_into: Bake, bake: Bake, venv: str, tmp_path: Path
) -> None:
    project = bake_into(tmp_path, **MAIN_CONFIGURATIONS[configuration] | UNKIND)
    others = " ".join(f"--ignore={name}" for name in run_elsewhere(configuration, bake))
    passes_its_own_checks(project, venv, processes=0, PYTEST_ADDOPTS=others)


def run_elsewhere(configuration: str, bake: Bake) -> Iterator[str]:
    """Yield the test files that need not run with these options.

    Nearly all read the same in every project. Each of those runs with every option on PostgreSQL, and once on
    SQLite: in the default project, or in one of the projects here, which take turns with the files that the
    default project does not have. All of them in all would take ten minutes longer.
    """
    everything, default = bake(**ALL_ON | UNKIND), bake()
    projects = {name: bake(**MAIN_CONFIGURATIONS[name] | UNKIND) for name in ON_SQLITE}
    for name in sorted(files_of_tests(everything)):
        with_it = [each for each, project in projects.items() if is_same(name, project, everything)]
        if configuration in with_it and not name.startswith(PAGES):
            turn = with_it[crc32(name.encode()) % len(with_it)]
            if is_same(name, default, everything) or configuration != turn:
                yield name


def files_of_tests(project: BakedProject) -> Iterator[str]:
    return (path.relative_to(project.path).as_posix() for path in project.path.rglob("test_*.py"))


def is_same(name: str, project: BakedProject, other: BakedProject) -> bool:
    return (project.path / name).exists() and project.read(name) == other.read(name)
