"""Limits how many calls of one user run at once: MCP_USER_CONCURRENCY.

Further calls wait, so that one user with slow calls does not take all threads of the tools. Each process
counts for itself. A call gives its place back when its answer is sent and its thread has ended, even if
nobody waits for the thread any more.
"""

from http import HTTPStatus

from django.conf import settings
from fastmcp import Context
from fastmcp.server.dependencies import get_access_token
from fastmcp.utilities.components import FastMCPComponent
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from mcp_server.context import MCPAccessToken
from mcp_server.limits import RateLimitedError
from mcp_server.runtime.refusals import refusal
from mcp_server.runtime.timeouts import seconds_of
from operations.places import Place, current_place, take_place

PLACE = "mcp_server.place"  # the key in the scope of a request for the place that it holds

# A request with a body of more bytes than this waits for its place before the body is read.
LARGE = 100_000
SECONDS_TO_RETRY = 5


async def wait_for_turn(ctx: Context | None, component: FastMCPComponent | None = None) -> None:
    """Wait until the caller may run one more call.

    A call that another call makes needs no place of its own. Raises RateLimitedError after as many seconds as
    `component` may take.
    """
    caller, held = get_access_token(), current_place.get()
    if not isinstance(caller, MCPAccessToken) or (held and held.is_held):
        return
    place: Place | None = None
    if ctx and ctx.request_context and ctx.request_context.request:
        place = ctx.request_context.request.scope.get(PLACE)
    if place and place.is_held:
        place.hold_for_this_task()
    else:
        place = await _take(caller, seconds_of(component))
    current_place.set(place)


class LargeRequests:
    """Lets requests with a large body wait before it is read, so that not all bodies are in memory at once.

    This ASGI middleware belongs after the check of the token.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        access = getattr(scope.get("user"), "access_token", None)
        if isinstance(access, MCPAccessToken) and _is_large(Headers(scope=scope)):
            try:
                scope[PLACE] = await _take(access, seconds_of(None))
            except RateLimitedError as error:
                headers = {"Retry-After": str(error.retry_after)}
                connection, status = HTTPConnection(scope), HTTPStatus.TOO_MANY_REQUESTS
                await refusal(connection, status, str(error), headers=headers)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _is_large(headers: Headers) -> bool:
    length = headers.get("content-length", "0")
    return "transfer-encoding" in headers or not length.isdecimal() or int(length) > LARGE


async def _take(caller: MCPAccessToken, seconds: float | None) -> Place:
    ceilings = {f"user-{caller.user.pk}": settings.MCP_USER_CONCURRENCY}
    # % if cookiecutter.multi_tenancy
    if caller.tenant:
        ceilings[f"tenant-{caller.tenant.pk}"] = settings.MCP_TENANT_CONCURRENCY
    # % endif
    try:
        return await take_place(ceilings, seconds)
    except TimeoutError as error:
        raise RateLimitedError("Too many calls are running", SECONDS_TO_RETRY) from error
