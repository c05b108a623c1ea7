"""Changes to FastMCP and the MCP SDK from outside, each with its reason. Nothing else patches them.

`MCP_SPEEDUPS=False` switches off what only makes calls faster, to see whether it is to blame for
something. Each has a test that fails when upstream has mended it; then remove it here.
"""

import asyncio
import contextvars
import functools
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.conf import settings
from fastmcp.server import http, low_level, server
from fastmcp.server.providers import aggregate
from fastmcp.server.transforms import visibility
from fastmcp.utilities import async_utils
from mcp.server import _streamable_http_modern, runner, streamable_http_manager
from mcp.server.connection import Connection
from mcp_types import JSONRPCResponse, methods
from mcp_types.version import LATEST_MODERN_VERSION
from opentelemetry.trace import INVALID_SPAN, Span
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mcp_server.runtime.speedups.answers import (
    Answer,
    DispatchContext,
    accepts_both,
    answer_older_call,
    read_tool_call,
    to_json,
)
from mcp_server.runtime.streams import Sessions
from mcp_server.runtime.timeouts import run_before_deadline
from operations import tracing
from operations.connections import run_managed
from operations.places import keep_place_for


def manage_connections_of_sync_functions() -> None:
    """Make sync tools, resources, prompts and completions give their connection back, and end in time.

    FastMCP runs them all through this one function. A transform that wraps components would miss
    prompts and resources with injected parameters, which FastMCP wraps on registration.
    """
    # Not anyio's, which take longer to hand a call over.
    threads = ThreadPoolExecutor(settings.MCP_TOOL_THREADS, thread_name_prefix="tool")

    async def run[R](function: Callable[[], R]) -> R:
        in_context = contextvars.copy_context().run
        in_time = functools.partial(run_before_deadline, function)
        work = threads.submit(in_context, run_managed, in_time)
        try:
            return await asyncio.wrap_future(work)
        except asyncio.CancelledError:
            keep_place_for(work)  # nobody can stop the thread
            raise

    async_utils.run_sync_in_threadpool = run  # type: ignore[assignment,attr-defined]


def count_sessions_by_user() -> None:
    """Count the sessions of each user (`mcp_server/runtime/streams.py`): the SDK counts them all."""
    module: Any = http
    module.FastMCPStreamableHTTPSessionManager = Sessions


def speed_up() -> None:
    """Spare calls what they do not need."""
    await_one_provider_directly()
    skip_visibility_rules_until_there_are_some()
    skip_spans_that_nobody_records()
    close_connections_that_hold_something()
    validate_results_once()
    stream_only_what_is_streamed()
    write_results_at_once()
    answer_older_clients_alike()


def await_one_provider_directly() -> None:
    """Spare the look-up of a tool a task group, made to ask all providers at once: there is one."""
    module: Any = aggregate
    gather = module.gather

    async def gather_or_await(
        awaitables: Iterable[Awaitable[Any]], *, return_exceptions: bool = False
    ) -> list[Any]:
        first, *others = awaitables
        if others or not return_exceptions:
            gathered: list[Any] = await gather([first, *others], return_exceptions=return_exceptions)
            return gathered
        try:
            return [await first]
        except Exception as error:  # noqa: BLE001 - returned, as asked
            return [error]

    module.gather = gather_or_await


def skip_visibility_rules_until_there_are_some() -> None:
    """Spare each call the look-up of rules that a tool may have set with `ctx.enable_components`."""
    module: Any = server
    apply, save = module.apply_session_transforms, visibility.save_visibility_rules

    async def save_and_look_up_from_now_on(*args: Any, **kwargs: Any) -> None:
        module.apply_session_transforms = apply
        await save(*args, **kwargs)

    async def no_rules[C](components: Sequence[C]) -> Sequence[C]:
        return components

    module.apply_session_transforms = no_rules
    visibility.save_visibility_rules = save_and_look_up_from_now_on


def skip_spans_that_nobody_records() -> None:
    """Spare each call its two OpenTelemetry spans, unless they are sent somewhere."""
    if tracing.is_wanted():
        return

    def no_span(*_: object, **__: object) -> AbstractContextManager[Span]:
        return nullcontext(INVALID_SPAN)

    request: Any = low_level
    component: Any = server
    request.seam_span = component.server_span = no_span


def close_connections_that_hold_something() -> None:
    """Spare each request the timer and the shield for closing what its connection holds: mostly nothing.

    A tool that wants something closed with the connection puts it on its `exit_stack`.
    """
    module: Any = runner
    close = module.aclose_shielded

    @functools.wraps(close)
    async def aclose_shielded(connection: Connection) -> None:
        if connection.exit_stack._exit_callbacks:  # type: ignore[attr-defined]
            await close(connection)

    module.aclose_shielded = aclose_shielded


def validate_results_once() -> None:
    """Spare the result of each call a second validation: FastMCP made it of the newest revision's model."""
    sdk: Any = methods
    serialize = sdk.serialize_server_result

    @functools.wraps(serialize)
    def serialize_server_result(method: str, version: str, data: Any, **options: Any) -> Any:
        if method == "tools/call" and version == LATEST_MODERN_VERSION and "content" in data and not options:
            return data
        return serialize(method, version, data, **options)

    sdk.serialize_server_result = serialize_server_result


def stream_only_what_is_streamed() -> None:
    """Spare each request what the SDK prepares for a stream, unless something is streamed."""
    manager: Any = streamable_http_manager
    handle = manager.handle_modern_request

    @functools.wraps(handle)
    async def handle_modern_request(server: Any, security: Any, json_response: bool, *rest: Any) -> None:
        state, scope, receive, send = rest
        if accepts_both(scope):
            answer = Answer(scope, receive, send)
            await answer.wait_for(handle(server, security, True, state, scope, receive, answer))
        else:  # it will be refused
            await handle(server, security, json_response, *rest)

    manager.handle_modern_request = handle_modern_request
    modern: Any = _streamable_http_modern
    modern._SingleExchangeDispatchContext = DispatchContext


def write_results_at_once() -> None:
    """Spare each result the way through a dictionary into JSON."""
    modern: Any = _streamable_http_modern
    write = modern._write

    @functools.wraps(write)
    async def write_at_once(message: BaseModel, scope: Scope, receive: Receive, send: Send) -> None:
        if isinstance(message, JSONRPCResponse):
            await Response(to_json(message), media_type="application/json")(scope, receive, send)
        else:  # its status follows from its code
            await write(message, scope, receive, send)

    modern._write = write_at_once


def answer_older_clients_alike() -> None:
    """Spare each call of an older client the session that the SDK begins and ends for it."""
    manager: Any = streamable_http_manager.StreamableHTTPSessionManager
    handle = manager._handle_stateless_request

    @functools.wraps(handle)
    async def handle_stateless_request(
        self: Any, version: str | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        request = Request(scope, receive)
        call, receive = await read_tool_call(request)
        if call:
            answer = Answer(scope, receive, send)
            await answer.wait_for(answer_older_call(self, version, call, request, answer))
        else:
            await handle(self, version, scope, receive, send)

    manager._handle_stateless_request = handle_stateless_request
