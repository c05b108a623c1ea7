"""The ASGI application of the MCP process: its routes, with both transports, health and metrics."""

import asyncio
import functools
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.module_loading import import_string
from fastmcp.server.http import HostOriginGuardMiddleware, create_sse_app
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcp_server import checks, limits, metrics
from mcp_server.runtime.audit import audit
from mcp_server.runtime.envelope import EnvelopeMiddleware
from mcp_server.runtime.express.lane import express_lane
from mcp_server.runtime.express.lists import lists_written_once
from mcp_server.runtime.headers import as_usual
from mcp_server.runtime.rate_limit_response import with_status_429
from mcp_server.runtime.refusals import refuse_name_or_page
from mcp_server.runtime.request_size import RequestSizeMiddleware
from mcp_server.runtime.streams import Streams, checked_streams
from mcp_server.runtime.timeouts import limit_statements
from mcp_server.runtime.token_verifier import MCPTokenVerifier
from mcp_server.runtime.unread import serve_in_pieces
from mcp_server.server import mcp
from operations.client_address import FORWARDED
from operations.connections import in_thread
from operations.health import failing_part
from operations.metrics import render_metrics
from operations.pool_metrics import measured_pool
from operations.tracing import traced

logger = logging.getLogger(__name__)

HTTP_PATH = "/mcp/"
SSE_PATH = "/mcp/sse/"
SSE_MESSAGES_PATH = "/mcp/sse/messages/"


def create_app() -> Starlette:
    """Build the application. One FastMCP instance answers every revision since 2024-11-05."""
    # Stateless unless the owner says otherwise, so that any worker can answer any request.
    middleware = [
        Middleware(RequestSizeMiddleware),
        Middleware(EnvelopeMiddleware),
        Middleware(Streams),
    ]
    http = mcp.http_app(
        path=HTTP_PATH,
        stateless_http=settings.MCP_STATELESS,
        middleware=[*middleware, *express_lane(mcp), *lists_written_once()],
    )
    sse = create_sse_app(
        mcp, sse_path=SSE_PATH, message_path=SSE_MESSAGES_PATH, auth=mcp.auth, middleware=middleware
    )

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        if not settings.MCP_REQUIRE_AUTH:
            logger.warning("MCP_REQUIRE_AUTH=False: EVERYONE who reaches this server may call EVERY tool.")
        if settings.DEBUG:
            await in_thread(_log_slips)
        names = sorted(tool.name for tool in await mcp.local_provider.list_tools())
        logger.info("%d tools: %s", len(names), ", ".join(names))
        limit_statements()
        async with (
            traced(),
            http.lifespan(app),
            sse.lifespan(app),
            measured_pool(),
            checked_streams(mcp.auth),
        ):
            # Nothing that was loaded until now goes away, so the garbage collector can skip it.
            gc.collect()
            gc.freeze()
            yield
        await asyncio.to_thread(audit.close)
        await limits.close()
        if isinstance(mcp.auth, MCPTokenVerifier):
            await mcp.auth.close()

    endpoints: list[BaseRoute] = [
        *_with_and_without_slash(HTTP_PATH, with_status_429(_directly(http))),
        *_with_and_without_slash(SSE_PATH, sse),
        *_with_and_without_slash(SSE_MESSAGES_PATH, sse),
    ]
    for path in settings.MCP_ROUTES:
        endpoints += import_string(path)(endpoints, _guarded)
    application = _Application(
        routes=[
            *endpoints,
            Route("/mcp/health", health),
            Route("/mcp/ready", ready),
            Route("/mcp/metrics", show_metrics),
            *(mcp.auth.get_routes(HTTP_PATH) if mcp.auth else ()),
        ],
        # After a 401, clients look for OAuth metadata, and fail on an answer that is not JSON.
        exception_handlers={HTTPStatus.NOT_FOUND: not_found},
        lifespan=lifespan,
    )
    application.router.redirect_slashes = False  # MCP clients drop their Authorization header
    return application


def _log_slips() -> None:
    """Log the mistakes in tools that `make check` would report, while the owner writes them."""
    for check in checks.ALL:
        for message in check():
            logger.warning("%s %s", message.msg, message.hint or "")


async def health(_request: Request) -> Response:
    """Answer that the process runs."""
    return JSONResponse({"status": "ok"})


async def ready(_request: Request) -> Response:
    """Answer whether calls would work now: with 503 and the failing part if not."""
    if failing := await in_thread(failing_part):
        return JSONResponse({"status": "unavailable", "failing": failing}, HTTPStatus.SERVICE_UNAVAILABLE)
    return JSONResponse({"status": "ok"})


async def show_metrics(request: Request) -> Response:
    """Show the metrics to Prometheus, but to nobody through a proxy."""
    if FORWARDED in request.headers:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return Response(render_metrics(), media_type=CONTENT_TYPE_LATEST)


async def not_found(_request: Request, _error: Exception) -> Response:
    """Answer an unknown address."""
    return JSONResponse({"error": "not_found"}, HTTPStatus.NOT_FOUND)


def _directly(http: Starlette) -> ASGIApp:
    """Pass requests to the only endpoint of `http` through its middleware, without Starlette's own layers.

    Those layers route, which `_Application` has done, and turn exceptions into a 500, which Uvicorn does.
    They would take 3 % of a call, and 4 KiB of a stream.
    """
    (route,) = (route for route in http.routes if isinstance(route, Route) and route.path == HTTP_PATH)
    endpoint = route.app
    for layer in reversed(http.user_middleware):
        endpoint = layer.cls(endpoint, *layer.args, **layer.kwargs)

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] in (route.methods or ()):
            scope["app"] = http
            await endpoint(scope, receive, send)
        else:
            await http(scope, receive, send)

    return serve


def _guarded(app: ASGIApp) -> ASGIApp:
    """Refuse requests with an unknown Host (421), or from pages of other sites (Origin, 403).

    Pages of MCP_BROWSER_ORIGINS may call, and read the answer.
    """
    # Django writes "every subdomain" as .example.com, FastMCP as *.example.com.
    hosts = [f"*{host}" if host.startswith(".") else host for host in settings.ALLOWED_HOSTS]
    origins = settings.MCP_BROWSER_ORIGINS
    check = HostOriginGuardMiddleware(_nothing, hosts, [settings.PUBLIC_BASE_URL, *origins], mode="strict")

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        refused: list[int] = []

        async def note_status(message: Message) -> None:
            if message["type"] == "http.response.start":
                refused.append(message["status"])

        await check(scope, receive, note_status)
        answer = refuse_name_or_page(HTTPConnection(scope), *refused) if refused else app
        await answer(scope, receive, send)

    guarded: ASGIApp = guard
    if origins:
        headers = ["Mcp-Session-Id", "Retry-After", "WWW-Authenticate"]
        guarded = CORSMiddleware(guard, origins, ["GET", "POST", "DELETE"], ["*"], expose_headers=headers)
    public_host = urlsplit(settings.PUBLIC_BASE_URL).netloc.encode()

    def is_usual(headers: dict[bytes, bytes]) -> bool:
        return headers.get(b"host") == public_host and b"origin" not in headers

    async def skip_guard_for_usual_requests(scope: Scope, receive: Receive, send: Send) -> None:
        await (app if is_usual(dict(scope["headers"])) else guarded)(scope, receive, send)

    return skip_guard_for_usual_requests


async def _nothing(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Answer nothing."""


class _Application(Starlette):
    """Passes MCP requests to their endpoints without Starlette's layers, which take 4 % of a call."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            endpoint = self._endpoints.get(scope["path"], super().__call__)
            await serve_in_pieces(endpoint, scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    @functools.cached_property
    def _endpoints(self) -> dict[str, ASGIApp]:
        routes = [route for route in self.routes if isinstance(route, Route)]
        return {route.path: route.endpoint for route in routes if isinstance(route.endpoint, _Endpoint)}


@dataclass
class _Endpoint:
    """Serves `app` at its own path, with and without a slash at the end.

    A redirect between the two would not do, because MCP clients drop their Authorization header on it.
    """

    path: str
    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope = {**scope, "path": self.path, "headers": as_usual(scope["headers"])}
        with metrics.active_sessions.track_inprogress():
            await self.app(scope, receive, send)


def _with_and_without_slash(path: str, app: ASGIApp) -> list[Route]:
    return [Route(spelling, _Endpoint(path, _guarded(app))) for spelling in (path, path.rstrip("/"))]
