"""Gives each tenant its own keys in the cache."""

from tenants import scope


def make_key(key: str, prefix: str, version: int) -> str:
    """Return the key with the tenant in scope, so that no tenant gets values of another."""
    return f"{prefix}:{version}:{scope.for_database()}:{key}"
