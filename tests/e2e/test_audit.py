"""The audit contains every call when a process ends. test_postgres.py tests restarts of the database."""

import asyncio
import os
import signal
import subprocess

import pytest
from fastmcp import Client
from fastmcp.client.transports import StdioTransport

from sites import MakeSite
from testing.processes import Site

CALLS = 50


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    return make_site()


@pytest.mark.anyio
async def test_sigterm_writes_what_waits(site: Site) -> None:
    """Catches rows that are lost in a deployment: they stay in memory for up to a second."""
    with site.serve_mcp() as server:
        async with Client(server.mcp_url, auth=site.token()) as client:
            await asyncio.gather(*(client.call_tool("whoami") for _ in range(CALLS)))
            await asyncio.to_thread(server.stop)
    assert site.audited() == {"ok": CALLS}


@pytest.mark.anyio
async def test_stdio_writes_what_waits(site: Site) -> None:
    """A stdio client ends the process by closing its standard input."""
    environment = dict(os.environ) | site.environment | {"MCP_TOKEN": site.token()}
    command = [str(site.project.path / "manage.py"), "mcp_stdio"]
    # By default, the client leaves the process running in order to reuse it.
    transport = StdioTransport(str(site.python), command, env=environment, keep_alive=False)
    async with Client(transport) as client:
        await client.call_tool("whoami")
    assert site.audited() == {"ok": 1}


def test_stdio_writes_what_waits_on_sigterm(site: Site) -> None:
    process = subprocess.Popen(
        [site.python, "manage.py", "mcp_stdio"],
        cwd=site.project.path,
        env=os.environ | site.environment | {"MCP_TOKEN": site.token()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(INITIALIZE + CALL)
    process.stdin.flush()
    assert any('"id":2' in line for line in process.stdout)
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=10)
    process.communicate()
    assert site.audited() == {"ok": 1}


INITIALIZE = """\
{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-11-25", \
"capabilities": {}, "clientInfo": {"name": "e2e", "version": "1"}}}
{"jsonrpc": "2.0", "method": "notifications/initialized"}
"""
CALL = '{"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "whoami"}}\n'
