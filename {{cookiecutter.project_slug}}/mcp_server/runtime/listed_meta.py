"""Leaves out of lists what only this server reads in `_meta`: models are shown all of it."""

from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext

LISTS = {
    "tools/list": "tools",
    "resources/list": "resources",
    "resources/templates/list": "resourceTemplates",
    "prompts/list": "prompts",
}
# That of this server (docs/limits.md, docs/audit.md), and FastMCP's tags and version.
OWN = {"audit", "confirm", "timeout", "fastmcp"}


async def hide_own_meta(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Answer a list, as middleware of the SDK: it sees what FastMCP adds at the end."""
    result = await call_next(ctx)
    if ctx.method in LISTS and isinstance(result, dict):
        for component in result.get(LISTS[ctx.method], ()):
            meta = {key: value for key, value in component.pop("_meta", {}).items() if key not in OWN}
            if meta:
                component["_meta"] = meta
    return result
