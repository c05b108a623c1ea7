"""The tools with which staff of the site read its tenants."""

from datetime import datetime

import pytest

from accounts.models import User
from mcp_server.tests.fixtures import ConnectMCP
from mcp_server.tests.helpers import answer
from tenants.models import Membership, Tenant

pytestmark = pytest.mark.django_db(transaction=True)


async def test_the_list_of_tenants_says_how_many_use_them_and_since_when(
    mcp_client: ConnectMCP, admin: User, user: User, tenant: Tenant
) -> None:
    other = await Tenant.objects.acreate(name="Other", slug="zz-other", active=False)
    await Membership.objects.acreate(tenant=other, user=user)
    async with mcp_client(admin) as client:
        first, second = (await answer(client, "list_tenants"))["result"]
    assert (first["slug"], first["users"]) == (tenant.slug, 2)
    assert datetime.fromisoformat(second.pop("created")) == other.created
    assert second == {"slug": "zz-other", "name": "Other", "active": False, "users": 1}
