"""MCP_REQUIRE_AUTH=False, for experiments: everybody may call every tool, and the log says so."""

import subprocess
import sys

import pytest
from django.conf import settings

from mcp_server.models import ToolCall
from mcp_server.tests.fixtures import environment_of_process

CODE = """
import asyncio, django
django.setup()
from fastmcp.utilities.asgi_transport import run_asgi_lifespan
from fastmcp.utilities.tests import ASGIServer
from mcp_server.asgi import create_app

app = create_app()

async def main():
    async with run_asgi_lifespan(app):
        server = ASGIServer("http://localhost/mcp/", app, "http")
        async with server.client() as client:
            print((await client.call_tool("whoami")).data)

asyncio.run(main())
"""


@pytest.mark.django_db(transaction=True)
def test_without_authentication_every_tool_answers_and_the_log_warns() -> None:
    environment = environment_of_process() | {"DEBUG": "True", "MCP_REQUIRE_AUTH": "False"}
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
