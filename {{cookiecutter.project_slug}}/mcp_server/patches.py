"""Changes to FastMCP and the MCP SDK from outside, each with its reason. Nothing else patches them."""

from collections.abc import Callable, Mapping
from typing import Any

import anyio
from fastmcp import FastMCP
from fastmcp.tools.base import Tool
from fastmcp.utilities import async_utils
from mcp.shared.inbound import X_MCP_HEADER_KEY

from mcp_server.database import managed


def manage_connections_of_sync_functions() -> None:
    """Make every sync tool, resource, prompt and completion give its database connection back.

    FastMCP runs them all through this one function. A transform that wraps components would miss
    prompts and resources with injected parameters, which FastMCP wraps on registration.
    """

    async def run[R](function: Callable[[], R]) -> R:
        return await anyio.to_thread.run_sync(managed(function))

    async_utils.run_sync_in_threadpool = run  # type: ignore[assignment,attr-defined]


def look_up_input_schemas_by_name(mcp: FastMCP) -> None:
    """Spare every `tools/call` the full `tools/list` that the SDK makes to find one schema.

    The SDK wants the schema to check `Mcp-Param-*` headers against `x-mcp-header`, so only tools
    that use it are looked up. Call it when all tools are registered.
    https://github.com/modelcontextprotocol/python-sdk/issues/3565
    """
    schemas: dict[str, Mapping[str, Any]] = {
        component.name: component.parameters
        for component in mcp.local_provider._components.values()  # noqa: SLF001 - the public listing is async
        if isinstance(component, Tool) and X_MCP_HEADER_KEY in str(component.parameters)
    }
    mcp._mcp_server.get_tool_input_schema = schemas.get  # noqa: SLF001 - FastMCP offers no way to it
