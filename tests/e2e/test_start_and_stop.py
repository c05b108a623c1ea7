"""The processes start, answer and end, in production and under `make dev`."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from conftest import Bake
from e2e.processes import Site, log_records, running
from harness import BakedProject, free_port


def test_mcp_process_ends_on_sigterm_with_a_stream_open(site: Site, token: str) -> None:
    """An open SSE stream must not hold up a deployment."""
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
    """A collector would drop, or split, what is not one object a line."""
    with site.serve_mcp() as server:
        server.get("/mcp/health")
    lines = server.log.read_text().splitlines()
    assert lines
    assert len(log_records(server.log)) == len(lines)


def test_web_process_starts_and_ends_on_sigterm(site: Site) -> None:
    with site.serve_web() as server:
        assert server.get("/health") == '{"status": "ok"}'
        assert "My MCP Site" in server.get("/")


def test_make_dev_starts_both_and_ends_on_ctrl_c(
    bake_into: Bake, everything: BakedProject, tmp_path: Path
) -> None:
    """`make dev` must print a token that works, and leave no process behind."""
    project = bake_into(tmp_path)
    web, mcp = free_port(), free_port()
    with running(
        ["make", "dev", f"VENV={everything.path}/.venv", f"WEB_PORT={web}", f"MCP_PORT={mcp}"],
        cwd=project.path,
        environment={k: v for k, v in os.environ.items() if not k.startswith("MAKE")},
        url=f"http://127.0.0.1:{mcp}",
        ready="/mcp/ready",
        log=tmp_path / "make-dev.log",
    ) as server:
        web_server = type(server)(server.process, f"http://127.0.0.1:{web}", server.log)
        web_server.wait("/ready")
        assert "MCP token, shown only now: mcp_" in server.log.read_text()
        os.killpg(server.process.pid, signal.SIGINT)
        try:
            server.process.wait(5)
        except subprocess.TimeoutExpired:
            # A reloader that has just begun was seen to miss it; whoever sees nothing happen presses again.
            server.stop(signal.SIGINT)
    for url in (server, web_server):
        with pytest.raises(OSError, match="refused"):
            url.get("/")
