"""The tenant of the demo data and of the first user."""

from typing import Final

from operations.users import User
from tenants.models import Membership, Tenant

DEMO: Final = "demo"


def demo_tenant(member: User | None = None) -> Tenant:
    """Return the tenant “Demo”, made if need be, with `member` in it."""
    tenant, _ = Tenant.objects.get_or_create(slug=DEMO, defaults={"name": "Demo"})
    if member:
        Membership.objects.get_or_create(tenant=tenant, user=member)
    return tenant
