"""Metrics of the pool of database connections."""

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
waits = Counter("mcp_database_pool_waits_total", "Requests for a connection that had to wait.")
timeouts = Counter("mcp_database_pool_timeouts_total", "Requests for a connection that timed out.")


@asynccontextmanager
async def measured_pool() -> AsyncIterator[None]:
    """Measure the pool of this process while the block runs. SQLite has no pool.

    Every worker measures its own pool each second, because only one of them answers a scrape.
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
        # Looked up each time, because a new connection object may have a new pool.
        pool: ConnectionPool = connection.pool  # type: ignore[attr-defined] # PostgreSQL's has it
        now = Counts(pool.get_stats())
        record(now, before)
        before = now
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)


def record(now: Counts[str], before: Counts[str]) -> None:
    """Publish the statistics of psycopg_pool: its gauges, and the growth of its counters since `before`."""
    used.set(now["pool_size"] - now["pool_available"])
    limit.set(now["pool_max"])
    waits.inc(max(0, now["requests_queued"] - before["requests_queued"]))
    timeouts.inc(max(0, now["requests_errors"] - before["requests_errors"]))
