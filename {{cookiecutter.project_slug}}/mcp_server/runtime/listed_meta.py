"""Removes from lists the `_meta` that only this server reads, and views for clients that cannot draw them.

Everything in a list fills the context of the model.
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
# The keys of this server (docs/limits.md, docs/audit.md), and FastMCP's tags and version.
OWN = {"audit", "confirm", "timeout", "fastmcp"}
# The key, and the URI scheme, of MCP Apps (docs/views.md).
VIEW = "ui"


async def hide_own_meta(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Change the answer to a list request.

    It is middleware of the SDK, and so sees what FastMCP adds last.
    """
    result = await call_next(ctx)
    if ctx.method in LISTS and isinstance(result, dict):
        can_draw = draws_views(ctx)
        hidden = OWN | {VIEW} if can_draw is False else OWN
        listed = result.get(LISTS[ctx.method], ())
        if not can_draw:  # None included, because a client that draws views finds them by the tools
            listed = [each for each in listed if not each.get("uri", "").startswith(f"{VIEW}://")]
            result = {**result, LISTS[ctx.method]: listed}
        for component in listed:
            meta = {key: value for key, value in component.pop("_meta", {}).items() if key not in hidden}
            if meta:
                component["_meta"] = meta
    return result


def draws_views(ctx: ServerRequestContext[Any, Any]) -> bool | None:
    """Whether the client draws views, or None if that is not known.

    Clients older than revision 2026-07-28 declare it only when they connect. Without sessions, it is not
    known later.
    """
    capabilities = ctx.session.client_capabilities
    return None if capabilities is None else UI_EXTENSION_ID in (capabilities.extensions or {})
