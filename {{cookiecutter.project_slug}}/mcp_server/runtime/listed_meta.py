"""Leaves out of lists what only this server reads in `_meta`, and views for clients that draw none.

Models are shown all of it.
"""

from typing import Any

from fastmcp.apps import UI_EXTENSION_ID
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext

LISTS = {
    "tools/list": "tools",
    "resources/list": "resources",
    "resources/templates/list": "resourceTemplates",
    "prompts/list": "prompts",
}
# That of this server (docs/limits.md, docs/audit.md), and FastMCP's tags and version.
OWN = {"audit", "confirm", "timeout", "fastmcp"}
# Those of MCP Apps (docs/views.md).
VIEW = "ui"


async def hide_own_meta(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Answer a list, as middleware of the SDK: it sees what FastMCP adds at the end."""
    result = await call_next(ctx)
    if ctx.method in LISTS and isinstance(result, dict):
        can_draw = draws_views(ctx)
        hidden = OWN | {VIEW} if can_draw is False else OWN
        listed = result.get(LISTS[ctx.method], ())
        if not can_draw:  # who draws them finds them by the tools
            listed = [each for each in listed if not each.get("uri", "").startswith(f"{VIEW}://")]
            result = {**result, LISTS[ctx.method]: listed}
        for component in listed:
            meta = {key: value for key, value in component.pop("_meta", {}).items() if key not in hidden}
            if meta:
                component["_meta"] = meta
    return result


def draws_views(ctx: ServerRequestContext[Any, Any]) -> bool | None:
    """Whether the client draws views. None if it cannot be known.

    Clients older than revision 2026-07-28 say so only when they connect, which is forgotten without sessions.
    """
    capabilities = ctx.session.client_capabilities
    return None if capabilities is None else UI_EXTENSION_ID in (capabilities.extensions or {})
