"""The tenant of an MCP request: chosen after the check of the token, in scope during the request."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from inspect import isfunction
from typing import Any

from fastmcp.server.dependencies import get_access_token, get_http_request
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from mcp import MCPError
from mcp_types import INVALID_REQUEST
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcp_server.context import MCPAccessToken
from mcp_server.errors import DatabaseUnavailableError
from mcp_server.metrics import call_measured
from mcp_server.runtime.auth_responses import refuse
from mcp_server.runtime.refusals import refusal
from operations.coalescing import Coalesced
from operations.connections import in_thread
from tenants import metrics
from tenants.models import Tenant
from tenants.policy import NoTenantError, TenantNotFoundError, choose, tenants_of
from tenants.scope import use

PREFIX = "/mcp/t/{tenant}"
ADDRESS = re.compile(r".+/mcp/t/([^/]+)/")

tenants = Coalesced(tenants_of, unavailable=DatabaseUnavailableError)
call_measured.connect(metrics.count)


async def set_tenant(access: MCPAccessToken, slug: str | None = None) -> Tenant:
    """Set and return the tenant of a request. It is looked up again for every request.

    Raises TenantNotFoundError or NoTenantError to refuse the request, and DatabaseUnavailableError if the
    database cannot be asked.
    """
    # A token that was issued for the address of a tenant is valid only there (RFC 8707).
    if issued_for := ADDRESS.fullmatch(access.resource or ""):
        if slug not in {None, issued_for[1]}:
            raise TenantNotFoundError
        slug = issued_for[1]
    own = await tenants.ask(access.user.pk) or ()
    access.tenant = choose(own, limited_to=access.credential.tenant_ids, slug=slug)
    return access.tenant


async def still_covers(request: HTTPConnection, access: MCPAccessToken) -> bool:
    """Whether a stream may go on. Its user may have left the tenant since it was opened."""
    try:
        await set_tenant(access, request.path_params.get("tenant"))
    except (NoTenantError, TenantNotFoundError):
        return False
    return True


class TenantMiddleware:
    """Refuses HTTP requests for a tenant to which the user does not belong.

    This ASGI middleware belongs after the check of the token.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        access = getattr(connection.user, "access_token", None)
        if not isinstance(access, MCPAccessToken):
            await self.app(scope, receive, send)
        elif refused := await self._refusal(connection, access):
            await refused(scope, receive, send)
        else:
            with use(access.tenant):  # for the express lane: FastMCP has `TenantScope`
                await self.app(scope, receive, send)

    async def _refusal(self, connection: HTTPConnection, access: MCPAccessToken) -> Response | None:
        try:
            await set_tenant(access, connection.path_params.get("tenant"))
        except TenantNotFoundError:
            # As for any unknown address: the answer must not tell whether the tenant exists.
            return JSONResponse({"error": "not_found"}, HTTPStatus.NOT_FOUND)
        except NoTenantError as error:
            return refusal(connection, HTTPStatus.FORBIDDEN, str(error))
        except DatabaseUnavailableError as error:
            return refuse(connection, error)
        return None


class TenantScope(Middleware):
    """Keeps the tenant in scope while FastMCP answers: for lists, calls, resources, prompts, completions."""

    express = True  # the express lane does not need it: see TenantMiddleware
    express_lists = True

    async def __call__(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        with use(await self._tenant()):
            return await call_next(context)

    async def _tenant(self) -> Tenant | None:
        access = get_access_token()
        try:
            if not isinstance(access, MCPAccessToken):
                return await _tenant_without_token()
            # Over stdio, there is no TenantMiddleware.
            return access.tenant or await set_tenant(access)
        except (NoTenantError, TenantNotFoundError) as error:
            raise MCPError(INVALID_REQUEST, str(error)) from error


async def _tenant_without_token() -> Tenant:
    """Return the only tenant, or that of the address, with MCP_REQUIRE_AUTH=False."""
    slug = get_http_request().path_params.get("tenant")
    return choose(await in_thread(list, Tenant.objects.filter(active=True)), slug=slug)


def for_tenants(routes: Iterable[BaseRoute], _guard: Callable[[ASGIApp], ASGIApp]) -> list[Route]:
    """Return routes with a tenant: `/mcp/t/<slug>/…` for `/mcp/…`.

    Only routes to applications get one. Functions, such as the health check, do not depend on the tenant.
    """
    return [
        Route(route.path.replace("/mcp", PREFIX, 1), _TenantEndpoint(route.endpoint))
        for route in routes
        if isinstance(route, Route) and not isfunction(route.endpoint)
    ]


@dataclass
class _TenantEndpoint:
    """Serves `app` with the path that it has without a tenant, whose slug is in `path_params`."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        prefix = PREFIX.format(tenant=scope["path_params"]["tenant"])

        async def send_with_prefix(message: Message) -> None:
            # The first event of an SSE stream is the address to which the client sends messages.
            if message.get("body", b"").startswith(b"event: endpoint"):
                message = {**message, "body": message["body"].replace(b"/mcp", prefix.encode(), 1)}
            await send(message)

        await self.app({**scope, "path": scope["path"].replace(prefix, "/mcp", 1)}, receive, send_with_prefix)
