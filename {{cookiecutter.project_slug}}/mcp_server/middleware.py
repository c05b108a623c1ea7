"""What happens around every MCP request, and around a tool call in particular.

A call is limited, confirmed by its user, stopped when it takes too long; then it is measured and
written down. What a tool wants of that stands in its `meta`.
"""

import logging
import time
from typing import Any

from fastmcp import Context
from fastmcp.exceptions import NotFoundError, ValidationError
from fastmcp.server.dependencies import get_access_token
from fastmcp.server.middleware import CallNext, MiddlewareContext
from fastmcp.server.middleware.dereference import DereferenceRefsMiddleware
from fastmcp.tools.base import InputRequiredToolResult, Tool, ToolResult
from mcp_types import TextContent
from pydantic_core import to_json

from mcp_server.arguments import check_names, in_one_sentence
from mcp_server.audit import Call, audit
from mcp_server.concurrency import wait_for_turn, wait_for_turn_of_others
from mcp_server.confirmation import CannotAskError, NotConfirmedError, confirm
from mcp_server.database import async_orm_thread
from mcp_server.errors import CrashedError, is_masked
from mcp_server.limits import RateLimitedError, check_rate
# % if cookiecutter.multi_tenancy
from mcp_server.metrics import record_tenant_call, record_tool_call
# % else
from mcp_server.metrics import record_tool_call
# % endif
from mcp_server.models import ToolCall
from mcp_server.permissions import may_use
from mcp_server.response_size import check_size
from mcp_server.timeouts import TooSlowError, run_in_time
from mcp_server.too_many_requests import answer_with_429
from mcp_server.verifier import MCPAccessToken

calls = logging.getLogger("mcp_server.calls")

# What is no tool has a name that the client chose, which must not become a label.
UNKNOWN_TOOL = "<unknown>"
Status = ToolCall.Status
STATUSES = {
    RateLimitedError: Status.LIMITED,
    NotConfirmedError: Status.DECLINED,
    CannotAskError: Status.DECLINED,
    TooSlowError: Status.TIMEOUT,
}


class CallMiddleware(DereferenceRefsMiddleware):
    """The only middleware. It overrides `__call__`, which spares calls FastMCP's wrapper for every hook.

    Lists pass through FastMCP's own middleware, its base, which resolves `$ref` in schemas for
    clients that cannot.
    """

    async def __call__(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        async with async_orm_thread():
            if context.method != "tools/call" or context.fastmcp_context is None:
                await wait_for_turn_of_others(context)
                return await super().__call__(context, call_next)
            return await _call(context, context.fastmcp_context, call_next)

    async def on_get_prompt(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        """Name the arguments that are missing, which FastMCP takes for a failure of the prompt."""
        server = context.fastmcp_context and context.fastmcp_context.fastmcp
        prompt = server and await server.get_prompt(context.message.name)
        if prompt:
            required = [each.name for each in prompt.arguments or () if each.required]
            check_names(context.message.arguments or {}, required)
        return await call_next(context)


async def _call(context: MiddlewareContext[Any], ctx: Context, call_next: CallNext[Any, Any]) -> Any:
    token = get_access_token()
    caller = token if isinstance(token, MCPAccessToken) else None
    # A call with malformed parameters arrives without a name.
    tool = await _find_tool(getattr(context.message, "name", ""), ctx)
    call = Call.begin(context.message, tool, caller, ctx.request_context)
    start = time.perf_counter()
    try:
        await check_rate(caller)
        result = await _confirm_and_run(tool, context, ctx, call_next)
        if isinstance(result, InputRequiredToolResult):
            call.status = Status.ASKED
    except ValidationError as error:
        call.status = Status.ERROR
        raise in_one_sentence(error) from error.__cause__
    except BaseException as error:  # a cancelled call counts as well
        call.status = _status(error, tool)
        if isinstance(error, RateLimitedError):
            answer_with_429(error, ctx)
        if is_masked(error):
            raise CrashedError from error
        raise
    finally:
        call.duration = time.perf_counter() - start
        audit.record(call)
        _measure(call, tool.name if tool else UNKNOWN_TOOL)
    return result


async def _find_tool(name: str, ctx: Context) -> Tool | None:
    """Return the tool of that name, whoever may use it."""
    tools = ctx.fastmcp.local_provider
    found: Any = tools._components.get(f"tool:{name}@")  # noqa: SLF001 - get_tool() looks at every tool there is
    return found or await tools.get_tool(name)


async def _confirm_and_run(
    tool: Tool | None, context: MiddlewareContext[Any], ctx: Context, call_next: CallNext[Any, Any]
) -> Any:
    # Asked before FastMCP does, which takes a database that is away for a no.
    if tool and await may_use(tool) and tool.meta and tool.meta.get("confirm"):
        question = await confirm(tool, context.message.arguments or {}, ctx)
        if question:
            return question
    await wait_for_turn(ctx, tool)
    result = await run_in_time(tool, lambda: call_next(context))
    _write_out_nothing(result)
    check_size(result)
    return result


def _write_out_nothing(result: Any) -> None:
    """Give an empty list as text as well: FastMCP gives none, and many models see only text."""
    if isinstance(result, ToolResult) and result.structured_content and not result.content:
        value = result.structured_content.get("result", result.structured_content)
        result.content = [TextContent(type="text", text=to_json(value).decode())]


def _status(error: BaseException, tool: Tool | None) -> Status:
    if isinstance(error, NotFoundError):
        return Status.DENIED if tool else Status.UNKNOWN
    return STATUSES.get(type(error), Status.ERROR)


def _measure(call: Call, tool: str) -> None:
    """Write the metrics and one log line: never arguments, which may hold personal data."""
    record_tool_call(tool, call.status, call.duration, call.user_id)
    # % if cookiecutter.multi_tenancy
    if call.tenant:
        record_tenant_call(call.tenant, tool)
    # % endif
    if calls.isEnabledFor(logging.INFO):
        calls.info(
            "tool call",
            extra={
                "user": call.user_id,
                "credential": call.credential or None,
                # % if cookiecutter.multi_tenancy
                "tenant": call.tenant or None,
                # % endif
                "tool": tool,
                "status": call.status,
                "duration_ms": round(call.duration * 1000, 2),
            },
        )
