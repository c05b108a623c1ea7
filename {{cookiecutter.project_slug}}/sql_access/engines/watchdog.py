"""Ends a statement from another thread, so that no setting which the statement changes can prevent it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

GRACE = 0.3  # seconds that the database gets to end a statement by itself, and between two attempts


@contextmanager
def ended_after(seconds: float, *attempts: Callable[[], object]) -> Iterator[threading.Event]:
    """Call one attempt after another if the block takes longer than `seconds`, until the block ends.

    Args:
        seconds: the time for the block. The first attempt comes GRACE later.
        attempts: functions that end the statement. Their exceptions are ignored.

    Yields an event that is set before the first attempt.
    """
    left, late = threading.Event(), threading.Event()

    def attempt() -> None:
        pause = seconds + GRACE
        for end in attempts:
            if left.wait(pause):
                return
            late.set()
            with suppress(Exception):  # the statement or its connection may have ended already
                end()
            pause = GRACE

    thread = threading.Thread(target=attempt, name="SQL watchdog", daemon=True)
    thread.start()
    try:
        yield late
    finally:
        left.set()
        thread.join()  # otherwise, an attempt could use a connection that is being closed
