"""The quota of a user in each tenant."""

import pytest

from accounts.models import User
from documents.models import StoredFile
from documents.tests.test_quota import keeper, little
from mcp_server.tests.fixtures import ConnectMCP
from mcp_server.tests.helpers import answer
from tenants.models import Membership, Tenant
from tenants.scope import use

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["keeper", "little"]  # fixtures


async def test_each_tenant_counts_for_itself(mcp_client: ConnectMCP, keeper: User, tenant: Tenant) -> None:
    other = await Tenant.objects.acreate(name="Other", slug="other")
    async with mcp_client(keeper) as client:
        await answer(client, "upload_file", name="a.txt", content="x" * 100)
    await Membership.objects.filter(user=keeper).aupdate(tenant=other)
    async with mcp_client(keeper) as client:
        await answer(client, "upload_file", name="a.txt", content="x" * 100)
    with use(other):
        assert await StoredFile.objects.acount() == 1
