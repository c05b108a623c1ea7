"""docs/recipes/gateway.md"""

import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from dnslib import QTYPE, RR, SRV, A, DNSRecord
from dnslib.server import BaseResolver, DNSHandler, DNSServer
from fastmcp import Client

from recipes.conftest import Page, ServeRecipe
from testing.harness import free_port
from testing.processes import Site
from testing.stack import NGINX


class OneInstance(BaseResolver):  # type: ignore[misc] # dnslib has no types
    """Answers like Consul for one healthy process on this machine."""

    def __init__(self, port: int) -> None:
        self.port = port

    def resolve(self, request: DNSRecord, _handler: DNSHandler) -> DNSRecord:
        reply = request.reply()
        name = request.q.qname
        if request.q.qtype == QTYPE.SRV and str(name) == "_mcp._tcp.service.consul.":
            reply.add_answer(RR(name, QTYPE.SRV, rdata=SRV(1, 1, self.port, "one.node.consul.")))
        elif request.q.qtype == QTYPE.A and str(name) == "one.node.consul.":
            reply.add_answer(RR(name, QTYPE.A, rdata=A("127.0.0.1")))
        return reply


@contextmanager
def discovered(port: int) -> Iterator[str]:
    """Run a name server that knows the process at `port`, and yield its address."""
    address, name_port = "127.0.0.1", free_port()
    server = DNSServer(OneInstance(port), address=address, port=name_port)
    server.start_thread()
    try:
        yield f"{address}:{name_port}"
    finally:
        server.stop()
        server.server.server_close()


@contextmanager
def gateway(folder: Path, port: int) -> Iterator[None]:
    directives = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")
    with subprocess.Popen([NGINX, "-p", folder, "-c", folder / "nginx.conf", "-g", directives]) as process:
        try:
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                assert process.poll() is None
                with suppress(OSError):
                    get(f"http://127.0.0.1:{port}/mcp/health")
                    break
                time.sleep(0.1)
            yield
        finally:
            process.terminate()


def get(url: str) -> tuple[str, Any]:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own address
        return answer.headers["Content-Type"], json.load(answer)


@pytest.mark.anyio
async def test_clients_find_the_server_and_the_gateway_its_process(
    page: Page, site: Site, token: str, serve: ServeRecipe
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    folder = site.project.path / "gateway"
    with serve(site, PUBLIC_BASE_URL=url) as server, discovered(int(server.url.rpartition(":")[2])) as names:
        for file in folder.iterdir():
            text = file.read_text().replace("https://example.com", url)
            file.write_text(text.replace("127.0.0.1:8600", names).replace("listen 8080", f"listen {port}"))
        with gateway(folder, port):
            kind, catalog = get(f"{url}/.well-known/ai-catalog.json")
            assert kind == "application/ai-catalog+json"
            (entry,) = catalog["entries"]
            kind, card = get(entry["url"])
            assert kind == entry["type"]
            (remote,) = card["remotes"]
            async with Client(remote["url"], auth=token) as client:
                caller = (await client.call_tool("whoami")).structured_content
                assert card["version"] == client.server_info.version
    assert caller["email"] == "admin@example.com"
