"""`GET /api/mcp/tools` and `POST /api/mcp/tools/<name>`."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from http import HTTPStatus
from typing import Any

from fastmcp import Context
from fastmcp.exceptions import NotFoundError
from fastmcp.server.dependencies import get_access_token
from fastmcp.tools.base import InputRequiredToolResult, Tool, ToolResult
from fastmcp.utilities.versions import dedupe_with_versions
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from mcp_server.context import MCPAccessToken
from mcp_server.http_api.problems import Problem, problem_of
from mcp_server.http_api.request_context import Line, as_json, mcp_exchange, read_object
from mcp_server.permissions import is_permitted
from mcp_server.runtime.tool_search import search
from mcp_server.server import mcp

logger = logging.getLogger(__name__)

NDJSON = "application/x-ndjson"


async def permitted_tools(request: Request) -> list[Tool]:
    """Return the tools that the caller may use."""
    with mcp_exchange(request):
        tools = await search.get_tool_catalog(Context(mcp))  # all of them, even with MCP_TOOL_LIST=search
    return dedupe_with_versions(tools, lambda tool: tool.name)


async def list_tools(request: Request) -> Response:
    """Answer with the tools that the caller may use, each as MCP describes it."""
    tools = [tool.to_mcp_tool(name=tool.name) for tool in await permitted_tools(request)]
    return JSONResponse({"tools": [as_json(tool) for tool in tools]})


async def call_tool(request: Request) -> Response:
    """Call a tool with the JSON object in the body, and answer with what it returns.

    A caller that accepts NDJSON gets a line for each step of progress, then one with the result.
    """
    arguments = await read_object(request)
    if NDJSON in request.headers.get("Accept", ""):
        return await _call_with_progress(request, arguments)
    return JSONResponse(await _call(request, arguments))


async def _call(
    request: Request, arguments: dict[str, Any], on_progress: Callable[[Line], None] | None = None
) -> dict[str, Any]:
    name = request.path_params["name"]
    with mcp_exchange(request, on_progress):
        try:
            result = await mcp.call_tool(name, arguments)
        except NotFoundError:
            await _check_scopes(name)
            raise
    return _value(result)


async def _check_scopes(name: str) -> None:
    """Raise a Problem that says so if only the scopes of the token hide the tool (RFC 6750, section 3.1)."""
    token, tool = get_access_token(), await mcp.local_provider.get_tool(name)
    if not tool or not isinstance(token, MCPAccessToken) or token.covers(tool):
        return
    if await is_permitted(token, tool):
        challenge = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}
        text = "The scopes of the token do not cover this tool."
        raise Problem(HTTPStatus.FORBIDDEN, text, headers=challenge)


def _value(result: ToolResult) -> dict[str, Any]:
    """Return the structured result that the output schema describes, or MCP's content blocks without one."""
    if isinstance(result, InputRequiredToolResult):
        raise Problem(HTTPStatus.CONFLICT, "This tool asks the user a question: it needs an MCP client.")
    content = [as_json(block) for block in result.content]
    if result.is_error:
        raise Problem(HTTPStatus.CONFLICT, " ".join(block.get("text", "") for block in content))
    return {"content": content} if result.structured_content is None else result.structured_content


async def _call_with_progress(request: Request, arguments: dict[str, Any]) -> Response:
    lines: asyncio.Queue[Line | None] = asyncio.Queue()
    call = asyncio.create_task(_call(request, arguments, lines.put_nowait))
    call.add_done_callback(lambda _: lines.put_nowait(None))
    first = await lines.get()
    if first is None:
        # It ended without progress, so an error can still have its own status.
        return Response(_encode({"result": call.result()}), media_type=NDJSON)
    return StreamingResponse(_stream(first, lines, call), media_type=NDJSON)


async def _stream(
    first: Line, lines: asyncio.Queue[Line | None], call: asyncio.Task[dict[str, Any]]
) -> AsyncIterator[bytes]:
    line: Line | None = first
    try:
        while line is not None:
            yield _encode(line)
            line = await lines.get()
        yield _encode(_last_line(call))
    finally:
        call.cancel()  # when the caller has gone


def _last_line(call: asyncio.Task[dict[str, Any]]) -> Line:
    try:
        return {"result": call.result()}
    except Exception as error:
        problem = problem_of(error)
        if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            logger.exception("A call failed after it reported progress.")
        return {"problem": problem.document()}


def _encode(line: Line) -> bytes:
    return json.dumps(line, ensure_ascii=False, allow_nan=False).encode() + b"\n"
