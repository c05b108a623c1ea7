"""Which tenant the running code acts for.

A request gets its scope once, after authentication; nothing a client sends later changes it. Code that
serves no request says it itself:

    with use(tenant):
        Product.objects.count()

The scope goes along into threads and tasks that the code starts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from tenants.models import Tenant

ALL: Final = "*"

_scope: ContextVar["Tenant | Literal['*'] | None"] = ContextVar("tenant_scope", default=None)


class TenantScopeError(Exception):
    """Data of tenants was asked for, and nothing says whose. Nobody's is returned."""


def current() -> "Tenant":
    """Return the tenant in scope. Raises TenantScopeError when it is none, or all of them."""
    scope = _scope.get()
    if scope is None:
        raise TenantScopeError(
            "No tenant is in scope: a command or task names one with `with tenants.scope.use(tenant):`."
        )
    if scope == ALL:
        raise TenantScopeError(
            "All tenants are in scope, so a row can belong to any: name one with "
            "`with tenants.scope.use(tenant):`."
        )
    return scope


def for_database() -> str:
    """Return the scope as PostgreSQL is told it: a primary key, "*" for all tenants, "" for none."""
    scope = _scope.get()
    if scope is None or scope == ALL:
        return scope or ""
    return str(scope.pk)


def is_across_tenants() -> bool:
    """Whether the data of all tenants is in scope."""
    return _scope.get() == ALL


@contextmanager
def use(tenant: "Tenant | None") -> Iterator[None]:
    """Act for `tenant`: its rows are all there are, and new rows belong to it. With None, for nobody."""
    token = _scope.set(tenant)
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def across_tenants() -> Iterator[None]:
    """See the rows of ALL tenants: for commands and administrators, never for what a client asked.

    Rows can be read, changed and deleted; a new one needs its tenant named.
    """
    token = _scope.set(ALL)
    try:
        yield
    finally:
        _scope.reset(token)
