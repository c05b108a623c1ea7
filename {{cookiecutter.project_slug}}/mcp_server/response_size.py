"""How long an answer may be: MCP_MAX_RESPONSE_SIZE characters, for a model has to read it."""

from typing import Any

from django.conf import settings
from fastmcp.exceptions import ToolError
from fastmcp.tools.base import ToolResult
from mcp_types import ContentBlock, TextContent


def check_size(result: Any) -> None:
    """Raise ToolError when the answer of a tool is too long: a part of it could mislead."""
    if not isinstance(result, ToolResult):
        return
    size = sum(
        len(block.text) if isinstance(block, TextContent) else _length(block) for block in result.content
    )
    if size > settings.MCP_MAX_RESPONSE_SIZE:
        raise ToolError(
            f"The answer has {size:,} characters, more than the {settings.MCP_MAX_RESPONSE_SIZE:,} that are "
            "allowed: ask for less, such as fewer rows or one page."
        )


def _length(block: ContentBlock) -> int:
    """Return the characters of an image, a sound or an embedded resource."""
    held: Any = getattr(block, "resource", block)
    return len(
        getattr(held, "data", None) or getattr(held, "text", None) or getattr(held, "blob", None) or ""
    )
