"""The tenant for which the running code acts.

A request gets its scope once, after authentication; nothing that a client sends later changes it. Code
outside a request sets it itself:

    with use(tenant):
        Product.objects.count()

Threads and tasks that the code starts through asyncio or asgiref have the same scope.
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
    """A query needs a tenant, and none is in scope, or all are."""


def current() -> "Tenant":
    """Return the tenant in scope. Raises TenantScopeError if there is none, or if all are in scope."""
    scope = _scope.get()
    if scope is None:
        raise TenantScopeError(
            "No tenant is in scope: a command or task sets one with `with tenants.scope.use(tenant):`."
        )
    if scope == ALL:
        raise TenantScopeError(
            "All tenants are in scope, so this code does not know which one to use: set it with "
            "`with tenants.scope.use(tenant):`."
        )
    return scope


def for_database() -> str:
    """Return the scope for PostgreSQL and cache keys: a primary key, "*" for all tenants, or "" for none."""
    scope = _scope.get()
    if scope is None or scope == ALL:
        return scope or ""
    return str(scope.pk)


def is_across_tenants() -> bool:
    """Whether the data of all tenants is in scope."""
    return _scope.get() == ALL


@contextmanager
def use(tenant: "Tenant | None") -> Iterator[None]:
    """Act for `tenant` in the block: queries find only its rows, and new rows belong to it.

    None means no tenant.
    """
    token = _scope.set(tenant)
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def across_tenants() -> Iterator[None]:
    """See the rows of ALL tenants in the block: for commands and administrators, never for clients.

    Rows can be read, changed and deleted. A new row needs an explicit tenant.
    """
    token = _scope.set(ALL)
    try:
        yield
    finally:
        _scope.reset(token)
