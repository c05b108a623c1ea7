"""Requests to the MCP process, for tests of the tokens that it accepts."""

from typing import Any

from fastmcp.utilities.tests import ASGIServer
from httpx2 import Response

HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


async def post(server: ASGIServer, token: str | None, method: str = "tools/list", **params: Any) -> Response:
    """Send one message of revision 2025-11-25 with a token."""
    headers = HEADERS | ({"Authorization": f"Bearer {token}"} if token else {})
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    async with server.http_client() as http:
        return await http.post("/mcp/", json=message, headers=headers)


async def status_with(server: ASGIServer, token: str) -> int:
    """Return the status of a request with `token`."""
    return (await post(server, token)).status_code
