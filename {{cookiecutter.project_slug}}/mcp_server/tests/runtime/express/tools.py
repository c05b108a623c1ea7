"""Tools of every kind that the requests of these tests call."""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

import httpx2
from fastmcp import Context, FastMCP
from fastmcp.apps import AppConfig
from fastmcp.dependencies import Depends
from fastmcp.exceptions import NotFoundError, ToolError
from fastmcp.server.dependencies import get_context, get_http_headers
from fastmcp.tools.base import ToolResult
from fastmcp.utilities.types import Image
from mcp import MCPError
from mcp_types import InputRequiredResult
from mcp_types.jsonrpc import MISSING_REQUIRED_CLIENT_CAPABILITY
from pydantic import BaseModel, Field

from mcp_server.context import CurrentUser, get_mcp_user
from mcp_server.permissions import permission_required
from operations.users import User

MISSING = MISSING_REQUIRED_CLIENT_CAPABILITY


class Row(BaseModel):
    name: str
    number: int = Field(ge=0)


def upstream(status: int) -> httpx2.HTTPStatusError:
    request = httpx2.Request("GET", "http://upstream")
    return httpx2.HTTPStatusError("no", request=request, response=httpx2.Response(status, request=request))


ERRORS: dict[str, Callable[[], BaseException]] = {
    "refused": lambda: ToolError("there is no such order"),
    "long": lambda: ToolError("x" * 5000),
    "quiet": lambda: ToolError("a matter of course", log_level=logging.DEBUG),
    "crashed": lambda: ValueError("internal detail"),
    "not found": lambda: NotFoundError("something"),
    "protocol": lambda: MCPError(-32000, "of a proxy"),
    "capability": lambda: MCPError(MISSING, "no elicitation", {"requiredCapabilities": {}}),
    "upstream 429": lambda: upstream(429),
    "upstream 500": lambda: upstream(500),
    "upstream slow": lambda: httpx2.ReadTimeout("slow"),
    "time": TimeoutError,
}

RESULTS: dict[str, Callable[[], Any]] = {
    "nan": lambda: float("nan"),
    "half": lambda: "\ud800",
    "null": lambda: "a\0b",
    "umlaut": lambda: "größer 🦆",
    "big": lambda: 2**80,
    "huge": lambda: "x" * 2_000_000,
    "image": lambda: Image(data=b"png", format="png"),
    "none": lambda: None,
    "nothing": list,
    "object": lambda: {"a": [1, None, {"b": True}]},
    "bytes": lambda: b"abc",
    "result": lambda: ToolResult(content="text", structured_content={"a": 1}, meta={"mine": 1}),
    "failed": lambda: ToolResult(content="text", is_error=True),
    "question": lambda: InputRequiredResult(input_requests={}, request_state="state"),
    "not json": lambda: print,
}


def add_tools(mcp: FastMCP) -> None:
    """Add the tools to a server."""

    @mcp.tool(meta={"audit": ["text", "number"]})
    def simple(text: str, number: int = 1) -> str:
        return f"{text} {number}"

    @mcp.tool
    async def asynchronous(row: Row) -> list[Row]:
        return [row, row]

    @mcp.tool
    def fail(how: str) -> str:
        error = ERRORS[how]()
        raise error

    @mcp.tool
    async def fail_async(how: str) -> str:
        error = ERRORS[how]()
        raise error

    @mcp.tool
    def fail_model() -> str:
        return Row.model_validate({"name": 1}).name

    @mcp.tool
    def give(what: str) -> Any:
        return RESULTS[what]()

    @mcp.tool
    def give_text(what: str) -> str:
        return str(RESULTS[what]())

    @mcp.tool(output_schema=None)
    def give_content(what: str) -> Any:
        return RESULTS[what]()

    @mcp.tool
    def greet(user: User = CurrentUser()) -> str:
        return user.email

    @mcp.tool
    async def see() -> list[str]:
        headers = get_http_headers()
        return [(await get_mcp_user()).get_username(), headers.get("x-mine", ""), get_context().fastmcp.name]

    @mcp.tool
    async def call_another() -> str:
        result = await mcp.call_tool("simple", {"text": "inner"})
        return json.dumps(result.structured_content)

    @mcp.tool
    async def call_nobody() -> str:
        await mcp.call_tool("missing", {})
        return ""

    @mcp.tool
    async def report() -> str:
        await get_context().report_progress(1, 2, "half")
        return "done"

    @mcp.tool(meta={"timeout": 0.05})
    async def slow() -> None:
        await asyncio.sleep(5)

    @mcp.tool(app=AppConfig(resource_uri="ui://views/chart.html"))
    def with_view() -> dict[str, int]:
        return {"a": 1}

    @mcp.tool(auth=permission_required("auth.delete_group"))
    def guarded() -> str:
        return "in"

    # The lane leaves these to FastMCP.

    @mcp.tool(meta={"confirm": True})
    def confirmed(text: str) -> str:
        return text

    @mcp.tool
    async def with_context(ctx: Context) -> str:
        await ctx.report_progress(1, 2)
        return ctx.fastmcp.name

    @mcp.tool
    def with_dependency(value: int = Depends(lambda: 5)) -> int:
        return value

    @mcp.tool(version="1.0")
    def versioned() -> str:
        return "1.0"

    @mcp.tool
    def with_header(text: str = Field(json_schema_extra={"x-mcp-header": "text"})) -> str:
        return text
