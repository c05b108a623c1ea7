"""The tenant “Demo”, for the demo data and the first user."""

from typing import Final

from operations.users import User
from tenants.models import Membership, Tenant

DEMO: Final = "demo"


def demo_tenant(member: User | None = None) -> Tenant:
    """Return the tenant “Demo”, with `member` in it. Creates it if it does not exist."""
    tenant, _ = Tenant.objects.get_or_create(slug=DEMO, defaults={"name": "Demo"})
    if member:
        Membership.objects.get_or_create(tenant=tenant, user=member)
    return tenant
