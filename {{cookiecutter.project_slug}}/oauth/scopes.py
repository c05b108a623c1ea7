"""What an app may ask for. Users may allow less on the consent page."""

from collections.abc import Iterable

READ = "mcp:read"
WRITE = "mcp:write"

SCOPES = {
    READ: "Look things up, with tools that change nothing.",
    WRITE: "Change data, with every tool you may use.",
}


def known(scopes: Iterable[str]) -> list[str]:
    """Return those that there are, in the order in which they were asked for."""
    return [scope for scope in scopes if scope in SCOPES]


def all_of(scope: str | Iterable[str]) -> set[str]:
    """Return the scopes that `scope` stands for: who may write may read. Those of the library are none."""
    named = set(scope.split() if isinstance(scope, str) else scope) & SCOPES.keys()
    return {READ, *named} if named else named


def common(*scopes: str | Iterable[str]) -> list[str]:
    """Return what all of these allow, in the order of SCOPES."""
    shared = set.intersection(*map(all_of, scopes))
    return [scope for scope in SCOPES if scope in shared]
