"""Real clients of both protocol eras take the tour of tests/e2e through nginx, with several workers."""

import asyncio
import json
from pathlib import Path

import pytest
from fastmcp import Client
from fastmcp.client.transports import SSETransport, StreamableHttpTransport

from e2e.clients.python_v2 import tour
from e2e.test_clients import LAST_OF_THE_OLD, MODERN, TOUR
from sites import CLIENTS
from testing.harness import run
from testing.stack import Stack

PATHS = {"http": ["/mcp/", "/mcp"], "sse": ["/mcp/sse/", "/mcp/sse"]}
HTTP_PATHS, SSE_PATHS = PATHS["http"], PATHS["sse"]


@pytest.mark.anyio
@pytest.mark.parametrize("path", HTTP_PATHS)
@pytest.mark.parametrize(("mode", "revision"), [("auto", MODERN), ("legacy", LAST_OF_THE_OLD)])
async def test_fastmcp_client(stack: Stack, token: str, path: str, mode: str, revision: str) -> None:
    transport = StreamableHttpTransport(stack.url + path, auth=token)
    assert await tour(Client(transport, mode=mode)) == TOUR | {"revision": revision}


@pytest.mark.parametrize("revision", [LAST_OF_THE_OLD, "2024-11-05"])
@pytest.mark.parametrize(("kind", "path"), [(kind, path) for kind, paths in PATHS.items() for path in paths])
def test_old_python_client(
    stack: Stack, token: str, old_python: Path, kind: str, path: str, revision: str
) -> None:
    printed = run(old_python, CLIENTS / "python_v1.py", stack.url + path, token, kind, revision, cwd=CLIENTS)
    assert json.loads(printed) == TOUR | {"revision": revision}


@pytest.mark.anyio
async def test_many_sse_clients_at_once(stack: Stack, token: str) -> None:
    """Each message must reach the process that holds the stream, for any value of MCP_WORKERS."""
    clients = (Client(SSETransport(stack.url + SSE_PATHS[0], auth=token)) for _ in range(4))
    answers = await asyncio.gather(*(tour(client) for client in clients))
    assert all(answer == TOUR | {"revision": LAST_OF_THE_OLD} for answer in answers)


@pytest.mark.anyio
async def test_fastmcp_client_over_tls(tls_stack: Stack, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = tls_stack.folder / "certificates/live/localhost/fullchain.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    for transport in (
        StreamableHttpTransport(tls_stack.url + "/mcp", auth=token),
        SSETransport(tls_stack.url + "/mcp/sse", auth=token),
    ):
        assert await tour(Client(transport)) | {"revision": None} == TOUR | {"revision": None}


def test_old_python_client_over_tls(tls_stack: Stack, token: str, old_python: Path) -> None:
    printed = run(
        old_python, CLIENTS / "python_v1.py", tls_stack.url + "/mcp", token, "http", LAST_OF_THE_OLD,
        cwd=CLIENTS,
        SSL_CERT_FILE=str(tls_stack.folder / "certificates/live/localhost/fullchain.pem"),
    )  # fmt: skip
    assert json.loads(printed) == TOUR | {"revision": LAST_OF_THE_OLD}
