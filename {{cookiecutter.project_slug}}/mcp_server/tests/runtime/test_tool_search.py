"""Many tools: clients search them (MCP_TOOL_LIST=search), or get pages."""

from collections.abc import Iterator

import pytest
from asgiref.sync import sync_to_async
from fastmcp.exceptions import ToolError

from mcp_server.models import MCPToken, ToolCall
from mcp_server.permissions import permission_required
from mcp_server.runtime import tool_search
from mcp_server.runtime.audit import audit
from mcp_server.runtime.tool_search import CALL, MAX_QUERY, SEARCH, CallFoundTool
from mcp_server.server import mcp
from mcp_server.tests.fixtures import ConnectMCP
from mcp_server.tests.helpers import permit, refusal
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server with MCP_TOOL_LIST=search, for which a few tools are many."""

    @mcp.tool(auth=permission_required("auth.delete_group"), meta={"audit": ["planet"]})
    def launch_rocket(planet: str) -> str:
        """Send a rocket to a planet."""
        raise ToolError(f"There is no fuel to reach {planet}.")

    monkeypatch.setattr(tool_search, "MANY", 2)
    monkeypatch.setattr(mcp, "middleware", [CallFoundTool(), *mcp.middleware])
    monkeypatch.setattr(mcp, "_transforms", [*mcp._transforms, tool_search.search])  # noqa: SLF001 - no way to remove one
    yield
    mcp.local_provider.remove_tool("launch_rocket")


async def test_a_tool_is_found_and_called_as_itself(mcp_client: ConnectMCP, user: User) -> None:
    await sync_to_async(permit)(user, "auth.delete_group")
    async with mcp_client(user) as client:
        assert {tool.name for tool in await client.list_tools()} == {SEARCH, CALL}
        found = (await client.call_tool(SEARCH, {"query": "rocket"})).structured_content
        assert found is not None
        assert found["result"][0]["name"] == "launch_rocket"
        said = await refusal(client, CALL, name="launch_rocket", arguments={"planet": "Mars"})
    assert said == "There is no fuel to reach Mars."
    audit.close()
    row = await ToolCall.objects.exclude(tool=SEARCH).aget()
    assert (row.tool, row.status, row.arguments) == ("launch_rocket", "error", {"planet": "Mars"})


async def test_what_is_not_permitted_is_neither_found_nor_called(mcp_client: ConnectMCP, user: User) -> None:
    limited = await MCPToken.objects.acreate(user=user, name="limited", allowed_tools=["whoami"])
    for credential in (user, limited):
        async with mcp_client(credential) as client:
            found = await client.call_tool(SEARCH, {"query": "rocket planet"})
            assert "launch_rocket" not in str(found.structured_content)
            said = await refusal(client, CALL, name="launch_rocket", arguments={"planet": "Mars"})
            assert "Unknown tool: 'launch_rocket'" in said
    audit.close()
    rows = ToolCall.objects.filter(tool="launch_rocket")
    assert [row.status async for row in rows] == ["denied", "denied"]


@pytest.mark.parametrize(
    "arguments", [{}, {"name": CALL}, {"name": SEARCH}, {"name": "no"}, {"name": "whoami", "arguments": "{}"}]
)
async def test_a_call_that_names_no_tool_is_refused(
    mcp_client: ConnectMCP, arguments: dict[str, object]
) -> None:
    async with mcp_client() as client:
        said = await refusal(client, CALL, **arguments)
    assert "takes the name of a tool" in said or "Unknown tool" in said


async def test_a_query_is_not_a_text_of_any_length(mcp_client: ConnectMCP) -> None:
    """Catches a query of a megabyte, which blocked the event loop for seconds."""
    async with mcp_client() as client:
        found = await client.call_tool(SEARCH, {"query": "a" * MAX_QUERY})
        assert found.structured_content == {"result": []}
        assert "more than 500 characters" in await refusal(client, SEARCH, query="a " * MAX_QUERY)


async def test_a_caller_with_few_tools_gets_them_all(
    mcp_client: ConnectMCP, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tool_search, "MANY", 1000)
    async with mcp_client() as client:
        assert "launch_rocket" in {tool.name for tool in await client.list_tools()}
