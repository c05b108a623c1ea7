"""The metadata of this MCP server as a protected resource (RFC 9728), with its authorization server."""

from http import HTTPStatus

from django.conf import settings
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from oauth.resources import WELL_KNOWN, resource_at
from oauth.scopes import SCOPES

CORS = {"Access-Control-Allow-Origin": "*"}  # pages in a browser may read it, because nothing here is secret


async def resource_metadata(request: Request) -> Response:
    """Answer with the address as the client spelled it, but never with the Host of the request."""
    if request.method == "OPTIONS":
        return Response(
            status_code=HTTPStatus.NO_CONTENT, headers=CORS | {"Access-Control-Allow-Headers": "*"}
        )
    resource = resource_at(request.path_params["path"] or "/mcp/")
    if resource is None:
        return JSONResponse({"error": "not_found"}, HTTPStatus.NOT_FOUND, CORS)
    metadata = {
        "resource": resource,
        "resource_name": settings.PROJECT_NAME,
        "authorization_servers": [settings.WEB_BASE_URL],
        "scopes_supported": list(SCOPES),
        "bearer_methods_supported": ["header"],
    }
    return JSONResponse(metadata, headers=CORS)


def routes() -> list[Route]:
    """Return the route of the metadata."""
    return [Route(WELL_KNOWN + "{path:path}", resource_metadata, methods=["GET", "OPTIONS"])]
