"""Which tenant a request is for, and when it is refused."""

import pytest
from django.test import Client as Browser
from fastmcp.utilities.tests import ASGIServer
from httpx2 import Response

from accounts.models import User
from mcp_server.models import MCPToken
from mcp_server.tests.fixtures import ConnectMCP, ServeMCP
from tenants.models import Membership, Tenant

pytestmark = pytest.mark.django_db(transaction=True)

NOT_FOUND = (404, {"error": "not_found"})


@pytest.fixture
def other(transactional_db: None) -> Tenant:
    """A tenant without members."""
    return Tenant.objects.create(name="Globex", slug="globex")


@pytest.fixture
def of_both(user: User, other: Tenant) -> MCPToken:
    """A token for all tenants of a user with two tenants."""
    Membership.objects.create(user=user, tenant=other)
    return MCPToken.objects.create(user=user, name="both")


async def ask(server: ASGIServer, path: str, token: MCPToken, **headers: str) -> Response:
    headers |= {"Authorization": f"Bearer {token.token}", "Accept": "application/json, text/event-stream"}
    call = {"name": "get_tenant_info", "arguments": {}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    async with server.http_client() as client:
        return await client.post(path, json=message, headers=headers)


async def test_token_is_for_the_only_tenant_of_its_user(user: User, tenant: Tenant, other: Tenant) -> None:
    token = await MCPToken.objects.acreate(user=user, name="one")
    assert token.tenant_id == tenant.pk
    await Membership.objects.acreate(user=user, tenant=other)
    assert (await MCPToken.objects.acreate(user=user, name="two")).tenant_id is None


@pytest.mark.parametrize("end", ["", "/"])
async def test_address_names_one_of_several(
    serve_mcp: ServeMCP, of_both: MCPToken, tenant: Tenant, other: Tenant, end: str
) -> None:
    async with serve_mcp() as server:
        for slug in (tenant.slug, other.slug):
            answer = await ask(server, f"/mcp/t/{slug}{end}", of_both)
            assert f'"slug":"{slug}"' in answer.text.replace("\\", "").replace(": ", ":")
        refused = await ask(server, "/mcp/", of_both)
    assert refused.status_code == 403
    assert "/mcp/t/demo/, /mcp/t/globex/" in refused.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/mcp/t/globex/", "/mcp/t/none/", "/mcp/t/globex/sse/"])
async def test_address_of_others_does_not_exist(
    serve_mcp: ServeMCP, user: User, other: Tenant, path: str
) -> None:
    token = await MCPToken.objects.acreate(user=user, name="one")
    async with serve_mcp() as server:
        answer = await ask(server, path, token)
    assert (answer.status_code, answer.json()) == NOT_FOUND


async def test_limited_token_does_not_reach_its_users_other_tenant(
    serve_mcp: ServeMCP, user: User, of_both: MCPToken, tenant: Tenant
) -> None:
    token = await MCPToken.objects.acreate(user=user, name="limited", tenant=tenant)
    async with serve_mcp() as server:
        answer = await ask(server, "/mcp/t/globex/", token)
        header = await ask(server, "/mcp/", token, **{"X-Tenant": "globex"})
    assert (answer.status_code, answer.json()) == NOT_FOUND
    assert "globex" not in header.text


async def test_refused_from_the_next_request_on(serve_mcp: ServeMCP, user: User, tenant: Tenant) -> None:
    token = await MCPToken.objects.acreate(user=user, name="one")
    async with serve_mcp() as server:
        assert (await ask(server, "/mcp/", token)).status_code == 200
        await Membership.objects.filter(user=user).adelete()
        assert (await ask(server, "/mcp/", token)).status_code == 403
        await Membership.objects.acreate(user=user, tenant=tenant)
        assert (await ask(server, "/mcp/", token)).status_code == 200
        await Tenant.objects.filter(pk=tenant.pk).aupdate(active=False)
        assert (await ask(server, "/mcp/", token)).status_code == 403
        assert (await ask(server, "/mcp/t/demo/", token)).status_code == 404


async def test_sse_names_the_tenant_for_messages(serve_mcp: ServeMCP, of_both: MCPToken) -> None:
    async with serve_mcp("sse") as served:
        server = ASGIServer("http://localhost/mcp/t/globex/sse/", served.app, "sse")
        async with server.client(auth=of_both.token) as client:
            assert (await client.call_tool("get_tenant_info", {})).data.slug == "globex"


async def test_calls_are_limited_for_all_users_together(
    mcp_client: ConnectMCP, user: User, admin: User, tenant: Tenant
) -> None:
    await Tenant.objects.filter(pk=tenant.pk).aupdate(rate_limit="1/hour")
    async with mcp_client(user) as client:
        await client.call_tool("whoami", {})
    async with mcp_client(admin) as client:
        with pytest.raises(Exception, match="Too many calls"):
            await client.call_tool("whoami", {})


async def test_calls_over_the_limit_of_a_token_are_no_calls_of_its_tenant(
    mcp_client: ConnectMCP, user: User, admin: User, tenant: Tenant
) -> None:
    await Tenant.objects.filter(pk=tenant.pk).aupdate(rate_limit="2/hour")
    token = await MCPToken.objects.acreate(user=user, name="limited", rate_limit="1/hour")
    async with mcp_client(token) as client:
        await client.call_tool("whoami", {})
        for _ in range(3):
            with pytest.raises(Exception, match="Too many calls"):
                await client.call_tool("whoami", {})
    async with mcp_client(admin) as client:
        await client.call_tool("whoami", {})


def test_pages_of_a_tenant(client: Browser, admin: User, user: User, other: Tenant) -> None:
    client.force_login(user)
    assert client.get("/t/demo/tokens/").status_code == 200
    assert client.get("/t/globex/tokens/").status_code == 404
    assert client.get("/t/demo/metrics").status_code == 404  # nginx hides only /metrics
    client.force_login(admin)
    assert client.get("/t/globex/admin/").status_code == 200
    assert client.get("/t/none/admin/").status_code == 404
    client.logout()
    assert client.post("/t/globex/accounts/login/").headers["Location"].startswith("/accounts/login/")
