"""Answers all questions that wait at a moment with one look into the database."""

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
    """Looks up what many requests want to know at the same time.

    Strict and cheap: nothing is remembered, for an answer comes from a look-up that started after
    its question was asked. While one look-up runs, questions wait, and the next one answers them all.
    """

    def __init__(
        self, look_up: Callable[[list[Question]], Mapping[Question, Answer]], *, unavailable: type[Exception]
    ) -> None:
        self._look_up = look_up
        self._unavailable = unavailable
        self._waiting: dict[Question, list[asyncio.Future[Answer | None]]] = {}
        self._running = False
        # One thread, hence one database connection, which tools can never keep from a look-up.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=look_up.__name__)
        _all.add(self)

    async def ask(self, question: Question) -> Answer | None:
        """Return the answer, None when there is none.

        Raises `unavailable` while the database cannot be asked, and whatever else the look-up raises.
        """
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._waiting.setdefault(question, []).append(future)
        if not self._running:
            self._running = True
            loop.call_soon(self._start)  # so that requests that came together are answered together
        try:
            answer: Answer | None = await future
        except (OperationalError, InterfaceError) as error:
            # A traceback for each request would fill the log.
            logger.error("The database cannot be asked: %s", error)  # noqa: TRY400
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
        """Look up, and once more on a new connection when the old one is dead."""
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
        """Hand the answers out, and look up what was asked meanwhile."""
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
