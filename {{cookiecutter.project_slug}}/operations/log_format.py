"""The two formats of log records. Both include the fields of `extra={…}`."""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

# Attributes that every record has. Uvicorn adds its message a second time, with colours. Django adds the
# request with its whole address, and the part after "?" may be a secret.
NOT_EXTRA = {*vars(logging.makeLogRecord({})), "message", "asctime", "color_message", "request"}
# The message of Django's development server has both already.
OF_RUNSERVER = {"server_time", "status_code"}

FASTMCP = "/site-packages/fastmcp/"

# A record takes at most 8 KB as JSON, because clients choose the length of some: the URI that is not found,
# the text at the end of a traceback. The log keeps only so many bytes.
MAX_MESSAGE = 2000
MAX_TRACEBACK = 3500
MAX_EXTRA = 1500  # all of them together
LONGEST = 12  # bytes that a character may take in JSON: two escapes
MAX_WORD = 300  # characters; URIs and the names of what is called have no blanks
LONG_WORD = re.compile(r"(?<!\S)(\S{300})\S+")


def _short(text: str, length: int) -> str:
    """Shorten long words of `text`, and keep only its beginning and end if it exceeds `length` as JSON."""
    if len(text) <= min(MAX_WORD, length // LONGEST):
        return text
    if len(text) > 4 * length:
        text = f"{text[: 2 * length]} … {text[-2 * length :]}"
    text = LONG_WORD.sub(r"\1…", text)
    while (size := len(json.dumps(text))) > length and len(text) > LONGEST:
        kept = max(1, int(len(text) * length / size) - 10)
        text = f"{text[: kept // 2]} … {text[len(text) - kept // 2 :]}"
    return text


class _ShortLines(logging.Formatter):
    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is Python's
        trace = "".join(traceback.format_exception(ei[0], ei[1], _inside_the_tool(ei[2]))).rstrip()
        return _short(trace, MAX_TRACEBACK)

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - likewise
        return _short(stack_info, MAX_EXTRA // 2)


def _inside_the_tool(trace: TracebackType | None) -> TracebackType | None:
    """Leave out FastMCP's frames around a tool, about twenty: formatting them takes longer than the call."""
    start = trace
    while trace:
        if FASTMCP in trace.tb_frame.f_code.co_filename and trace.tb_next:
            start = trace.tb_next
        trace = trace.tb_next
    return start


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    extra = {key: value for key, value in vars(record).items() if key not in NOT_EXTRA}
    if len(ascii(extra)) > MAX_WORD:
        extra = {key: _short(str(value), MAX_EXTRA // len(extra)) for key, value in extra.items()}
    return extra


class JsonFormatter(_ShortLines):
    """One JSON object a line, for log collectors."""

    # Values that JSON does not know, such as dates, are written as text.
    _encoder = json.JSONEncoder(default=str)

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": _short(record.getMessage(), MAX_MESSAGE),
            **_extra(record),
        }
        if record.exc_info:
            line["exc_info"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack_info"] = self.formatStack(record.stack_info)
        return self._encoder.encode(line)


class TextFormatter(_ShortLines):
    """A readable line for development, with the extra fields as key=value at its end."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname:<7} {name}: {message}", "%H:%M:%S", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is Python's
        record.message = _short(record.message, MAX_MESSAGE)
        shown = OF_RUNSERVER if record.name == "django.server" else set()
        extra = (f"{key}={value}" for key, value in _extra(record).items() if key not in shown)
        return " ".join([super().formatMessage(record), *extra])
