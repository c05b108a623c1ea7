"""Traces are sent where the standard OTEL_… variables say. If these are not set, traces cost nothing."""

import asyncio
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from fastmcp import Client
from fastmcp.exceptions import ToolError

from testing.processes import Server, Site


class Collector(ThreadingHTTPServer):
    """Keeps the requests that it receives. They are OTLP over HTTP, in which names are plain text."""

    received: bytes = b""
    paths: frozenset[str] = frozenset()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        self.server.received += self.rfile.read(int(self.headers["Content-Length"]))
        self.server.paths |= {self.path}
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Print nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector(("127.0.0.1", 0), Handler) as collector:
        threading.Thread(target=collector.serve_forever).start()
        yield collector
        collector.shutdown()


async def call(server: Server, token: str) -> None:
    client: Client[Any] = Client(server.mcp_url, auth=token)
    async with client:
        await client.call_tool("add_numbers", {"a": 12345, "b": 2})
        with pytest.raises(ToolError):
            await client.call_tool("no_such_tool")
        with pytest.raises(ToolError, match="Wrong arguments"):
            await client.call_tool("add_numbers", {"a": "12345x", "b": 2})


@pytest.mark.parametrize("workers", [1, 2])
def test_calls_are_traced(site: Site, token: str, collector: Collector, workers: int) -> None:
    """The last calls are traced too: their traces are sent when the server stops."""
    with site.serve_mcp(f"--workers={workers}", OTEL_EXPORTER_OTLP_ENDPOINT=collector.url) as server:
        asyncio.run(call(server, token))
    assert collector.paths == {"/v1/traces"}
    for text in (b"tools/call add_numbers", b"no_such_tool", b"My MCP Site", b"token-1"):
        assert text in collector.received
    assert token.encode() not in collector.received
    assert b"ValidationError" in collector.received
    assert b"12345" not in collector.received, "arguments were sent, perhaps in a message of Pydantic"


def test_a_collector_that_is_away_harms_no_call(site: Site, token: str) -> None:
    with site.serve_mcp(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9", OTEL_SERVICE_NAME="shop") as server:
        asyncio.run(call(server, token))
        start = time.monotonic()
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(
    "disabled", [{}, {"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}]
)
def test_otherwise_the_sdk_is_not_even_loaded(site: Site, disabled: dict[str, str]) -> None:
    code = """if True:
        import sys
        from starlette.testclient import TestClient
        from config.asgi import app
        with TestClient(app) as client:
            client.get("/mcp/health")
        print("SDK loaded:", "opentelemetry.sdk" in sys.modules)
    """
    printed = site.project.run(site.python, "-W", "ignore", "-c", code, **site.environment, **disabled)
    assert "SDK loaded: False" in printed
