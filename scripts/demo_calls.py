"""Call the tools of the demo with the MCP client of this environment, and check the answers.

usage: demo_calls.py URL TOKEN
"""

import asyncio
import sys
from importlib.metadata import version

url, token = sys.argv[1:]


async def modern() -> None:
    """Use FastMCP 4, which speaks the stateless protocol of 2026."""
    from fastmcp import Client
    from fastmcp.client.transports import StreamableHttpTransport

    async with Client(StreamableHttpTransport(url, auth=token)) as client:
        tools = [tool.name for tool in await client.list_tools()]
        caller = (await client.call_tool("whoami")).structured_content
        products = (await client.call_tool("get_product_count")).structured_content
    report(f"fastmcp {version('fastmcp')}", "2026-07-28", tools, caller, products)


async def legacy() -> None:
    """Use the MCP SDK of 2025, over both of its transports."""
    from mcp import ClientSession
    from mcp.client.sse import sse_client
    from mcp.client.streamable_http import streamablehttp_client

    headers = {"Authorization": f"Bearer {token}"}
    for connect, address in ((streamablehttp_client, url), (sse_client, f"{url}sse/")):
        async with connect(address, headers=headers) as streams, ClientSession(*streams[:2]) as client:
            revision = (await client.initialize()).protocolVersion
            tools = [tool.name for tool in (await client.list_tools()).tools]
            caller = (await client.call_tool("whoami")).structuredContent
            products = (await client.call_tool("get_product_count")).structuredContent
        transport = "SSE" if connect is sse_client else "HTTP"
        report(f"mcp {version('mcp')} over {transport}", revision, tools, caller, products)


def report(client: str, revision: str, tools: list[str], caller: object, products: object) -> None:
    """Print one line, or end the demo if an answer is wrong."""
    if "whoami" not in tools or caller != {"email": "dev@example.com", "is_staff": True} or not products:
        sys.exit(f"ERROR: {client} got a wrong answer: {tools}, {caller}, {products}")
    answers = f"whoami {caller['email']}   products {products['products']}"
    print(f"{client:<22} {revision}   {len(tools)} tools   {answers}")


asyncio.run(modern() if version("mcp") >= "2" else legacy())
