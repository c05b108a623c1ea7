"""Fixtures for the tests of metrics and alerts."""

from pathlib import Path

import pytest

from conftest import Bake
from testing.harness import BakedProject


@pytest.fixture(scope="session")
def project(bake_into: Bake, tmp_path_factory: pytest.TempPathFactory) -> BakedProject:
    """A default project to read."""
    return bake_into(tmp_path_factory.mktemp("observability"))


@pytest.fixture(scope="session")
def prometheus_folder(project: BakedProject) -> Path:
    return project.path / "deploy/prometheus"
