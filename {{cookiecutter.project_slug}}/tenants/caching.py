"""The cache: each tenant has its own keys."""

from tenants import scope


def make_key(key: str, prefix: str, version: int) -> str:
    """Put the tenant in scope into a key, so that none is answered with what was cached for another."""
    return f"{prefix}:{version}:{scope.for_database()}:{key}"
