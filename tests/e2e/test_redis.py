"""Several processes count calls in Redis, and limits work as configured while Redis is down."""

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from testing.harness import free_port
from testing.processes import Server, Site

LIMIT = 10
CALL = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "whoami"}}).encode()


@contextmanager
def redis(port: int) -> Iterator[str]:
    """Run an empty Redis that saves nothing, and yield its URL."""
    command = [
        "redis-server",
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--loglevel",
        "warning",
    ]
    with subprocess.Popen(command) as process:
        try:
            while b"PONG" not in ping(port):
                assert process.poll() is None
                time.sleep(0.05)
            yield f"redis://127.0.0.1:{port}"
        finally:
            process.terminate()


def ping(port: int) -> bytes:
    return subprocess.run(["redis-cli", "-p", str(port), "ping"], capture_output=True, check=False).stdout


def outcomes(server: Server, token: str, calls: int) -> Counter[str]:
    """Make so many calls, each over a new connection that any worker may accept."""
    return Counter(outcome(server, token) for _ in range(calls))


def outcome(server: Server, token: str) -> str:
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept": "application/json, text/event-stream",
        "Content-Type": "application/json",
    }
    request = urllib.request.Request(server.mcp_url, CALL, headers)  # noqa: S310 - our own address
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - our own address
        text: str = response.read().decode()
    for message in ("Too many calls", "Calls cannot be counted now"):
        if message in text:
            return message
    return "ok" if '"isError":false' in text else text


def test_workers_share_a_limit(site: Site) -> None:
    token = site.token(f"--rate-limit={LIMIT}/day")
    with redis(free_port()) as url, site.serve_mcp("--workers=3", REDIS_URL=url) as server:
        assert outcomes(server, token, 4 * LIMIT) == {"ok": LIMIT, "Too many calls": 3 * LIMIT}
        # The limit is per token: another token is not affected.
        assert outcomes(server, site.token(), 5) == {"ok": 5}


@pytest.mark.parametrize(
    ("fail_open", "meanwhile"),
    [
        ("True", {"ok": LIMIT, "Too many calls": LIMIT}),
        ("False", {"Calls cannot be counted now": 2 * LIMIT}),
    ],
)
def test_redis_is_away_and_comes_back(site: Site, fail_open: str, meanwhile: dict[str, int]) -> None:
    token, port = site.token(f"--rate-limit={LIMIT}/day"), free_port()
    settings = {"REDIS_URL": f"redis://127.0.0.1:{port}", "MCP_RATE_LIMIT_FAIL_OPEN": fail_open}
    with site.serve_mcp(**settings) as server:
        assert outcomes(server, token, 2 * LIMIT) == meanwhile
        with redis(port):
            time.sleep(1.1)  # after a failure, Redis is not tried again for a second
            assert outcomes(server, token, LIMIT + 1) == {"ok": LIMIT, "Too many calls": 1}
        with redis(port):  # a new, empty Redis: the old connection is dead
            assert outcomes(server, token, LIMIT) == {"ok": LIMIT}
    assert "Traceback" not in server.log.read_text()
