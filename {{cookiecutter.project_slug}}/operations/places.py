"""Places: how many calls of a kind may run at once, and what keeps one until it is really free."""

import asyncio
import concurrent.futures
from collections.abc import Iterable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from typing import Any
from weakref import WeakValueDictionary

_ceilings: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()


class Place:
    """One of the places of each of some ceilings. The last who holds it gives it back."""

    def __init__(self, ceilings: Iterable[asyncio.Semaphore]) -> None:
        self._ceilings = list(ceilings)
        self._holders = 0

    @property
    def is_held(self) -> bool:
        """Whether somebody still holds it."""
        return self._holders > 0

    def hold_for_this_task(self) -> None:
        """Keep the place until the current task ends: when its answer is sent, or its client has gone."""
        if task := asyncio.current_task():
            self._holders += 1
            task.add_done_callback(lambda _: self._let_go())

    def hold_for(self, work: concurrent.futures.Future[Any]) -> None:
        """Keep the place until a thread is done, whoever has given up waiting for it."""
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


# That of the call which runs in this context.
current_place: ContextVar[Place | None] = ContextVar("place", default=None)


async def take_place(ceilings: Mapping[str, int], seconds: float | None) -> Place:
    """Wait for a place of each of `ceilings`, and hold it for this task.

    Who came first is first. Raises TimeoutError after `seconds`. The next who asks gets the place of
    one who has stopped waiting.

    Args:
        ceilings: the number of places by name. A number that changes counts from when nobody is there.
        seconds: None is without limit.
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
    """Let a thread keep the place of this call, if nobody waits for the thread any more."""
    place = current_place.get()
    if place and place.is_held and not work.done():
        place.hold_for(work)
