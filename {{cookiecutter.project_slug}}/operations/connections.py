"""Keeps Django's database connections healthy in a process that serves no Django requests.

Django closes and checks connections at the beginning and end of its own requests, which MCP calls are not.
Without this file, a connection that died with the database would fail every later call until the process
restarts, and a connection pool would run empty.
"""

import asyncio
import functools
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from asgiref.sync import SyncToAsync, ThreadSensitiveContext
from django.db import close_old_connections

from operations.places import keep_place_for


class EndedError(Exception):
    """A function tried to end the process."""


def run_managed[R](function: Callable[[], R]) -> R:
    """Call `function`, and give its thread's database connection back when it ends."""
    try:
        return function()
    except (Exception, asyncio.CancelledError):
        raise
    except BaseException as error:
        # For example SystemExit from argparse or a management command: it would end the whole process.
        raise EndedError(f"{type(error).__name__}: {error}") from error
    finally:
        close_old_connections()


def managed[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Make `function` give its thread's database connection back when it ends."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        return run_managed(functools.partial(function, *args, **kwargs))

    return wrapper


async def in_thread[**P, R](function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run `function`, which may use the ORM, outside the event loop and return what it returns.

    It is for the server's own quick queries. They have threads apart from the tools, which may all be busy
    for long.
    """
    return await asyncio.to_thread(managed(function), *args, **kwargs)


@asynccontextmanager
async def async_orm_thread() -> AsyncIterator[None]:
    """Run the async ORM calls of the block in a thread of their own, and give its connection back after each.

    By default, the async ORM calls of all requests share one thread: requests would wait for each other, and
    fail when the thread's connection dies. A tool that awaits something else meanwhile holds no connection.
    """
    async with ThreadSensitiveContext() as context:
        threads = SyncToAsync.context_to_thread_executor
        thread = threads[context] = _Thread()
        try:
            yield
        finally:
            if thread.work:
                keep_place_for(thread.work)
            # The context itself would wait for the SQL of a call that has timed out.
            threads.pop(context, None)
            thread.shutdown()


class _Thread(Executor):
    """A thread that starts when it is needed, and gives its connection back after each function."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self.work: Future[Any] | None = None  # the last function that it was given

    def submit[**P, R](self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        self._pool = self._pool or ThreadPoolExecutor(1, thread_name_prefix="async-orm")
        work = self.work = self._pool.submit(managed(fn), *args, **kwargs)
        return work

    def shutdown(self, wait: bool = False, *, cancel_futures: bool = False) -> None:
        if self._pool:
            self._pool.shutdown(wait, cancel_futures=cancel_futures)
