"""Two tools to check whether a client is connected, and as which user."""

import math
from typing import TypedDict

from fastmcp import FastMCP
from fastmcp.exceptions import ToolError

from mcp_server.context import CurrentUser
from operations.users import User


class Caller(TypedDict):
    """The user of this connection."""

    email: str | None
    is_staff: bool


def register_diagnostics_tools(mcp: FastMCP) -> None:
    """Add the tools to `mcp`."""

    @mcp.tool(annotations={"readOnlyHint": True, "openWorldHint": False})
    def add_numbers(a: float, b: float) -> float:
        """Add two numbers. Use it only to check that the connection works."""
        total = a + b
        if not math.isfinite(total):  # JSON has no infinity
            raise ToolError("The sum is not a finite number.")
        return total

    @mcp.tool(annotations={"readOnlyHint": True, "openWorldHint": False})
    async def whoami(user: User = CurrentUser()) -> Caller:
        """Return the user for whom this connection acts. What tools may do depends on that user."""
        return {"email": getattr(user, "email", None), "is_staff": user.is_staff}
