"""The tour of test_clients.py with FastMCP's client, which speaks the protocol of both eras."""

import json
import time
from typing import Any

from fastmcp import Client
from mcp_types import PromptReference


async def tour(client: Client[Any]) -> dict[str, object]:
    reports: list[tuple[float, str | None]] = []

    async def on_progress(progress: float, total: float | None, message: str | None) -> None:
        reports.append((time.monotonic(), message))

    async with client:
        slow = await client.call_tool("count_slowly", {"to": 2}, progress_handler=on_progress)
        answered = time.monotonic()
        resource: Any = (await client.read_resource("product://1"))[0]
        prompt: Any = (await client.get_prompt("sales_report", {"category": "Garden"})).messages[0]
        reference = PromptReference(type="ref/prompt", name="sales_report")
        unknown = await client.call_tool("no_such_tool", raise_on_error=False)
        return {
            "revision": client.session.protocol_version,
            "tools": sorted(tool.name for tool in await client.list_tools()),
            "sum": (await client.call_tool("add_numbers", {"a": 2, "b": 3})).content[0].text,  # type: ignore[union-attr]
            "count": slow.content[0].text,  # type: ignore[union-attr]
            "progress": [message for _, message in reports],
            "progress came early": answered - reports[0][0] > 0.5,
            "resources": sorted(str(found.uri) for found in await client.list_resources()),
            "product": json.loads(resource.text)["id"],
            "prompt names the category": "Garden" in prompt.content.text,
            "completion": (await client.complete(reference, {"name": "category", "value": "ga"})).values,
            "unknown tool is an error": unknown.is_error,
        }
