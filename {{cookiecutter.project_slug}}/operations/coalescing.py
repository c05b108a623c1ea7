"""Combines the look-ups that concurrent requests ask for into one database query."""

import asyncio
import functools
import itertools
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from weakref import WeakSet

from django.db import InterfaceError, OperationalError, connection, connections

logger = logging.getLogger(__name__)

_all: "WeakSet[Coalesced[Any, Any]]" = WeakSet()


async def close_all() -> None:
    """Give all database connections back."""
    await asyncio.gather(*(each.close() for each in _all))


class Coalesced[Question, Answer]:
    """Looks up what many requests ask at the same time.

    While one look-up runs, further questions wait, and the next look-up answers all of them. Nothing is
    cached: each answer comes from a look-up that started after its question was asked.
    """

    def __init__(
        self, look_up: Callable[[list[Question]], Mapping[Question, Answer]], *, unavailable: type[Exception]
    ) -> None:
        self._look_up = look_up
        self._unavailable = unavailable
        self._waiting: dict[Question, list[asyncio.Future[Answer | None]]] = {}
        self._running = False
        # One thread, hence one database connection, which tools cannot use up.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=look_up.__name__)
        _all.add(self)

    async def ask(self, question: Question) -> Answer | None:
        """Return the answer to `question`, or None if the look-up found none.

        Raises `unavailable` while the database is unavailable, and any other exception of the look-up.
        """
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._waiting.setdefault(question, []).append(future)
        if not self._running:
            self._running = True
            loop.call_soon(self._start)  # after the other requests that arrived in this turn of the loop
        try:
            answer: Answer | None = await future
        except (OperationalError, InterfaceError) as error:
            # A traceback for each request would fill the log.
            logger.error("The database is unavailable: %s", error)  # noqa: TRY400
            raise self._unavailable from error
        return answer

    async def close(self) -> None:
        """Give the database connection back."""
        await asyncio.get_running_loop().run_in_executor(self._thread, connections.close_all)

    def _start(self) -> None:
        asked, self._waiting = self._waiting, {}
        looking = asyncio.get_running_loop().run_in_executor(self._thread, self._answer, list(asked))
        looking.add_done_callback(functools.partial(self._finish, asked))

    def _answer(self, questions: list[Question]) -> Mapping[Question, Answer]:
        """Look up, and try once more on a new connection if the old one is dead."""
        try:
            return self._look_up(questions)
        except (OperationalError, InterfaceError):
            connection.close()
            return self._look_up(questions)

    def _finish(
        self,
        asked: dict[Question, list[asyncio.Future[Answer | None]]],
        looked: asyncio.Future[Mapping[Question, Answer]],
    ) -> None:
        """Deliver the answers, and look up the questions that came meanwhile."""
        self._running = bool(self._waiting)
        if self._running:
            self._start()
        if error := looked.exception():
            for future in itertools.chain(*asked.values()):
                if not future.done():  # its client may have gone
                    future.set_exception(error)
            return
        answers = looked.result()
        for question, futures in asked.items():
            answer = answers.get(question)
            for future in futures:
                if not future.done():
                    future.set_result(answer)
