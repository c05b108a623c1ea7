"""The express lane: an ASGI middleware that answers plain tool calls.

It comes after the check of the token, and before FastMCP's endpoint. It passes every request that is not
certainly a plain call on to FastMCP, before it has done anything: the lane itself refuses nothing. A plain
call runs through the same pipeline as every call (`mcp_server/runtime/call.py`), in FastMCP's request
context. The lane skips only FastMCP's dispatch between the endpoint and the pipeline.
"""

import functools
import logging
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from fastmcp import Context, FastMCP
from fastmcp.exceptions import DisabledError, FastMCPError, NotFoundError, ToolError, ValidationError
from fastmcp.server.dependencies import bind_request_context
from fastmcp.server.transforms.visibility import apply_session_transforms, is_enabled
from fastmcp.tools.base import InputRequiredToolResult, Tool, ToolResult
from fastmcp.utilities.exceptions import get_http_status_code, is_timeout_error
from fastmcp.utilities.logging import get_logger
from mcp import MCPError
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.connection import Connection
from mcp.server.context import ServerRequestContext
from mcp.server.request_state import RequestStateBoundary
from mcp.server.runner import modern_error_data
from mcp.server.session import ServerSession
from mcp.shared.dispatcher import DispatchContext
from mcp_types import (
    SERVER_INFO_META_KEY,
    CallToolResult,
    InputRequiredResult,
    JSONRPCError,
    TextContent,
    methods,
)
from mcp_types.jsonrpc import INTERNAL_ERROR, INVALID_PARAMS, MISSING_REQUIRED_CLIENT_CAPABILITY
from pydantic import ValidationError as PydanticValidationError
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from mcp_server.errors import DatabaseUnavailableError
from mcp_server.permissions import may_use
from mcp_server.runtime.call import run_call
from mcp_server.runtime.express.answer import Answer
from mcp_server.runtime.express.eligible import PlainTools, reason_to_stand_aside
from mcp_server.runtime.express.request import METHOD, WireCall, read_call, read_headers
from mcp_server.runtime.request_size import read_body
from mcp_server.runtime.session_state import session_state
from mcp_server.runtime.targets import Target
from operations.connections import async_orm_thread

# FastMCP logs the errors of tools with this logger.
fastmcp_logger = get_logger("fastmcp.server.server")
logger = logging.getLogger(__name__)


def express_lane(mcp: FastMCP) -> list[Middleware]:
    """Return the lane for `mcp.http_app(middleware=…)`, or an empty list with MCP_EXPRESS=False."""
    if not settings.MCP_EXPRESS:
        return []
    if reason := reason_to_stand_aside(mcp):
        logger.info("The express lane stands aside, so FastMCP answers every call: %s.", reason)
    return [Middleware(ExpressLane, mcp)]


class ExpressLane:
    """Answers plain tool calls, and passes on all other requests."""

    def __init__(self, app: ASGIApp, mcp: FastMCP) -> None:
        self.app = app
        self.mcp = mcp
        self._is_stateless = settings.MCP_STATELESS
        self._plain_tools = PlainTools()
        server = mcp._mcp_server  # noqa: SLF001 - FastMCP does not show it
        self._stamp = server.server_info_stamp
        self._seal = next(layer for layer in server.middleware if isinstance(layer, RequestStateBoundary))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = read_headers(scope, is_stateless=self._is_stateless)
        is_let_in = isinstance(scope.get("user"), AuthenticatedUser)
        if headers is None or not is_let_in or reason_to_stand_aside(self.mcp):
            await self.app(scope, receive, send)
            return
        body, receive_again = await read_body(receive)
        call = read_call(headers, body)
        if not call or not await self._answers(call, scope, receive, send):
            await self.app(scope, receive_again, send)

    async def _answers(self, call: WireCall, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer the call, unless FastMCP has to. Return whether it was answered."""
        tool = self._find(call.parsed.name)
        if tool is None or tool not in self._plain_tools:
            return False
        answer = Answer(receive, send)
        connection = Connection.from_envelope(call.version, call.client_info, call.client_capabilities)
        meta = call.parsed.meta or {}
        request: ServerRequestContext[Any, Request] = ServerRequestContext(
            session=ServerSession(cast("DispatchContext[Any]", answer), connection, request_meta=meta),
            lifespan_context={},
            protocol_version=call.version,
            method=METHOD,
            params=call.params,
            meta=meta,
            request_id=call.id,
            request=Request(scope),
        )
        async with connection.exit_stack:
            with bind_request_context(request):
                async with Context(fastmcp=self.mcp) as context:
                    if not await _is_offered(tool):
                        return False
                    await answer.wait_for(self._handle(call, tool, request, context, answer))
        return True

    def _find(self, name: str) -> Tool | None:
        """Return the tool without a version, like `get_tool`, which looks at all components for each call."""
        components = self.mcp.local_provider._components  # noqa: SLF001 - FastMCP has no quicker way
        tool = components.get(f"{Tool.make_key(name)}@")
        return tool if isinstance(tool, Tool) and tool.name == name else None  # it may have another name now

    async def _handle(
        self,
        call: WireCall,
        tool: Tool,
        request: ServerRequestContext[Any, Request],
        context: Context,
        answer: Answer,
    ) -> None:
        try:
            result = await self._result(call, tool, request, context)
        except Exception as error:  # noqa: BLE001 - the SDK logs unexpected errors
            failure = JSONRPCError(jsonrpc="2.0", id=call.id, error=modern_error_data(error))
            await answer.finish(failure, has_status=call.is_modern)
        else:
            response = {"jsonrpc": "2.0", "id": call.id, "result": result}
            await answer.finish(response, has_status=call.is_modern)

    async def _result(
        self, call: WireCall, tool: Tool, request: ServerRequestContext[Any, Request], context: Context
    ) -> dict[str, Any]:
        target = Target(METHOD, tool.name, tool, call.parsed.arguments or {})
        result: CallToolResult | InputRequiredResult
        try:
            async with async_orm_thread():
                run = functools.partial(_run, tool, dict(target.arguments))
                returned = await run_call(target, context, run)
        except (DisabledError, NotFoundError):
            result = _failed(f"Unknown tool: {tool.name!r}")
        except FastMCPError as error:
            result = _failed(str(error))
        else:
            result = _as_mcp(returned, tool, call)
        wire = self._on_the_wire(result, call)
        if isinstance(result, InputRequiredResult):

            async def give(_request: object) -> dict[str, Any]:
                return wire

            return cast("dict[str, Any]", await self._seal(request, give))
        return wire

    def _on_the_wire(self, result: CallToolResult | InputRequiredResult, call: WireCall) -> dict[str, Any]:
        """Return the result in the format of the client's revision, with its server stamp."""
        dumped = result.model_dump(by_alias=True, mode="json", exclude_none=True)
        try:
            wire = methods.serialize_server_result(METHOD, call.version, dumped)
        except PydanticValidationError:
            logger.exception("handler for %r returned an invalid result", METHOD)
            raise MCPError(INTERNAL_ERROR, "Handler returned an invalid result") from None
        if call.is_modern:
            meta = wire.get("_meta") or {}
            if meta.get(SERVER_INFO_META_KEY) is None:
                wire["_meta"] = {**meta, SERVER_INFO_META_KEY: self._stamp}
        return wire


async def _is_offered(tool: Tool) -> bool:
    """Whether the caller may use the tool, and it was not hidden with `ctx.disable_components`."""
    if getattr(session_state, "is_used", True):
        (tool,) = await apply_session_transforms([tool])
    try:
        return is_enabled(tool) and await may_use(tool)
    except DatabaseUnavailableError:
        return False


async def _run(tool: Tool, arguments: dict[str, Any]) -> ToolResult:
    """Run the tool, and raise and log the same errors as FastMCP's `call_tool`."""
    try:
        return await tool.run(arguments)
    except (ValidationError, PydanticValidationError):
        fastmcp_logger.warning("Invalid arguments for tool %r", tool.name)
        raise
    except FastMCPError as error:
        fastmcp_logger.log(error.log_level, "Error calling tool %r", tool.name)
        raise
    except Exception as error:
        if isinstance(error, MCPError) and error.code == MISSING_REQUIRED_CLIENT_CAPABILITY:
            raise
        status = get_http_status_code(error)
        fastmcp_logger.log(logging.ERROR, "Error calling tool %r", tool.name, exc_info=status is None)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise ToolError("Rate limited by upstream API, please retry later") from error
        if is_timeout_error(error):
            raise ToolError("Upstream request timed out, please retry") from error
        raise ToolError(f"Error calling tool {tool.name!r}") from error


def _failed(text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)


def _as_mcp(result: ToolResult, tool: Tool, call: WireCall) -> CallToolResult | InputRequiredResult:
    if isinstance(result, InputRequiredToolResult):
        if call.is_modern:
            return result.input_required
        text = (
            f"Tool {tool.name!r} returned an InputRequiredResult to request client input, but the "
            "multi-round-trip result type (SEP-2322) only exists at MCP 2026-07-28; this connection "
            f"negotiated {call.version!r}. Use ctx.elicit() for server-initiated input on handshake-era "
            "connections."
        )
        raise MCPError(INVALID_PARAMS, text)
    match result.to_mcp_result():
        case CallToolResult() as whole:
            return whole
        case (list() as content, structured):
            return CallToolResult(content=content, structured_content=structured)
        case content:
            return CallToolResult(content=content)
