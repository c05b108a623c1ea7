"""Which servers and tools the lane serves: those for which FastMCP would do nothing else."""

import json
from collections.abc import Iterator
from inspect import signature

from fastmcp import FastMCP
from fastmcp.server.dependencies import without_injected_parameters
from fastmcp.server.low_level import FastMCPServerMiddleware
from fastmcp.tools.base import Tool
from fastmcp.tools.function_tool import FunctionTool
from mcp.server.request_state import RequestStateBoundary
from mcp.shared.inbound import X_MCP_HEADER_KEY
from opentelemetry.trace import NoOpTracerProvider, ProxyTracerProvider, get_tracer_provider

from mcp_server.context import CurrentUser
from mcp_server.runtime.call import CallMiddleware
from mcp_server.runtime.envelope import name_what_is_wrong
from mcp_server.runtime.listed_meta import hide_own_meta
from mcp_server.runtime.request_size import check_message
from mcp_server.runtime.visibility import PermissionFilter
from operations import tracing

BELOW = (FastMCPServerMiddleware, RequestStateBoundary)  # FastMCP's own, below its middleware
OURS = (check_message, name_what_is_wrong, hide_own_meta)  # these do nothing to a plain call


def reason_to_stand_aside(mcp: FastMCP) -> str | None:
    """Return why FastMCP must answer all calls of this server, or None. It is asked for every call."""
    return next(_reasons(mcp), None)


def _reasons(mcp: FastMCP) -> Iterator[str]:
    if not mcp.auth:
        yield "there is no authentication"
    elif mcp.auth.required_scopes:
        yield "the token verifier requires scopes"
    for middleware in mcp.middleware:
        if type(middleware) is not CallMiddleware and not getattr(middleware, "express", False):
            yield f"there is the middleware {type(middleware).__name__}"
    for layer in mcp._mcp_server.middleware:  # noqa: SLF001 - FastMCP does not show it
        if layer not in OURS and not isinstance(layer, BELOW) and not getattr(layer, "express", False):
            yield f"there is the middleware {layer}"
    for transform in (*mcp.transforms, *mcp.local_provider.transforms):
        if type(transform) is not PermissionFilter:
            yield f"there is the transform {type(transform).__name__}"
    for provider in mcp.providers:
        if provider is not mcp.local_provider:
            yield f"there is the provider {type(provider).__name__}"
    for extension in mcp._extensions:  # noqa: SLF001 - FastMCP does not show them
        yield f"there is the extension {extension}"
    if tracing.is_wanted() or not isinstance(get_tracer_provider(), ProxyTracerProvider | NoOpTracerProvider):
        yield "calls are traced"


class PlainTools:
    """The tools that depend on nothing but their arguments and the caller.

    The answer is cached for each tool.
    """

    def __init__(self) -> None:
        self._seen: dict[str, tuple[Tool, bool]] = {}

    def __contains__(self, tool: Tool) -> bool:
        seen, is_so = self._seen.get(tool.name, (None, False))
        if seen is not tool:
            is_so = _is_plain(tool)
            self._seen[tool.name] = tool, is_so
        return is_so


def _is_plain(tool: Tool) -> bool:
    return (
        type(tool) is FunctionTool
        and tool.version is None
        and tool.task_config.mode == "forbidden"
        and not (tool.meta or {}).get("confirm")
        and _is_given_nothing_but_the_user(tool)
        and X_MCP_HEADER_KEY not in json.dumps(tool.parameters)
    )


def _is_given_nothing_but_the_user(tool: FunctionTool) -> bool:
    """Whether FastMCP passes the function no `Context`, and no dependency but `CurrentUser()`."""
    parameters = signature(tool.fn).parameters
    given = parameters.keys() - signature(without_injected_parameters(tool.fn)).parameters.keys()
    current_user = getattr(CurrentUser(), "factory", None)
    return all(getattr(parameters[name].default, "factory", None) is current_user for name in given)
