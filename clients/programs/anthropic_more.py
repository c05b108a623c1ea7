"""Reads a resource and a prompt with the MCP session that is passed to the Anthropic SDK."""

import asyncio
import json
import os

import httpx2
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client


async def main() -> None:
    headers = {"Authorization": f"Bearer {os.environ['MCP_TOKEN']}"}
    async with (
        httpx2.AsyncClient(headers=headers) as http,
        streamable_http_client(os.environ["MCP_URL"], http_client=http) as streams,
        ClientSession(*streams[:2]) as session,
    ):
        await session.initialize()
        resource = str(await session.read_resource("product://1"))
        prompt = str(await session.get_prompt("sales_report", {"category": "Toys"}))
    print(json.dumps({
        "resource": "ok" if "sku" in resource else resource[:80],
        "prompt": "ok" if "Toys" in prompt else prompt[:80],
    }))  # fmt: skip


asyncio.run(main())
