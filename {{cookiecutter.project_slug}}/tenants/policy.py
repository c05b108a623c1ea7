"""For which tenant a user may act: one rule for AI clients and for pages. This is policy.

A user may act for the active tenants of which they are a member, and a credential only for those of them that
it is for. If there are several, the address names one: `/mcp/t/<slug>/`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from tenants.models import Membership, Tenant


class TenantNotFoundError(Exception):
    """The address names a tenant that does not exist or is not the caller's.

    The answer does not say which.
    """

    def __init__(self) -> None:
        super().__init__("There is no such address.")


class NoTenantError(Exception):
    """No tenant is possible, or several are. The message is for the caller."""

    def __init__(self, covered: Sequence[Tenant]) -> None:
        addresses = ", ".join(f"/mcp/t/{tenant.slug}/" for tenant in covered)
        super().__init__(
            f"There are several tenants: use the address of one ({addresses}), or a token for one."
            if covered
            else "You are not a member of an active tenant: ask an administrator to add you, then create "
            "a new token or connect the app again."
        )


def tenants_of(users: Iterable[int]) -> dict[int, list[Tenant]]:
    """Return the tenants for which each of these users (primary keys) may act, with one query."""
    memberships = Membership.objects.filter(user__in=users, tenant__active=True)
    found = defaultdict(list)
    for membership in memberships.select_related("tenant").order_by("tenant__slug"):
        found[membership.user_id].append(membership.tenant)
    return found


def choose(
    tenants: Iterable[Tenant], *, limited_to: Collection[int] | None = None, slug: str | None = None
) -> Tenant:
    """Return the tenant of a request.

    Args:
        tenants: the tenants for which the user may act.
        limited_to: the primary keys of the tenants that the credential is for, or None without a credential.
        slug: the slug in the address, or None.

    Raises:
        TenantNotFoundError: if the address names another tenant.
        NoTenantError: if it names none, and none is possible or several are.

    """
    covered = [tenant for tenant in tenants if limited_to is None or tenant.pk in limited_to]
    if slug is not None:
        covered = [tenant for tenant in covered if tenant.slug == slug]
        if not covered:
            raise TenantNotFoundError
    if len(covered) != 1:
        raise NoTenantError(covered)
    return covered[0]
