"""Lists two tools in place of many: `search_tools` finds the others, and `call_tool` calls one of them.

The schemas of forty tools take ten thousand tokens of a model's context, even if it uses none of them.
"""

from collections.abc import Sequence
from typing import Any, Final

from fastmcp.exceptions import NotFoundError, ToolError
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.server.transforms.search import BM25SearchTransform
from fastmcp.tools.base import Tool
from mcp_types import CallToolRequestParams

from mcp_server.errors import MAX_NAME

MANY: Final = 40
SEARCH: Final = "search_tools"
CALL: Final = "call_tool"
MAX_QUERY: Final = 500  # characters: the index compares each word with every tool, in the event loop


class ToolSearch(BM25SearchTransform):
    """FastMCP's search, for callers who may use MANY tools or more. It finds only tools that they may use."""

    async def transform_tools(self, tools: Sequence[Tool]) -> Sequence[Tool]:
        return tools if len(tools) < MANY else await super().transform_tools(tools)


class CallFoundTool(Middleware):
    """Turns a call of `call_tool` into a call of the tool that it names, before anything else happens.

    So the limits, the permission, the confirmation, the audit and the metrics are those of that tool.
    """

    async def on_call_tool(
        self, context: MiddlewareContext[CallToolRequestParams], call_next: CallNext[Any, Any]
    ) -> Any:
        asked = context.message.arguments or {}
        if context.message.name == SEARCH and len(str(asked.get("query", ""))) > MAX_QUERY:
            raise ToolError(f"The query of {SEARCH} has more than {MAX_QUERY} characters: use a few words.")
        if context.message.name == CALL:
            name, arguments = asked.get("name"), asked.get("arguments") or {}
            if not isinstance(name, str) or name in {SEARCH, CALL} or not isinstance(arguments, dict):
                raise ToolError(
                    f"{CALL} takes the name of a tool that {SEARCH} found, and its arguments as an object."
                )
            message = context.message.model_copy(update={"name": name, "arguments": arguments})
            try:
                return await call_next(context.copy(message=message))
            except NotFoundError as error:  # else it would be CALL that is unknown
                unknown = f"Unknown tool: {name[:MAX_NAME]!r}. {SEARCH} finds those that there are."
                raise ToolError(unknown) from error
        return await call_next(context)


search = ToolSearch(search_tool_name=SEARCH, call_tool_name=CALL)
