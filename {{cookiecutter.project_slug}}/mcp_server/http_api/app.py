"""The routes below `/api/mcp/`, and the authentication in front of them, which is that of MCP."""

from collections.abc import Callable, Sequence

from django.conf import settings
from fastmcp.exceptions import DisabledError, FastMCPError, NotFoundError
from fastmcp.server.auth.middleware import RequireAuthMiddleware
from fastmcp.server.http import RequestContextMiddleware
from mcp import MCPError
from mcp.server.transport_security import RequestBodyLimitMiddleware
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from mcp_server.http_api import PATH
from mcp_server.http_api.docs_page import page_files, show_page
from mcp_server.http_api.openapi import show_document
from mcp_server.http_api.problems import Problem, problem_of
from mcp_server.http_api.resources import list_resources, read_resource
from mcp_server.http_api.tools import call_tool, list_tools
from mcp_server.http_api.versions import show_versions
from mcp_server.server import mcp


def api_routes(_routes: Sequence[BaseRoute], guard: Callable[[ASGIApp], ASGIApp]) -> list[BaseRoute]:
    """Return the routes: the public ones first, then those that need a token.

    `guard` protects an application from pages of other sites.
    """
    needs_token = [
        Route(f"{PATH}/openapi.json", show_document),
        Route(f"{PATH}/tools", list_tools),
        Route(PATH + "/tools/{name}", call_tool, methods=["POST"]),
        Route(f"{PATH}/resources", list_resources),
        Route(f"{PATH}/resource", read_resource, methods=["POST"]),
    ]
    for_bearers = _for_bearers(needs_token, guard)
    return [
        Route(f"{PATH}/health", show_versions),
        Route(f"{PATH}/docs", show_page),
        Mount(f"{PATH}/docs", page_files),
        *(Route(route.path, for_bearers) for route in needs_token),
    ]


def _for_bearers(routes: Sequence[Route], guard: Callable[[ASGIApp], ASGIApp]) -> Starlette:
    api = Starlette(
        routes=routes,
        middleware=[
            Middleware(guard),
            Middleware(RequestContextMiddleware),
            *_authentication(),
            Middleware(RequestBodyLimitMiddleware, settings.MCP_MAX_BODY_SIZE),
        ],
        exception_handlers=dict.fromkeys(
            (Problem, HTTPException, NotFoundError, DisabledError, FastMCPError, MCPError, Exception),
            _answer_error,
        ),
    )
    api.state.fastmcp_server = mcp  # FastMCP's middleware looks for it there
    return api


def _authentication() -> Sequence[Middleware]:
    """Return the middleware around FastMCP's own endpoint, so that both accept the same callers."""
    if mcp.auth is None:
        return []
    return [*mcp.auth.get_middleware(), Middleware(RequireAuthMiddleware, mcp.auth.required_scopes)]


async def _answer_error(_request: Request, error: Exception) -> Response:
    return problem_of(error).response()
