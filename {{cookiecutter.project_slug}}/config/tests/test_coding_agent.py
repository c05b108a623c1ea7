"""A coding agent in this folder can call the tools that it writes."""

import json
import sys

import pytest
from django.conf import settings
from fastmcp import Client
from fastmcp.client.transports import StdioTransport

from accounts.models import User
from mcp_server.tests.test_stdio import environment


@pytest.mark.django_db(transaction=True)
async def test_it_has_the_tools() -> None:
    """Catches a command in `.mcp.json` that does not start, or that needs a token."""
    config = json.loads((settings.BASE_DIR / ".mcp.json").read_text("utf-8"))
    (server,) = config["mcpServers"].values()
    assert server["command"] == ".venv/bin/python"
    user = await User.objects.acreate(email=server["args"][-1])
    variables = environment("") | server["env"]
    transport = StdioTransport(sys.executable, server["args"], variables, str(settings.BASE_DIR))
    async with Client(transport) as client:
        assert (await client.call_tool("whoami")).data.email == user.email
