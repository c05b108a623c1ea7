"""Keeps Django's database connections healthy in a process that serves no Django requests.

Django closes and checks connections when one of its requests begins and ends. It never hears of MCP
calls, so without this file a connection that died with the database would fail every later call
until the process restarts, and a connection pool would run empty.
"""

import asyncio
import functools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import anyio
from asgiref.sync import SyncToAsync, ThreadSensitiveContext, sync_to_async
from django.db import close_old_connections


def run_managed[R](function: Callable[[], R]) -> R:
    """Call `function`, and give its thread's database connection back when it ends."""
    try:
        return function()
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

    For the server's own quick queries: these threads are not those of the tools, which may all be
    busy for long.
    """
    return await asyncio.to_thread(managed(function), *args, **kwargs)


@asynccontextmanager
async def async_orm_thread() -> AsyncIterator[None]:
    """Give the async ORM calls made inside a thread, and so a connection, of their own.

    Django runs async ORM calls in threads. By default all requests of a process would share one
    thread, hence wait for each other, and its connection would outlive every database restart.
    """
    async with ThreadSensitiveContext() as context:
        try:
            yield
        finally:
            if context in SyncToAsync.context_to_thread_executor:  # the ORM was used
                with anyio.CancelScope(shield=True):  # also when the client has gone
                    await sync_to_async(close_old_connections)()
