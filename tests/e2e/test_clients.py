"""Real clients of both protocol eras take the same tour over both transports."""

import json
from pathlib import Path

import pytest
from fastmcp import Client
from fastmcp.client.transports import SSETransport, StreamableHttpTransport

from e2e.clients.python_v2 import tour
from sites import FIXTURES, MakeSite
from testing.harness import run
from testing.node import Node
from testing.processes import Server, Site

CLIENTS = Path(__file__).parent / "clients"
MODERN = "2026-07-28"
LAST_OF_THE_OLD = "2025-11-25"
OLD = [LAST_OF_THE_OLD, "2025-06-18", "2025-03-26", "2024-11-05"]
# Without a trailing slash, because no client may need a redirect.
TRANSPORTS = {"http": "/mcp", "sse": "/mcp/sse"}
TOUR = {
    "tools": [
        "add_numbers",
        "adjust_stock",
        "bulk_update_prices",
        "count_slowly",
        "create_product",
        "export_products",
        "fetch",
        "get_order_status",
        "get_product",
        "get_product_count",
        "list_orders",
        "list_products",
        "product_stats",
        "search",
        "search_products",
        "whoami",
    ],
    "sum": "5.0",
    "count": "2",
    "progress": ["1 of 2", "2 of 2"],
    "progress came early": True,
    "resources": ["inventory://categories", "inventory://schema", "inventory://style-guide"],
    "product": 1,
    "prompt names the category": True,
    "completion": ["Garden"],
    "unknown tool is an error": True,
}


@pytest.fixture(scope="module")
def site(make_site: MakeSite) -> Site:
    return make_site(extra_tools=FIXTURES / "slow.py", demo_data=True)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("mode", "revision"), [("auto", MODERN), (MODERN, MODERN), ("legacy", LAST_OF_THE_OLD)]
)
async def test_fastmcp_client(server: Server, token: str, mode: str, revision: str) -> None:
    transport = StreamableHttpTransport(server.url + TRANSPORTS["http"], auth=token)
    assert await tour(Client(transport, mode=mode)) == TOUR | {"revision": revision}


@pytest.mark.anyio
@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_fastmcp_client_over_sse(server: Server, token: str, mode: str) -> None:
    transport = SSETransport(server.url + TRANSPORTS["sse"], auth=token)
    assert await tour(Client(transport, mode=mode)) == TOUR | {"revision": LAST_OF_THE_OLD}


@pytest.mark.parametrize("revision", OLD)
@pytest.mark.parametrize("transport", TRANSPORTS)
def test_old_python_client(
    server: Server, token: str, old_python: Path, transport: str, revision: str
) -> None:
    url = server.url + TRANSPORTS[transport]
    printed = run(old_python, CLIENTS / "python_v1.py", url, token, transport, revision, cwd=CLIENTS)
    assert json.loads(printed) == TOUR | {"revision": revision}


def test_old_python_client_over_stdio(site: Site, token: str, old_python: Path) -> None:
    """Starts the server as Claude Desktop does. Only messages of the protocol may reach standard output."""
    command = (site.python, site.project.path / "manage.py", "mcp_stdio")
    printed = run(
        old_python, CLIENTS / "python_v1.py", "stdio", LAST_OF_THE_OLD, *command, cwd=CLIENTS, MCP_TOKEN=token
    )
    assert json.loads(printed.splitlines()[0]) == TOUR | {"revision": LAST_OF_THE_OLD}


@pytest.mark.parametrize(
    ("transport", "mode", "revision"),
    [("http", "auto", MODERN), ("http", "legacy", LAST_OF_THE_OLD), ("sse", "legacy", LAST_OF_THE_OLD)],
)
def test_typescript_client(
    server: Server, token: str, node: Node, transport: str, mode: str, revision: str
) -> None:
    printed = node.run("typescript.mjs", server.url + TRANSPORTS[transport], token, transport, mode)
    assert json.loads(printed) == TOUR | {"revision": revision}
