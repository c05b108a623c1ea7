"""Stops tools that take longer than MCP_TOOL_TIMEOUT, or than `@mcp.tool(meta={"timeout": 300})`, in seconds.

An async function is cancelled. A plain function runs in a thread, which cannot be stopped. So its SQL is
stopped: the statement that is running (on PostgreSQL, only one that itself takes that long), or the next one.
PostgreSQL ends a statement of an async function after MCP_TOOL_TIMEOUT, whatever `meta` says.
"""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from inspect import iscoroutinefunction
from typing import Any

from django.conf import settings
from django.db import DatabaseError, OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from fastmcp.exceptions import ToolError
from fastmcp.tools.function_tool import FunctionTool
from fastmcp.utilities.components import FastMCPComponent

from mcp_server.errors import CrashedError

logger = logging.getLogger(__name__)

_deadline: ContextVar[float] = ContextVar("deadline", default=math.inf)  # on the clock of time.monotonic

SQLITE_STEPS = 10_000  # instructions of its virtual machine between two looks at the clock


class TooSlowError(ToolError):
    """The call took longer than it may."""

    def __init__(self) -> None:
        super().__init__("The tool took too long and was stopped: ask for less in one call.")


def seconds_of(component: FastMCPComponent | None) -> float | None:
    """Return how many seconds `component` may take, or None for no limit."""
    seconds: float = ((component and component.meta) or {}).get("timeout", settings.MCP_TOOL_TIMEOUT)
    return seconds or None


async def run_in_time[R](tool: FastMCPComponent | None, run: Callable[[], Awaitable[R]]) -> R:
    """Await `run()`, which runs `tool`. Raises TooSlowError if it takes too long."""
    seconds = seconds_of(tool)
    before = _deadline.set(time.monotonic() + (seconds or math.inf))
    try:
        if isinstance(tool, FunctionTool) and not iscoroutinefunction(tool.fn):
            return await run()  # `run_before_deadline` limits it
        async with asyncio.timeout(seconds):
            return await run()
    except TimeoutError as error:
        raise TooSlowError from error
    except (Exception, asyncio.CancelledError):
        raise
    except BaseException as error:
        # For example SystemExit in an async function. (For plain functions, `run_managed` handles it.)
        logger.exception("A call tried to end the process.")
        raise CrashedError(error) from error
    finally:
        _deadline.reset(before)


def limit_statements() -> None:
    """Make PostgreSQL end every statement of this process after MCP_TOOL_TIMEOUT."""
    options = connection.settings_dict["OPTIONS"]
    given = options.get("options", "")
    if connection.vendor == "postgresql" and "statement_timeout" not in given:
        options["options"] = (
            f"{given} -c statement_timeout={_milliseconds(settings.MCP_TOOL_TIMEOUT)}".strip()
        )


def run_before_deadline[R](function: Callable[[], R]) -> R:
    """Call the plain function of a tool, in its thread. Raises TooSlowError if its SQL takes too long."""
    deadline = _deadline.get()
    if deadline == math.inf:
        return function()
    guard = _Guard(deadline)
    try:
        with connection.execute_wrapper(guard):
            return function()
    except OperationalError as error:
        if guard.is_over:
            raise TooSlowError from error
        raise
    finally:
        guard.lift()


class _Guard:
    """Checks the time before every statement, and makes the database check it during one."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        # `limit_statements` has set the usual limit on PostgreSQL.
        usual = settings.MCP_TOOL_TIMEOUT
        self._is_usual = bool(usual) and abs(deadline - time.monotonic() - usual) < 1
        self._guarded: BaseDatabaseWrapper | None = None

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._deadline

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Execute a statement, as a wrapper of Django (`execute_wrapper`)."""
        if self.is_over:
            raise TooSlowError
        if self._guarded is None:
            self._guarded = context["connection"]
            self._limit(self._guarded, self._deadline - time.monotonic())
        return execute(sql, params, many, context)

    def lift(self) -> None:
        """Remove the limit from the connection."""
        if self._guarded and self._guarded.connection:  # the tool may have closed it
            try:
                self._limit(self._guarded, None)
            except DatabaseError:
                self._guarded.close()  # the connection is dead

    def _limit(self, database: BaseDatabaseWrapper, seconds: float | None) -> None:
        if database.vendor == "sqlite":
            database.connection.set_progress_handler(seconds and (lambda: self.is_over), SQLITE_STEPS)
        elif database.vendor == "postgresql" and not self._is_usual:
            with database.cursor() as cursor:
                value = "DEFAULT" if seconds is None else str(_milliseconds(seconds))
                cursor.execute(f"SET statement_timeout TO {value}")


def _milliseconds(seconds: float) -> int:
    return math.ceil(seconds * 1000)
