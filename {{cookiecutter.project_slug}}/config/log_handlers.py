"""Where log records go."""

import asyncio
import logging

SECONDS = 0.05


class BatchingHandler(logging.StreamHandler):
    """Writes to standard error: what an event loop logs within 50 ms at once, all else right away.

    A write for each line costs the MCP process as much as the line itself.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[str] = []
        self._due = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line of `record` soon, or now if it is a warning or no event loop runs here."""
        try:
            self._lines.append(self.format(record) + self.terminator)
        except Exception:  # noqa: BLE001 - reported as every handler does
            self.handleError(record)
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
            lines, self._lines = self._lines, []
            self.stream.write("".join(lines))
            super().flush()
        finally:
            self.release()
