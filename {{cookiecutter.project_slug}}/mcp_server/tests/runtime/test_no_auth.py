"""MCP_REQUIRE_AUTH=False, for experiments: everyone may call everything, and the log says so."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from mcp_server.models import ToolCall
from mcp_server.tests.fixtures import database_url

CODE = """
import asyncio, config.asgi
from fastmcp.utilities.asgi_transport import run_asgi_lifespan
from fastmcp.utilities.tests import ASGIServer

async def main():
    async with run_asgi_lifespan(config.asgi.app):
        server = ASGIServer("http://localhost/mcp/", config.asgi.app, "http")
        async with server.client() as client:
            print((await client.call_tool("whoami")).data)

asyncio.run(main())
"""


@pytest.mark.django_db(transaction=True)
def test_without_authentication_every_tool_answers_and_the_log_warns() -> None:
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "DEBUG": "True",
        "MCP_REQUIRE_AUTH": "False",
    }
    result = subprocess.run(
        [sys.executable, "-c", CODE],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "email=None" in result.stdout
    assert "EVERYONE" in result.stderr
    assert ToolCall.objects.get().email == ""
