"""The processes start, answer and end, in production and with `make dev`."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import Bake
from testing.harness import BakedProject, free_port
from testing.processes import SECONDS_TO_START, Server, Site, log_records, running


def test_mcp_process_ends_on_sigterm_with_a_stream_open(site: Site, token: str) -> None:
    """An open SSE stream must not delay a deployment."""
    import urllib.request

    with site.serve_mcp("--timeout-graceful-shutdown=2") as server:
        assert server.get("/mcp/health") == '{"status":"ok"}'
        request = urllib.request.Request(  # noqa: S310 - our own address
            f"{server.url}/mcp/sse/", headers={"Authorization": f"Bearer {token}"}
        )
        with urllib.request.urlopen(request, timeout=30) as stream:  # noqa: S310 - our own address
            assert stream.readline().startswith(b"event: endpoint")
            server.stop()


def test_every_log_line_is_json_in_production(site: Site) -> None:
    """A log collector would drop or split a line that is not a JSON object."""
    with site.serve_mcp() as server:
        server.get("/mcp/health")
    lines = server.log.read_text().splitlines()
    assert lines
    assert len(log_records(server.log)) == len(lines)


def test_web_process_starts_and_ends_on_sigterm(site: Site) -> None:
    with site.serve_web() as server:
        assert server.get("/health") == '{"status": "ok"}'
        assert "My MCP Site" in server.get("/")


@contextmanager
def make_dev(project: BakedProject, everything: BakedProject) -> Iterator[tuple[Server, Server]]:
    """Run `make dev`. Yield its MCP and its web server, both ready. They share a process group."""
    web, mcp = free_port(), free_port()
    with running(
        ["make", "dev", f"VENV={everything.path}/.venv", f"WEB_PORT={web}", f"MCP_PORT={mcp}"],
        cwd=project.path,
        environment={k: v for k, v in os.environ.items() if not k.startswith("MAKE")},
        url=f"http://127.0.0.1:{mcp}",
        ready="/mcp/ready",
        log=project.path.with_name("make-dev.log"),
    ) as server:
        web_server = replace(server, url=f"http://127.0.0.1:{web}")
        web_server.wait("/ready")
        yield server, web_server


def printed_last(log: Path) -> str:
    """Return what `make dev` prints when both servers answer. It must be the end of the output."""
    for _ in range(SECONDS_TO_START * 10):
        _, pages, block = log.read_text().partition("\nPages   ")
        if block.endswith("Ctrl-C ends both servers.\n"):
            return pages + block
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def test_make_dev_starts_both_and_ends_on_ctrl_c(
    bake_into: Bake, everything: BakedProject, tmp_path: Path
) -> None:
    """It prints a token and leaves no process running. The second time, it says how to get a new token."""
    project = bake_into(tmp_path)
    with make_dev(project, everything) as (server, web_server):
        assert "MCP token, shown only now: mcp_" in printed_last(server.log)
        server.stop(signal.SIGINT)
    for url in (server, web_server):
        with pytest.raises(OSError, match="refused"):
            url.get("/")

    with make_dev(project, everything) as (server, _):
        block = printed_last(server.log)
        assert f"MCP     {server.mcp_url.replace('127.0.0.1', 'localhost')}" in block
        assert "manage.py changepassword dev@example.com" in block
        assert "manage.py create_mcp_token --user dev@example.com --name laptop" in block
        server.stop(signal.SIGINT)


@pytest.fixture(scope="module")
def untouched(bake_into: Bake, tmp_path_factory: pytest.TempPathFactory) -> BakedProject:
    return bake_into(tmp_path_factory.mktemp("untouched"))


@pytest.mark.parametrize("variable", ["WEB_PORT", "MCP_PORT"])
@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "::1"])  # noqa: S104 - another program's server
def test_make_dev_names_a_port_that_is_taken_before_it_does_anything(
    variable: str, address: str, untouched: BakedProject, everything: BakedProject
) -> None:
    """Catches a `make dev` that starts only one server, after it has already shown the token."""
    project = untouched
    ports = {"WEB_PORT": free_port(), "MCP_PORT": free_port()}
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with (
        socket.create_server((address, ports[variable]), family=family),
        pytest.raises(AssertionError) as failed,
    ):
        project.run(
            "make",
            "dev",
            f"VENV={everything.path}/.venv",
            *(f"{name}={port}" for name, port in ports.items()),
        )
    sentence = f"ERROR: {variable}: another program uses port {ports[variable]}. Type: make dev "
    assert sentence in str(failed.value)
    assert not (project.path / "db.sqlite3").exists()
