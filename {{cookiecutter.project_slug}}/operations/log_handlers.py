"""The handler that writes log records to standard error."""

import asyncio
import logging
import time

SECONDS = 0.02


class BatchingHandler(logging.StreamHandler):
    """Writes the lines that an event loop logs within 20 ms together, and all others at once.

    Formatting lines in a batch takes a third of the time of formatting each between other work, and one write
    for each line would cost as much again.
    """

    def __init__(self) -> None:
        super().__init__()
        self._records: list[logging.LogRecord] = []
        self._due = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line of `record` soon, or now if it is a warning or no event loop runs here."""
        try:
            record.msg, record.args = record.getMessage(), None  # arguments may change later
        except Exception:  # noqa: BLE001 - reported as every handler does
            self.handleError(record)
            return
        self._records.append(record)
        if record.levelno >= logging.WARNING:
            self._write(record)
        elif (now := time.monotonic()) > self._due:
            try:
                asyncio.get_running_loop().call_later(SECONDS, self._write, record)
                self._due = now + SECONDS
            except RuntimeError:
                self._write(record)

    def flush(self) -> None:
        """Write what waits. Python calls it when the process ends, too."""
        self.acquire()
        try:
            records, self._records = self._records, []
            self.stream.write("".join(map(self._line, records)))
            super().flush()
        finally:
            self.release()

    def _write(self, record: logging.LogRecord) -> None:
        try:
            self.flush()
        except Exception:  # noqa: BLE001 - a full disk must not fail the code that logs
            self.handleError(record)

    def _line(self, record: logging.LogRecord) -> str:
        try:
            return self.format(record) + self.terminator
        except Exception:  # noqa: BLE001 - reported as every handler does
            self.handleError(record)
            return ""
