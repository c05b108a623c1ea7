"""The site of tests/oauth, and credentials to attack it with."""

from oauth.conftest import (
    alice,
    chromium,
    http,
    mallory,
    played_internet,
    postgres,
    site,
    trust,
)

__all__ = [
    "alice",
    "chromium",
    "http",
    "mallory",
    "played_internet",
    "postgres",
    "site",
    "trust",
]
