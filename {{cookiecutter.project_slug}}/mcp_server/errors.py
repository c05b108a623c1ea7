"""Errors that say more than their sentence. For any other refusal, tools and resources raise ToolError."""

from fastmcp.exceptions import ResourceError, ToolError
from mcp import MCPError
from mcp_types import INVALID_PARAMS


class NoSuchResourceError(ResourceError, MCPError):
    """A resource that a template stands for is not there, as a client can tell by code and data.

    MCP 2026-07-28, resources, error handling.

    Args:
        uri: What was asked for.
        sentence: What is wrong, and what to do.
    """

    def __init__(self, uri: str, sentence: str) -> None:
        super().__init__(INVALID_PARAMS, sentence, {"uri": uri})


class CrashedError(ToolError):
    """A tool raised what it did not expect, which is in the log and not for the client."""

    def __init__(self) -> None:
        super().__init__("The tool failed, whatever its arguments: calling it again is unlikely to help.")


def is_masked(error: BaseException) -> bool:
    """Whether FastMCP put `error` in the place of an exception that nobody expected."""
    beginnings = ("Error calling tool", "Error reading resource")
    return error.__cause__ is not None and str(error).startswith(beginnings)
