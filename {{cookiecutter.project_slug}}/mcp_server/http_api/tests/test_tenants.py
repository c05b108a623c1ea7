"""The tenant in the address works as over MCP."""

from http import HTTPStatus

import pytest

from mcp_server.http_api.tests.conftest import ConnectHTTP
from tenants.models import Tenant

pytestmark = pytest.mark.django_db(transaction=True)


async def test_the_address_names_a_tenant_of_the_user(program: ConnectHTTP) -> None:
    other = await Tenant.objects.acreate(name="Other", slug="other")
    async with program() as http:
        mine = await http.post("/api/mcp/t/demo/tools/whoami", json={})
        document = (await http.get("/api/mcp/t/demo/openapi.json")).json()
        foreign = await http.post(f"/api/mcp/t/{other.slug}/tools/whoami", json={})
        unknown = await http.post("/api/mcp/t/nobody/tools/whoami", json={})
    assert mine.status_code == HTTPStatus.OK
    assert "/api/mcp/t/demo/tools/whoami" in document["paths"]
    assert foreign.status_code == unknown.status_code == HTTPStatus.NOT_FOUND
    assert foreign.text == unknown.text
