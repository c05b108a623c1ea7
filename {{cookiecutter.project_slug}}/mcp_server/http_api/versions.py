"""`GET /api/mcp/health` is public, so it reveals nothing that helps an attacker."""

from django.conf import settings
from mcp_types.version import KNOWN_PROTOCOL_VERSIONS
from starlette.requests import Request
from starlette.responses import JSONResponse, Response


async def show_versions(_request: Request) -> Response:
    """Answer that the process runs, with the versions of the project and of MCP."""
    return JSONResponse(
        {"status": "ok", "versions": {"project": settings.PROJECT_VERSION, "mcp": KNOWN_PROTOCOL_VERSIONS}}
    )
