"""A broken tool module: in development, each answer names the reason. On a server, it is an error."""

import pytest
from fastmcp.utilities.tests import ASGIServer

from mcp_server.checks import check_meta, check_tools
from mcp_server.runtime.discovery import BrokenToolModuleError
from mcp_server.runtime.unavailable import unavailable

REASON = "clinic.py does not load: SyntaxError in line 1: expected ':'."


async def test_every_request_is_answered_with_the_reason() -> None:
    """Catches a client that gets no answer, and gives up after five minutes."""
    async with ASGIServer("http://localhost/mcp/", unavailable(REASON), "http").http_client() as http:
        health = await http.get("/mcp/health")
        call = await http.post("/mcp/", json={"jsonrpc": "2.0", "id": 7, "method": "tools/list"})
        other = await http.post("/mcp/", content=b"[" * 100_000)
    assert [health.status_code, call.status_code, other.status_code] == [503, 503, 503]
    assert health.json() == {"status": "unavailable", "failing": REASON}
    assert call.json() == {"jsonrpc": "2.0", "id": 7, "error": {"code": -32603, "message": REASON}}
    assert other.json()["id"] is None


def test_the_deployment_check_says_so_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise BrokenToolModuleError(REASON)

    monkeypatch.setattr("mcp_server.checks.registered_tools", broken)
    assert [(error.id, error.msg) for error in check_tools()] == [("mcp_server.E003", REASON)]
    assert check_meta() == []
