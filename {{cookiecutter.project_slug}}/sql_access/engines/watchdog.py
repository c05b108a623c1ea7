"""Ends a statement from outside, whatever it calls and whichever settings of its session it changes."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

GRACE = 0.3  # seconds for the database to end a statement by itself, and after each attempt to end it


@contextmanager
def ended_after(seconds: float, *attempts: Callable[[], object]) -> Iterator[threading.Event]:
    """Make one attempt after another until the block is left, the first when its time is over.

    Yields an event that is set when an attempt was made.
    """
    left, late = threading.Event(), threading.Event()

    def attempt() -> None:
        pause = seconds + GRACE
        for end in attempts:
            if left.wait(pause):
                return
            late.set()
            with suppress(Exception):  # the statement, or its connection, may have ended by itself
                end()
            pause = GRACE

    thread = threading.Thread(target=attempt, name="SQL watchdog", daemon=True)
    thread.start()
    try:
        yield late
    finally:
        left.set()
        thread.join()  # then no attempt meets a connection that is being closed
