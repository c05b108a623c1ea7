"""Every pair of switches gives a project that passes its own checks and tests on SQLite."""

from pathlib import Path

import pytest

from conftest import Bake
from generated.conftest import passes_its_own_checks
from testing.harness import MAIN_CONFIGURATIONS, UNKIND


@pytest.mark.parametrize("configuration", MAIN_CONFIGURATIONS)
def test_configuration(configuration: str, bake_into: Bake, venv: str, tmp_path: Path) -> None:
    passes_its_own_checks(bake_into(tmp_path, **MAIN_CONFIGURATIONS[configuration] | UNKIND), venv)
