"""The limits of calls also apply over plain HTTP."""

import pytest

from mcp_server.models import MCPToken
from mcp_server.tests.fixtures import ConnectMCP, ServeMCP
from mcp_server.tests.helpers import raw_call
from mcp_server.tests.runtime.test_concurrency import REFUSAL, running, slow_tools, until
from mcp_server.tests.test_limit_of_one_tool import rule
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["rule", "slow_tools"]  # fixtures


async def test_calls_that_run(mcp_client: ConnectMCP, serve_mcp: ServeMCP, admin: User) -> None:
    token = await MCPToken.objects.acreate(user=admin, name="test")
    headers = {"Authorization": f"Bearer {token.token}"}
    async with mcp_client() as client, running(*(client.call_tool("wait_in_thread") for _ in range(2))):
        await until(2)
        async with serve_mcp() as server, server.http_client(headers=headers) as http:
            answer = await http.post("/api/mcp/tools/answer_soon", json={})
            assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")
            assert answer.json()["detail"] == REFUSAL


async def test_calls_of_one_tool(serve_mcp: ServeMCP, admin: User) -> None:
    """Catches separate counts for plain HTTP and MCP, which would double the limit."""
    token = await MCPToken.objects.acreate(user=admin, name="test")
    headers = {"Authorization": f"Bearer {token.token}"}
    async with serve_mcp() as server, server.http_client(headers=headers) as http:
        answers = [await http.post("/mcp/", **raw_call("whoami")) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert (await http.post("/api/mcp/tools/whoami", json={})).status_code == 429
        for _ in range(3):
            answer = await http.post("/api/mcp/tools/add_numbers", json={"a": 1, "b": 2})
            assert answer.status_code == 200
