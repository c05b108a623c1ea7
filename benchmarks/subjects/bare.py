"""FastMCP out of the box, without authentication: the baseline of the comparisons."""

import os
import sys

from fastmcp import Context, FastMCP

mcp = FastMCP("bare")


@mcp.tool
def echo(text: str) -> str:
    """Return the text."""
    return text


@mcp.tool
async def async_echo(text: str) -> str:
    """Return the text."""
    return text


@mcp.tool
async def report(ctx: Context) -> str:
    """Report progress."""
    await ctx.report_progress(1, 1)
    return "reported"


@mcp.resource("bench://resource")
def resource() -> str:
    """Return a text."""
    return "a resource"


if __name__ == "__main__":
    mcp.run(
        transport="http",
        port=int(sys.argv[1]),
        stateless_http="SESSIONS" not in os.environ,
        show_banner=False,
        uvicorn_config={"access_log": False},
    )
