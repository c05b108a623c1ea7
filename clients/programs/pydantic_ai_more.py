"""Reads a resource, and a prompt if it can, with pydantic-ai."""

import asyncio
import json
import os

from pydantic_ai.mcp import MCPToolset


async def main() -> None:
    headers = {"Authorization": f"Bearer {os.environ['MCP_TOKEN']}"}
    async with MCPToolset(os.environ["MCP_URL"], headers=headers) as server:
        resource = str(await server.read_resource("product://1"))
        found = {"resource": "ok" if "sku" in resource else resource[:80]}
        if hasattr(server, "get_prompt"):
            prompt = str(await server.get_prompt("sales_report", {"category": "Toys"}))
            found["prompt"] = "ok" if "Toys" in prompt else prompt[:80]
    print(json.dumps(found))


asyncio.run(main())
