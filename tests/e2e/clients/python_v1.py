"""The tour of test_clients.py with the old SDK, `mcp<2`, in its own virtual environment.

usage: python_v1.py URL TOKEN http|sse REVISION
       python_v1.py stdio REVISION COMMAND [ARGUMENT…]
"""

import asyncio
import json
import os
import sys
import time
from contextlib import AsyncExitStack

from mcp import ClientSession, StdioServerParameters, types
from mcp.client.sse import sse_client
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamablehttp_client


async def tour(arguments):
    if arguments[0] == "stdio":
        _, revision, command, *options = arguments
        transport = stdio_client(StdioServerParameters(command=command, args=options, env=dict(os.environ)))
    else:
        url, token, kind, revision = arguments
        headers = {"Authorization": f"Bearer {token}"}
        transport = (sse_client if kind == "sse" else streamablehttp_client)(url, headers=headers)
    types.LATEST_PROTOCOL_VERSION = revision  # the revision that the client asks for
    async with AsyncExitStack() as stack:
        read, write, *_ = await stack.enter_async_context(transport)
        session = await stack.enter_async_context(ClientSession(read, write))
        hello = await session.initialize()

        reports = []

        async def on_progress(progress, total, message):
            reports.append((time.monotonic(), message))

        slow = await session.call_tool("count_slowly", {"to": 2}, progress_callback=on_progress)
        answered = time.monotonic()
        sum_ = await session.call_tool("add_numbers", {"a": 2, "b": 3})
        resource = await session.read_resource("product://1")
        prompt = await session.get_prompt("sales_report", {"category": "Garden"})
        completion = await session.complete(
            types.PromptReference(type="ref/prompt", name="sales_report"), {"name": "category", "value": "ga"}
        )
        unknown = await session.call_tool("no_such_tool", {})
        return {
            "revision": hello.protocolVersion,
            "tools": sorted(tool.name for tool in (await session.list_tools()).tools),
            "sum": sum_.content[0].text,
            "count": slow.content[0].text,
            "progress": [message for _, message in reports],
            "progress came early": answered - reports[0][0] > 0.5,
            "resources": sorted(str(found.uri) for found in (await session.list_resources()).resources),
            "product": json.loads(resource.contents[0].text)["id"],
            "prompt names the category": "Garden" in prompt.messages[0].content.text,
            "completion": completion.completion.values,
            "unknown tool is an error": unknown.isError,
        }


print(json.dumps(asyncio.run(tour(sys.argv[1:]))))
