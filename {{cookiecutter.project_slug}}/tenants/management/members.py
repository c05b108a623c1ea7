"""Tenants as they are named on a command line."""

from django.core.management.base import CommandError

from operations.users import User
from tenants.models import Tenant


def find_tenant(user: User, slug: str | None) -> Tenant | None:
    """Return the tenant of `user` with this slug, None without one. Raises CommandError for others."""
    tenant = user.tenants.filter(slug=slug).first()
    if slug and tenant is None:
        raise CommandError(f"{user.get_username()} is not a member of a tenant with the slug {slug!r}.")
    return tenant
