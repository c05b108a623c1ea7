"""`GET /api/mcp/health`: for anybody, so it tells nothing that helps to attack."""

from django.conf import settings
from mcp_types.version import KNOWN_PROTOCOL_VERSIONS
from starlette.requests import Request
from starlette.responses import JSONResponse, Response


async def show_versions(_request: Request) -> Response:
    """Answer that the process runs, in which version, and which revisions of MCP it speaks."""
    return JSONResponse(
        {"status": "ok", "versions": {"project": settings.PROJECT_VERSION, "mcp": KNOWN_PROTOCOL_VERSIONS}}
    )
