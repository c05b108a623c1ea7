"""All patches of FastMCP and the MCP SDK. None of them is for speed."""

import asyncio
import contextvars
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from fastmcp.server import http
from fastmcp.tools.base import Tool, ToolResult
from fastmcp.utilities import async_utils
from mcp.server.sse import SseServerTransport

from mcp_server.runtime.results import refuse_models
from mcp_server.runtime.streams import Sessions
from mcp_server.runtime.timeouts import run_before_deadline
from operations.connections import run_managed
from operations.places import keep_place_for


def manage_connections_of_sync_functions() -> None:
    """Make sync tools, resources, prompts and completions give their connection back, and end in time.

    FastMCP runs all of them through one function, which is replaced here. A transform that wraps components
    would miss prompts and resources with injected parameters, which FastMCP wraps on registration.
    """
    # Not anyio's threads, because starting a call in them takes longer.
    threads = ThreadPoolExecutor(settings.MCP_TOOL_THREADS, thread_name_prefix="tool")

    async def run[R](function: Callable[[], R]) -> R:
        in_context = contextvars.copy_context().run
        in_time = functools.partial(run_before_deadline, function)
        work = threads.submit(in_context, run_managed, in_time)
        try:
            return await asyncio.wrap_future(work)
        except asyncio.CancelledError:
            keep_place_for(work)  # the thread cannot be stopped
            raise

    async_utils.run_sync_in_threadpool = run  # type: ignore[assignment,attr-defined]


def count_sessions_by_user() -> None:
    """Count the sessions of each user (`mcp_server/runtime/streams.py`).

    The SDK counts those of all users together.
    """
    module: Any = http
    module.FastMCPStreamableHTTPSessionManager = Sessions


def refuse_models_as_results() -> None:
    """Let a tool that returns a model fail. FastMCP would send its `str()` as a success."""
    convert = Tool.convert_result

    @functools.wraps(convert)
    def convert_what_is_no_model(tool: Tool, raw_value: Any) -> ToolResult:
        refuse_models(tool.name, raw_value)
        return convert(tool, raw_value)

    Tool.convert_result = convert_what_is_no_model  # type: ignore[assignment, method-assign]


def take_larger_bodies() -> None:
    """Apply MAX_BODY_SIZE to SSE too, where FastMCP leaves the SDK's own limit."""

    def create(endpoint: str, **options: Any) -> SseServerTransport:
        return SseServerTransport(endpoint, max_request_body_size=settings.MCP_MAX_BODY_SIZE, **options)

    module: Any = http
    module.SseServerTransport = create
