"""The same tools over stdio, in a separate process, as a desktop client starts it."""

import subprocess
import sys

import pytest
from django.conf import settings
from fastmcp import Client
from fastmcp.client.transports import StdioTransport

from mcp_server.models import MCPToken
from mcp_server.tests.fixtures import environment_of_process
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)

COMMAND = [sys.executable, str(settings.BASE_DIR / "manage.py"), "mcp_stdio"]


def environment(token: str) -> dict[str, str]:
    return environment_of_process() | {"MCP_TOKEN": token}


def connect(token: MCPToken) -> Client:
    return Client(StdioTransport(COMMAND[0], COMMAND[1:], env=environment(token.token)))


async def test_the_token_decides_what_is_listed_and_called(user: User) -> None:
    token = await MCPToken.objects.acreate(user=user, name="test", allowed_tools=["whoami"])
    async with connect(token) as client:
        assert [tool.name for tool in await client.list_tools()] == ["whoami"]
        assert (await client.call_tool("whoami")).data.email == user.email
        result = await client.call_tool("add_numbers", {"a": 1, "b": 2}, raise_on_error=False)
        assert result.is_error
        await MCPToken.objects.all().aupdate(is_active=False)
        with pytest.raises(Exception, match="not valid any more"):
            await client.list_tools()


def test_without_a_valid_token_it_does_not_start() -> None:
    for token, message in (("", "MCP_TOKEN is not set"), ("mcp_unknown", "refused: unknown")):
        started = subprocess.run(COMMAND, env=environment(token), capture_output=True, text=True, check=False)
        assert started.returncode == 1
        assert message in started.stderr
        assert "Traceback" not in started.stderr
