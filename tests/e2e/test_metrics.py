"""Metrics of several workers. A scrape can reach any of them."""

import asyncio
import os
import re
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client

from testing.processes import Server, Site

CALLS = 40


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """The folder in which workers share their metrics."""
    return tmp_path


@pytest.fixture
def two_workers(site: Site, shared: Path) -> Iterator[Server]:
    with site.serve_mcp("--workers=2", PROMETHEUS_MULTIPROC_DIR=str(shared)) as server:
        yield server


def metric(server: Server, name: str) -> float:
    """Return the value of a metric, or 0 if it has none yet."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", server.get("/mcp/metrics"), re.MULTILINE)
    return float(found[1]) if found else 0


async def becomes(condition: Callable[[], Awaitable[bool]]) -> bool:
    """Return whether the condition becomes true within twenty seconds."""
    deadline = time.monotonic() + 20
    while not (holds := await condition()) and time.monotonic() < deadline:
        await asyncio.sleep(0.1)
    return holds


@pytest.mark.anyio
async def test_counts_add_up_over_workers(two_workers: Server, shared: Path, token: str) -> None:
    """Each scrape reaches one worker, and must show the calls of both."""

    async def call() -> None:
        client: Client[Any] = Client(two_workers.mcp_url, auth=token)
        async with client:
            await client.call_tool("add_numbers", {"a": 1, "b": 2})

    calls = 0

    async def both_have_counted() -> bool:
        nonlocal calls
        await asyncio.gather(*(call() for _ in range(CALLS)))
        calls += CALLS
        return len(list(shared.glob("counter_*.db"))) == 2

    assert await becomes(both_have_counted)
    name = 'mcp_tool_invocations_total{status="ok",tool="add_numbers"}'
    assert {metric(two_workers, name) for _ in range(10)} == {calls}


@pytest.mark.anyio
async def test_a_killed_worker_leaves_no_ghost_in_the_gauge(two_workers: Server, token: str) -> None:
    """A worker that is killed while streams are open cannot decrement the gauge."""
    address = two_workers.url.removeprefix("http://").split(":")
    request = f"GET /mcp/sse/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    streams = [await asyncio.open_connection(address[0], int(address[1])) for _ in range(8)]
    for reader, writer in streams:
        writer.write(request)
        await reader.readuntil(b"event: endpoint")
    assert metric(two_workers, "mcp_active_sessions") == len(streams)

    for worker in children(two_workers.process.pid):
        os.kill(worker, signal.SIGKILL)
    for _reader, writer in streams:
        writer.close()

    async def nobody_is_left() -> bool:
        try:
            return metric(two_workers, "mcp_active_sessions") == 0
        except OSError:  # the workers are being replaced
            return False

    assert await becomes(nobody_is_left)


def children(pid: int) -> list[int]:
    """Return the ids of the worker processes, without multiprocessing's own helper process."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            command = (stat.parent / "cmdline").read_text()
        except OSError:
            continue
        if parent == pid and "spawn_main" in command:
            found.append(int(stat.parent.name))
    assert len(found) == 2, found
    return found
