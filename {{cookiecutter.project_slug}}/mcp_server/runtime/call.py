"""The pipeline around every MCP request, and in particular around calls.

A call is limited, confirmed by its user, and stopped if it takes too long; then it is measured and recorded
in the audit. The `meta` of a tool sets its options. Getting a prompt and reading a resource are calls too.
"""

import functools
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from fastmcp import Context
from fastmcp.exceptions import NotFoundError, ValidationError
from fastmcp.server.dependencies import get_access_token
from fastmcp.server.middleware import CallNext, MiddlewareContext
from fastmcp.server.middleware.dereference import DereferenceRefsMiddleware
from fastmcp.tools.base import InputRequiredToolResult, Tool, ToolResult
from fastmcp.tools.function_tool import FunctionTool
from mcp_types import ListToolsRequest, TextContent
from pydantic_core import to_json

from mcp_server.context import MCPAccessToken
from mcp_server.errors import CrashedError, NameTooLongError, is_masked, shorten
from mcp_server.limits import RateLimitedError, check_rate, check_size
from mcp_server.metrics import call_measured, record_tool_call
from mcp_server.models import ToolCall
from mcp_server.permissions import Component, may_use
from mcp_server.runtime.arguments import MAX_PROBLEMS, check_names, in_one_sentence
from mcp_server.runtime.audit import Call, audit
from mcp_server.runtime.concurrency import wait_for_turn
from mcp_server.runtime.confirmation import CannotAskError, NotConfirmedError, confirm
from mcp_server.runtime.rate_limit_response import answer_with_429, as_mcp_error
from mcp_server.runtime.targets import KINDS, Target, find_target
from mcp_server.runtime.timeouts import TooSlowError, run_in_time
from operations.connections import async_orm_thread

calls = logging.getLogger("mcp_server.calls")

Status = ToolCall.Status
STATUSES = {
    RateLimitedError: Status.LIMITED,
    NameTooLongError: Status.UNKNOWN,
    NotConfirmedError: Status.DECLINED,
    CannotAskError: Status.DECLINED,
    TooSlowError: Status.TIMEOUT,
}


class CallMiddleware(DereferenceRefsMiddleware):
    """The FastMCP middleware of this server.

    It overrides `__call__`, because FastMCP wraps calls once per hook. Lists go on to the base class, which
    resolves `$ref` in schemas for clients that cannot.
    """

    async def __call__(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        if context.type == "notification":  # so is a call without an id, which the SDK drops
            return await call_next(context)
        async with async_orm_thread():
            if context.method in KINDS and context.fastmcp_context is not None:
                ctx = context.fastmcp_context
                target = await find_target(str(context.method), context.message, ctx.fastmcp)
                return await run_call(target, ctx, functools.partial(call_next, context))
            if context.method == "completion/complete":
                await _limit_completion(context.fastmcp_context)
            return await super().__call__(context, call_next)

    async def on_list_tools(
        self, context: MiddlewareContext[ListToolsRequest], call_next: CallNext[Any, Sequence[Tool]]
    ) -> Sequence[Tool]:
        """Keep the resolved schemas for the next list: resolving takes most of the time of a long one."""
        tools = await call_next(context)

        async def listed(context: MiddlewareContext[ListToolsRequest]) -> Sequence[Tool]:
            return tools

        for tool, resolved in zip(tools, await super().on_list_tools(context, listed), strict=True):
            tool.parameters, tool.output_schema = resolved.parameters, resolved.output_schema
        return tools


async def _limit_completion(ctx: Context | None) -> None:
    """Limit a completion like a call, because it reads the database. Completions are not in the audit."""
    try:
        await check_rate(_caller())
        await wait_for_turn(ctx)
    except RateLimitedError as error:
        if ctx:
            answer_with_429(error, ctx)
        raise as_mcp_error(error) from error


def _caller() -> MCPAccessToken | None:
    token = get_access_token()
    return token if isinstance(token, MCPAccessToken) else None


async def run_call(target: Target, ctx: Context, run: Callable[[], Awaitable[Any]]) -> Any:
    """Run a call through the pipeline, and return its result.

    Args:
        target: the tool, prompt or resource that the request names.
        ctx: the context of the request.
        run: calls, gets or reads it: FastMCP's next step, or that of the express lane.
    """
    caller = _caller()
    name = target.label if target.component else target.name
    call = Call.begin(name, target.kept_arguments, caller, ctx.request_context)
    start = time.perf_counter()
    try:
        await check_rate(caller, target.label)
        target.check_name()
        result = await _confirm_and_run(target, ctx, run)
        if isinstance(result, InputRequiredToolResult):
            call.status = Status.ASKED
    except ValidationError as error:
        call.status = Status.ERROR
        raise in_one_sentence(error) from error.__cause__
    except BaseException as error:  # a cancelled call is recorded as well
        call.status = _status(error, target)
        if isinstance(error, RateLimitedError):
            answer_with_429(error, ctx)
            if not target.name:  # the parameters are malformed, and FastMCP would report a crash
                raise as_mcp_error(error) from error
        if is_masked(error) and target.method == "tools/call":
            raise CrashedError(error.__cause__) from error
        shorten(error)
        raise
    finally:
        call.duration = time.perf_counter() - start
        audit.record(call)
        _measure(call, target.label)
    return result


async def _confirm_and_run(target: Target, ctx: Context, run: Callable[[], Awaitable[Any]]) -> Any:
    component, arguments = target.component, target.arguments
    # Checked before FastMCP does it, because FastMCP takes an unavailable database for a refusal.
    if component and await may_use(component):
        _check_names(component, arguments)
        if isinstance(component, Tool) and component.meta and component.meta.get("confirm"):
            question = await confirm(component, dict(arguments), ctx)
            if question:
                return question
    await wait_for_turn(ctx, component)
    result = await run_in_time(component, run)
    _add_text_of_empty_list(result)
    check_size(result)
    return result


def _check_names(component: Component, arguments: Mapping[str, Any]) -> None:
    if isinstance(component, FunctionTool):
        known, required = component.parameters["properties"], component.parameters.get("required", ())
        # FastMCP makes an error of two kilobytes for each unknown argument, which is fine for a few.
        if len(arguments) > len(known) + MAX_PROBLEMS:
            check_names(arguments, required, known)


def _add_text_of_empty_list(result: Any) -> None:
    """Add the text of an empty list: FastMCP adds none, and many models see only text."""
    if isinstance(result, ToolResult) and result.structured_content and not result.content:
        value = result.structured_content.get("result", result.structured_content)
        result.content = [TextContent(type="text", text=to_json(value).decode())]


def _status(error: BaseException, target: Target) -> Status:
    if isinstance(error, NotFoundError):
        return Status.DENIED if target.component else Status.UNKNOWN
    return STATUSES.get(type(error), Status.ERROR)


def _measure(call: Call, tool: str) -> None:
    """Record the metrics and one log line, without arguments, which may contain personal data."""
    record_tool_call(tool, call.status, call.duration, call.user_id)
    call_measured.send(Call, call=call, tool=tool)
    if calls.isEnabledFor(logging.INFO):
        calls.info(
            "tool call",
            extra={
                "user": call.user_id,
                **{name: value or None for name, value in call.labels.items()},
                "tool": tool,
                "status": call.status,
                "duration_ms": round(call.duration * 1000, 2),
            },
        )
