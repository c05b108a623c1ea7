"""SQLite with many writers, in the configuration of `make dev` and of small sites."""

import asyncio
import json
from typing import Any

import pytest
from fastmcp import Client

from testing.processes import Server, Site

CLIENTS = 100
ADJUSTMENTS_EACH = 5


@pytest.mark.anyio
async def test_no_lost_adjustment_and_no_locked_database(site: Site, server: Server, token: str) -> None:
    """A hundred clients, half of them of the old era, write and read at once, while a command writes too."""

    async def shop(number: int) -> None:
        client: Client[Any] = Client(server.mcp_url, auth=token, mode="legacy" if number % 2 else "auto")
        async with client:
            for _ in range(ADJUSTMENTS_EACH):
                await client.call_tool("adjust_stock", {"product_id": 1, "change": 1, "reason": "load"})
                await client.call_tool("list_products", {"page_size": 5})

    before = await stock(server, token)
    await asyncio.gather(
        asyncio.to_thread(site.manage, "create_mcp_token", "--user=admin@example.com", "--name=meanwhile"),
        *(shop(number) for number in range(CLIENTS)),
    )
    assert await stock(server, token) == before + CLIENTS * ADJUSTMENTS_EACH
    counted = site.manage(
        "shell", "-v0", "-c", "from inventory.models import *; print(StockAdjustment.objects.count())"
    )
    assert int(counted.splitlines()[-1]) == CLIENTS * ADJUSTMENTS_EACH
    assert "locked" not in server.log.read_text()


async def stock(server: Server, token: str) -> int:
    async with Client(server.mcp_url, auth=token) as client:
        result: Any = await client.read_resource("product://1")
    return int(json.loads(result[0].text)["stock"])
