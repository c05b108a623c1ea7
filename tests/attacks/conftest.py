"""The site of tests/oauth, and credentials to attack it with."""

from pathlib import Path

import pytest

from oauth.conftest import (
    alice,
    chromium,
    database,
    database_url,
    http,
    mallory,
    played_internet,
    site,
    trust,
)

__all__ = [
    "alice",
    "chromium",
    "database",
    "database_url",
    "http",
    "mallory",
    "played_internet",
    "site",
    "trust",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)
