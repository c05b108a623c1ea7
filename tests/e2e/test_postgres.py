"""PostgreSQL restarts under load. tests/generated runs the generated project's own tests on PostgreSQL."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus

import httpx2
import pytest

from sites import MakeSite
from testing.postgres import Postgres, temporary_postgres
from testing.processes import Server, Site

AT_ONCE = 12
RESTARTS = 3
POOL = 8 + 4  # MCP_TOOL_THREADS plus four, as .env.example says
SECONDS_TO_RECOVER = 2


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """A server for these tests only, because they restart it."""
    with temporary_postgres() as server:
        yield server


@pytest.fixture(scope="module")
def site(make_site: MakeSite, postgres: Postgres) -> Site:
    return make_site(DATABASE_URL=postgres.url(), demo_data=True)


@pytest.mark.anyio
async def test_a_restart_costs_only_the_calls_in_flight(
    site: Site, server: Server, token: str, postgres: Postgres
) -> None:
    """Catches dead connections that stay in the pool, and a 401 that makes clients discard a valid token.

    The audit contains every accepted call once, including those that waited for the database.
    """
    outcomes: list[tuple[float, str]] = []
    most_connections = 0
    ended = asyncio.Event()

    async def keep_calling(http: httpx2.AsyncClient, body: dict[str, object]) -> None:
        while not ended.is_set():
            began = time.monotonic()
            response = await http.post(server.mcp_url, json=body)
            outcomes.append((began, outcome_of(response)))

    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json, text/event-stream"}
    async with httpx2.AsyncClient(headers=headers, timeout=30) as http, asyncio.TaskGroup() as group:
        for number in range(AT_ONCE):
            group.create_task(keep_calling(http, CALLS[number % len(CALLS)]))
        for _ in range(RESTARTS):
            await asyncio.sleep(2)
            most_connections = max(most_connections, postgres.connections())
            await asyncio.to_thread(postgres.restart, "immediate")
            back = time.monotonic()
            await asyncio.sleep(SECONDS_TO_RECOVER + 2)
            recovered = {outcome for began, outcome in outcomes if began > back + SECONDS_TO_RECOVER}
            assert recovered == {"ok"}
        ended.set()
    counts = Counter(outcome for _, outcome in outcomes)
    print(f"{counts}, at most {most_connections} connections")
    assert counts.keys() <= {"ok", "error", "503"}
    assert counts.total() - counts["ok"] <= RESTARTS * AT_ONCE
    assert most_connections <= POOL
    server.stop()
    assert site.audited() == Counter(ok=counts["ok"], error=counts["error"])


def outcome_of(response: httpx2.Response) -> str:
    if response.status_code != HTTPStatus.OK:
        return str(response.status_code)
    return "ok" if '"isError":false' in response.text else "error"


def call(name: str, **arguments: object) -> dict[str, object]:
    params = {"name": name, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


# A sync tool that reads, a sync tool that writes, and an async tool. Each gets its connections differently.
CALLS = [
    call("list_products", page_size=5),
    call("adjust_stock", product_id=1, change=1, reason="load"),
    call("get_order_status", order_id=1),
]
