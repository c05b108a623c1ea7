"""Reads a prompt, and a resource if it can, with the OpenAI Agents SDK."""

import asyncio
import json
import os

from agents.mcp import MCPServerStreamableHttp


async def main() -> None:
    headers = {"Authorization": f"Bearer {os.environ['MCP_TOKEN']}"}
    async with MCPServerStreamableHttp(params={"url": os.environ["MCP_URL"], "headers": headers}) as server:
        prompt = str(await server.get_prompt("sales_report", {"category": "Toys"}))
        found = {"prompt": "ok" if "Toys" in prompt else prompt[:80]}
        if hasattr(server, "read_resource"):
            resource = str(await server.read_resource("product://1"))
            found["resource"] = "ok" if "sku" in resource else resource[:80]
    print(json.dumps(found))


asyncio.run(main())
