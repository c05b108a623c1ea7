"""The scopes that an app may ask for. Users may limit it further on the consent page."""

from collections.abc import Iterable

READ = "mcp:read"
WRITE = "mcp:write"

SCOPES = {
    READ: "Look things up, with tools that change nothing.",
    WRITE: "Change data, with every tool you may use.",
}


def known(scopes: Iterable[str]) -> list[str]:
    """Return those of `scopes` that exist, in the same order."""
    return [scope for scope in scopes if scope in SCOPES]


def all_of(scope: str | Iterable[str]) -> set[str]:
    """Return all scopes that `scope` includes: writing includes reading.

    Scopes of the library do not count.
    """
    named = set(scope.split() if isinstance(scope, str) else scope) & SCOPES.keys()
    return {READ, *named} if named else named


def common(*scopes: str | Iterable[str]) -> list[str]:
    """Return the scopes that all of these include, in the order of SCOPES."""
    shared = set.intersection(*map(all_of, scopes))
    return [scope for scope in SCOPES if scope in shared]
