"""How full the pool of database connections is, for Prometheus."""

import asyncio
from collections import Counter as Counts
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from django.db import connection
from prometheus_client import Counter, Gauge
from psycopg_pool import ConnectionPool

SECONDS_BETWEEN_LOOKS = 1

used = Gauge(
    "mcp_database_pool_used", "Database connections that are being used.", multiprocess_mode="livesum"
)
limit = Gauge(
    "mcp_database_pool_limit", "Database connections that can be used at once.", multiprocess_mode="livesum"
)
waits = Counter("mcp_database_pool_waits_total", "Times that somebody had to wait for a connection.")
timeouts = Counter("mcp_database_pool_timeouts_total", "Times that waiting for a connection was in vain.")


@asynccontextmanager
async def measured_pool() -> AsyncIterator[None]:
    """Measure the pool of this process while the block runs; SQLite has none.

    Every worker looks at its own pool again and again, for a scrape is answered by only one of them.
    """
    if connection.vendor != "postgresql":
        yield
        return
    task = asyncio.create_task(_measure_for_ever())
    try:
        yield
    finally:
        task.cancel()


async def _measure_for_ever() -> None:
    before: Counts[str] = Counts()
    while True:
        # Asked for each time: a connection that is closed for good takes its pool along.
        pool: ConnectionPool = connection.pool  # type: ignore[attr-defined] # PostgreSQL's has it
        now = Counts(pool.get_stats())
        record(now, before)
        before = now
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)


def record(now: Counts[str], before: Counts[str]) -> None:
    """Publish what psycopg_pool's statistics say, and by how much its counts grew."""
    used.set(now["pool_size"] - now["pool_available"])
    limit.set(now["pool_max"])
    waits.inc(max(0, now["requests_queued"] - before["requests_queued"]))
    timeouts.inc(max(0, now["requests_errors"] - before["requests_errors"]))
