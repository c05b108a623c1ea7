"""The site of tests/oauth, and credentials to attack it with."""

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
