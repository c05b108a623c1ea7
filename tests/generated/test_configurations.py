"""Every pair of options gives a project that passes its own checks and tests."""

from pathlib import Path

import pytest

from conftest import Bake
from generated.conftest import passes_its_own_checks
from testing.harness import ALL_ON, MAIN_CONFIGURATIONS, UNKIND
from testing.postgres import temporary_postgres

# The default is in test_default.py, with its own environment.
ON_SQLITE = [name for name in MAIN_CONFIGURATIONS if name not in {"default", "all-on"}]


def test_every_option_on_postgresql(bake_into: Bake, venv: str, tmp_path: Path) -> None:
    """As the generated CI does it, in its second run: several processes, each with a database."""
    project = bake_into(tmp_path, **ALL_ON | UNKIND)
    with temporary_postgres() as postgres:
        passes_its_own_checks(project, venv, DATABASE_URL=postgres.url())


@pytest.mark.parametrize("configuration", ON_SQLITE)
def test_some_options_on_sqlite(configuration: str, bake_into: Bake, venv: str, tmp_path: Path) -> None:
    project = bake_into(tmp_path, **MAIN_CONFIGURATIONS[configuration] | UNKIND)
    passes_its_own_checks(project, venv, processes=0)
