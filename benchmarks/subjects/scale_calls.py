"""Times tools and pages of a project that scale.sql filled; `manage.py shell` runs it.

Prints JSON: the milliseconds of each round, by name.
"""

import asyncio
import functools
import json
import os
import sys
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

from accounts.models import User
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client as Browser
from django.utils import timezone
from documents.models import Document
from documents.search import search
from fastmcp import Client
from inventory.models import Product
from mcp_server.models import ToolCall
from mcp_server.server import mcp
from mcp_types import ResourceTemplateReference
from oauth2_provider.models import Application

CACHED = {"`product_stats` of a year, asked again"}
LAST_PAGE = Product.objects.order_by("-sku").values_list("sku", flat=True)[10]
TOOLS: dict[str, tuple[str, dict[str, Any]]] = {
    "`list_products`, first page": ("list_products", {}),
    "`list_products`, last page": ("list_products", {"after_sku": LAST_PAGE}),
    "`list_products` of a category": ("list_products", {"category": "Category 3"}),
    "`get_product_count`": ("get_product_count", {}),
    "`search_products`, common word": ("search_products", {"query": "oak"}),
    "`search_products`, no match": ("search_products", {"query": "oak zeppelin"}),
    "`product_stats` of a year": ("product_stats", {"days": 366}),
    "`product_stats` of a year, asked again": ("product_stats", {"days": 366}),
}
# Not with the tool, which finds only the documents of its caller: there is no caller here.
SEARCHES = {"documents with a common word": "budget", "documents with no such word": "zeppelin"}
PAGES = {
    "admin: tool calls": "/admin/mcp_server/toolcall/",
    "admin: tool calls, page 9": "/admin/mcp_server/toolcall/?p=9",  # with few rows, there are ten pages
    "admin: tool calls that failed": "/admin/mcp_server/toolcall/?status__exact=error",
    "admin: tool calls that timed out (none)": "/admin/mcp_server/toolcall/?status__exact=timeout",
    "admin: tool calls of a user": "/admin/mcp_server/toolcall/?q=user7@example.com",
    "admin: tool calls, nothing found": "/admin/mcp_server/toolcall/?q=zeppelin",
    "admin: tokens of a user": "/admin/mcp_server/mcptoken/?q=user7@example.com",
    "admin: apps, nothing found": "/admin/oauth/connection/?q=zeppelin",
    "admin: documents, nothing found": "/admin/documents/document/?q=zeppelin",
    "admin: products, nothing found": "/admin/inventory/product/?q=zeppelin",
    "admin: orders, nothing found": "/admin/inventory/order/?q=zeppelin",
    "`/tokens/`": "/tokens/",
}
IDS = ResourceTemplateReference(type="ref/resource", uri="product://{id}")
ROUNDS = 5


def browse() -> dict[str, list[float]]:
    """Time the pages, opened by an administrator."""
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(User.objects.get(pk=1))
    times: dict[str, list[float]] = {}
    for name, address in PAGES.items():
        for _ in range(ROUNDS + 1):
            start = time.perf_counter()
            response = browser.get(address)
            times.setdefault(name, []).append(time.perf_counter() - start)
            if response.status_code != HTTPStatus.OK:
                raise RuntimeError(f"{address}: {response}")
    return times


def look() -> dict[str, list[float]]:
    """Time the searches."""
    own = Document.objects.filter(owner=1)
    times: dict[str, list[float]] = {}
    for name, words in SEARCHES.items():
        for _ in range(ROUNDS + 1):
            start = time.perf_counter()
            list(search(own, words)[:10])
            times.setdefault(name, []).append(time.perf_counter() - start)
    return times


async def call() -> dict[str, list[float]]:
    """Time the tools and a completion, as a client in this process sees them."""
    times: dict[str, list[float]] = {}
    async with Client(mcp) as client:
        asked: dict[str, Callable[[], Awaitable[object]]] = {
            name: functools.partial(client.call_tool, tool, arguments)
            for name, (tool, arguments) in TOOLS.items()
        }
        asked["completion of an id"] = functools.partial(client.complete, IDS, {"name": "id", "value": "999"})
        for name, ask in asked.items():
            for _ in range(ROUNDS + 1):
                if name not in CACHED:
                    cache.clear()
                start = time.perf_counter()
                await ask()
                times.setdefault(name, []).append(time.perf_counter() - start)
    return times


def clean() -> dict[str, list[float]]:
    """Measure the daily commands once each: their time per row, and their memory."""
    quiet = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open until this process ends

    def memory_of(command: str, *arguments: str) -> float:
        tracemalloc.start()
        call_command(command, *arguments, stdout=quiet)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak / 2**20

    def time_of(command: str, *arguments: str) -> float:
        start = time.perf_counter()
        call_command(command, *arguments, stdout=quiet)
        return 1000 * (time.perf_counter() - start)

    yesterday = timezone.now() - timedelta(days=1)  # newer ones cannot be pruned
    calls, apps = ToolCall.objects.filter(time__lt=yesterday).count(), Application.objects.count()
    return {
        "memory of `list_mcp_tokens`": [memory_of("list_mcp_tokens")],
        "`prune_tool_calls`, for 1,000 rows": [time_of("prune_tool_calls", "--days", "1") / calls * 1000],
        "`clear_oauth`, for 1,000 apps": [time_of("clear_oauth") / apps * 1000],
    }


results = asyncio.run(call()) | look() | browse()
# The first round warms up.
measured = {name: [1000 * t for t in times[1:]] for name, times in results.items()}
sys.stdout.write(json.dumps(measured | clean()) + "\n")
