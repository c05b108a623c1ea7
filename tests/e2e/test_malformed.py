"""Every malformed request is answered with a 4xx or a JSON-RPC error, and leaves nothing in memory."""

import asyncio
from collections import Counter
from collections.abc import Iterable

import pytest
from fastmcp import Client

from e2e.malformed import Mischief, Request
from testing.processes import Server

REQUESTS = 10_000
WARM_UP = 2_000
AT_ONCE = 8
MEGABYTES_OF_GROWTH = 15
REDIRECTS = {301, 302, 307, 308}  # clients drop their Authorization header on a redirect
LEAKS = (b"Traceback", b'File "', b"site-packages", b"OperationalError", b"nternal server error")


async def answer(server: Server, request: Request) -> bytes:
    host, _, port = server.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(request)
        async with asyncio.timeout(60):
            return await reader.read()
    except ConnectionError:
        return b""  # closed before all was read, a valid answer to a request that is not HTTP
    finally:
        writer.close()


async def send(server: Server, requests: Iterable[Request]) -> tuple[Counter[int], list[str]]:
    """Send the requests. Return how often each status occurred, and a list of wrong answers."""
    statuses: Counter[int] = Counter()
    complaints: list[str] = []
    waiting = iter(requests)

    async def worker() -> None:
        for request in waiting:
            got = await answer(server, request)
            status = int(got.split(b" ", 2)[1]) if got.startswith(b"HTTP/1.1 ") else 0
            statuses[status] += 1
            if status in REDIRECTS or status >= 500 or any(leak in got for leak in LEAKS):
                complaints.append(f"{request[-3000:]!r}\n  was answered with\n{got[:3000]!r}")

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(worker())
    return statuses, complaints


@pytest.mark.anyio
async def test_ten_thousand_malformed_requests(server: Server, token: str) -> None:
    async with Client(server.mcp_url, auth=token) as client:
        tools = {tool.name: tool.input_schema for tool in await client.list_tools()}
    requests = Mischief(token, tools).requests(REQUESTS)

    first = [next(requests) for _ in range(WARM_UP)]
    statuses, complaints = await send(server, first)
    before = server.resident_megabytes()
    later_statuses, later_complaints = await send(server, requests)
    after = server.resident_megabytes()

    statuses += later_statuses
    complaints += later_complaints
    print(f"{statuses}, {before:.0f} MB after {WARM_UP}, {after:.0f} MB after {REQUESTS}")
    assert statuses.total() == REQUESTS
    assert not complaints, f"{len(complaints)} answers, such as:\n" + "\n".join(complaints[:5])
    log = server.log.read_text()
    assert "Traceback" not in log, log[max(0, log.find("Traceback") - 1000) : log.find("Traceback") + 6000]
    assert after - before < MEGABYTES_OF_GROWTH
    async with Client(server.mcp_url, auth=token) as client:
        assert (await client.call_tool("add_numbers", {"a": 1, "b": 2})).data == 3
