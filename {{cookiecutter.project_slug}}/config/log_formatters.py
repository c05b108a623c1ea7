"""How log records look: `extra={…}` fields are kept in both formats."""

import logging
import traceback
from types import TracebackType
from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter as BaseJsonFormatter

# Uvicorn adds its message a second time, with colours.
NOT_EXTRA = {*RESERVED_ATTRS, "color_message"}

FASTMCP = "/site-packages/fastmcp/"


class _ShortTraceback(logging.Formatter):
    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is Python's
        return "".join(traceback.format_exception(ei[0], ei[1], _inside_the_tool(ei[2]))).rstrip()


def _inside_the_tool(trace: TracebackType | None) -> TracebackType | None:
    """Leave out the twenty calls of FastMCP around a tool: formatting them takes longer than the call."""
    start = trace
    while trace:
        if FASTMCP in trace.tb_frame.f_code.co_filename and trace.tb_next:
            start = trace.tb_next
        trace = trace.tb_next
    return start


class RefusalFilter(logging.Filter):
    """Drops the traceback that FastMCP logs when a resource or prompt refuses with a sentence.

    A refusal is an answer to the client. Tracebacks are for crashes.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info and record.exc_info[1]
        if type(error).__module__ == "fastmcp.exceptions":  # not imported, for the web process
            record.exc_info = None
        return True


class JsonFormatter(_ShortTraceback, BaseJsonFormatter):
    """One JSON object a line, for log collectors."""

    def __init__(self) -> None:
        super().__init__(
            "{levelname}{name}{message}",
            style="{",
            timestamp="time",
            reserved_attrs=NOT_EXTRA,
            rename_fields={"levelname": "level", "name": "logger"},
        )


class TextFormatter(_ShortTraceback):
    """A readable line for development, with the extra fields as key=value at its end."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname:<7} {name}: {message}", "%H:%M:%S", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is Python's
        extra = {key: value for key, value in vars(record).items() if key not in NOT_EXTRA}
        return " ".join([super().formatMessage(record), *(f"{key}={value}" for key, value in extra.items())])
