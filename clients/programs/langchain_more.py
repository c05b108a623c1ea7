"""Reads a resource and a prompt with LangChain's adapter."""

import asyncio
import json
import os

from langchain_mcp_adapters.client import MultiServerMCPClient


async def main() -> None:
    headers = {"Authorization": f"Bearer {os.environ['MCP_TOKEN']}"}
    server = {"transport": "streamable_http", "url": os.environ["MCP_URL"], "headers": headers}
    client = MultiServerMCPClient({"site": server})
    resource = " ".join(blob.as_string() for blob in await client.get_resources("site", uris=["product://1"]))
    prompt = str(await client.get_prompt("site", "sales_report", arguments={"category": "Toys"}))
    print(json.dumps({
        "resource": "ok" if "sku" in resource else resource[:80],
        "prompt": "ok" if "Toys" in prompt else prompt[:80],
    }))  # fmt: skip


asyncio.run(main())
