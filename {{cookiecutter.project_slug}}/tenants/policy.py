"""For which tenant somebody may act. One rule for AI clients and for pages.

This is policy. A user may act for the active tenants they are a member of; a credential only for those of
them that it was given for. Of several, the address names the one that is meant: `/mcp/t/<slug>/`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from tenants.models import Membership, Tenant


class TenantNotFoundError(Exception):
    """The address names a tenant that is not covered, or does not exist: nobody is told which."""

    def __init__(self) -> None:
        super().__init__("There is no such address.")


class NoTenantError(Exception):
    """It is not clear whom to act for. The message is for the caller."""

    def __init__(self, covered: Sequence[Tenant]) -> None:
        addresses = ", ".join(f"/mcp/t/{tenant.slug}/" for tenant in covered)
        super().__init__(
            f"You act for several tenants: use the address of one, {addresses}, or a token for one."
            if covered
            else "You are not a member of an active tenant: ask an administrator to add you, then create "
            "a new token or connect the app again."
        )


def tenants_of(users: Iterable[int]) -> dict[int, list[Tenant]]:
    """Return the tenants that each of these users (primary keys) may act for, in one query."""
    memberships = Membership.objects.filter(user__in=users, tenant__active=True)
    found = defaultdict(list)
    for membership in memberships.select_related("tenant").order_by("tenant__slug"):
        found[membership.user_id].append(membership.tenant)
    return found


def choose(
    tenants: Iterable[Tenant], *, limited_to: Collection[int] | None = None, slug: str | None = None
) -> Tenant:
    """Return the tenant that a request is for.

    Args:
        tenants: those its user may act for.
        limited_to: primary keys of those that its credential is for; None without a credential.
        slug: the tenant that the address names, if it names one.

    Raises TenantNotFoundError when the address names another one, NoTenantError when it names none and
    there is none, or are several.
    """
    covered = [tenant for tenant in tenants if limited_to is None or tenant.pk in limited_to]
    if slug is not None:
        covered = [tenant for tenant in covered if tenant.slug == slug]
        if not covered:
            raise TenantNotFoundError
    if len(covered) != 1:
        raise NoTenantError(covered)
    return covered[0]
