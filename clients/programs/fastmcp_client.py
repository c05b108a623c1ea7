"""Takes every step with FastMCP's client. MCP_CONFIG is as for Claude Desktop; else MCP_URL and MCP_TOKEN."""

import asyncio
import json
import os
import urllib.request
from typing import Any

from fastmcp import Client
from fastmcp.exceptions import ToolError

asked: list[str] = []


async def confirm(message: str, *_: Any) -> dict[str, Any]:
    asked.append(message)
    return {}


def ok(right: bool) -> str:
    return "ok" if right else "**failed**"


async def main() -> None:
    config = os.environ.get("MCP_CONFIG")
    if config:
        client = Client(json.loads(config), elicitation_handler=confirm)
    else:
        client = Client(
            os.environ["MCP_URL"], auth=os.environ.get("MCP_TOKEN", "oauth"), elicitation_handler=confirm
        )
    async with client:
        tools = [tool.name for tool in await client.list_tools()]
        user = (await client.call_tool("whoami")).structured_content or {}
        print(json.dumps({"user": user.get("email", str(user))}), flush=True)
        page = await client.call_tool("list_products", {"page_size": 1})
        try:
            error = str(await client.call_tool("get_order_status", {"order_id": 99999}))
        except ToolError as said:
            error = str(said)
        try:
            raised = str((await client.call_tool("bulk_update_prices", {"percent": "1"})).structured_content)
        except ToolError as said:
            raised = str(said)
        resource = str(await client.read_resource("product://1"))
        prompt = str(await client.get_prompt("sales_report", {"category": "Toys"}))
        await asyncio.to_thread(urllib.request.urlopen, os.environ["RESTART"])
        count = (await client.call_tool("get_product_count")).structured_content
    print(json.dumps({
        "tools": tools,
        "token": ok(bool(user)),
        "call": ok("after_sku" in (page.structured_content or {})),
        "error": ok("There is no order with the number 99999" in error),
        "confirm": ok("categories" in raised) if asked else "runs without asking",
        "resource": ok("sku" in resource),
        "prompt": ok("Toys" in prompt),
        "restart": ok(count == {"products": 60}),
    }))  # fmt: skip


asyncio.run(main())
