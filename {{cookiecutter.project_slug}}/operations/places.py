"""Limits how many calls of a kind run at once: each holds a place until its work has really ended."""

import asyncio
import concurrent.futures
from collections.abc import Iterable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from typing import Any
from weakref import WeakValueDictionary

_ceilings: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()


class Place:
    """A place under each of one or more ceilings. It is free again when its last holder lets go."""

    def __init__(self, ceilings: Iterable[asyncio.Semaphore]) -> None:
        self._ceilings = list(ceilings)
        self._holders = 0

    @property
    def is_held(self) -> bool:
        """Whether a task or thread still holds the place."""
        return self._holders > 0

    def hold_for_this_task(self) -> None:
        """Hold the place until the current task ends: its answer is sent, or its client has gone."""
        if task := asyncio.current_task():
            self._holders += 1
            task.add_done_callback(lambda _: self._let_go())

    def hold_for(self, work: concurrent.futures.Future[Any]) -> None:
        """Hold the place until `work` ends in its thread, even if nobody waits for it any more."""
        self._holders += 1
        loop = asyncio.get_running_loop()

        def let_go(_: object) -> None:
            with suppress(RuntimeError):  # the loop is closed: the process ends
                loop.call_soon_threadsafe(self._let_go)

        work.add_done_callback(let_go)

    def _let_go(self) -> None:
        self._holders -= 1
        if not self._holders:
            for ceiling in self._ceilings:
                ceiling.release()


# The place of the call that runs in this context.
current_place: ContextVar[Place | None] = ContextVar("place", default=None)


async def take_place(ceilings: Mapping[str, int], seconds: float | None) -> Place:
    """Wait for a place under each of `ceilings`, and hold it for this task. First come, first served.

    Args:
        ceilings: the number of places for each name. A new number counts once no place of that name is held.
        seconds: how long to wait. None is without limit.

    Raises:
        TimeoutError: after `seconds`.

    """
    taken: list[asyncio.Semaphore] = []
    try:
        async with asyncio.timeout(seconds):
            for name, number in ceilings.items():
                ceiling = _ceilings.get(name)
                if ceiling is None:
                    ceiling = _ceilings[name] = asyncio.Semaphore(number)
                await ceiling.acquire()
                taken.append(ceiling)
    except BaseException:
        for ceiling in taken:
            ceiling.release()
        raise
    place = Place(taken)
    place.hold_for_this_task()
    return place


def keep_place_for(work: concurrent.futures.Future[Any]) -> None:
    """Hold the place of this call until `work` ends in its thread."""
    place = current_place.get()
    if place and place.is_held and not work.done():
        place.hold_for(work)
