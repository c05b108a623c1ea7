"""Where log records go."""

import asyncio
import logging

SECONDS = 0.02


class BatchingHandler(logging.StreamHandler):
    """Writes to standard error: what an event loop logs within 20 ms at once, all else right away.

    One after the other, lines are formatted in a third of the time that each takes between other work,
    and a write for each would cost as much again.
    """

    def __init__(self) -> None:
        super().__init__()
        self._records: list[logging.LogRecord] = []
        self._due = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line of `record` soon, or now if it is a warning or no event loop runs here."""
        try:
            record.msg, record.args = record.getMessage(), None  # what is in it may change meanwhile
        except Exception:  # noqa: BLE001 - reported as every handler does
            self.handleError(record)
            return
        self._records.append(record)
        if record.levelno >= logging.WARNING:
            self.flush()
        elif record.created > self._due:
            try:
                asyncio.get_running_loop().call_later(SECONDS, self.flush)
                self._due = record.created + SECONDS
            except RuntimeError:
                self.flush()

    def flush(self) -> None:
        """Write what waits. Python calls it when the process ends, too."""
        self.acquire()
        try:
            records, self._records = self._records, []
            self.stream.write("".join(map(self._line, records)))
            super().flush()
        finally:
            self.release()

    def _line(self, record: logging.LogRecord) -> str:
        try:
            return self.format(record) + self.terminator
        except Exception:  # noqa: BLE001 - reported as every handler does
            self.handleError(record)
            return ""
