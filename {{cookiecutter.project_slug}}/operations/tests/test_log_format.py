"""Log lines are complete and in order. Under load, several are written at once."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from unittest.mock import Mock

import pytest

from operations.log_format import JsonFormatter, TextFormatter
from operations.log_handlers import BatchingHandler


class Stream(io.StringIO):
    """Keeps each write separately."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[list[str]] = []
        self.written = asyncio.Event()

    def write(self, text: str) -> int:
        if text:
            self.writes.append([json.loads(line)["message"] for line in text.splitlines()])
            self.written.set()
        return len(text)


@pytest.fixture
def stream() -> Stream:
    return Stream()


@pytest.fixture
def logger(stream: Stream) -> Iterator[logging.Logger]:
    """A logger that writes to `stream` as it writes to standard error in production."""
    handler = BatchingHandler()
    handler.setStream(stream)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("test")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    yield logger
    logger.removeHandler(handler)


def test_without_an_event_loop_each_line_is_written_at_once(logger: logging.Logger, stream: Stream) -> None:
    logger.info("one")
    logger.info("two")
    assert stream.writes == [["one"], ["two"]]


async def test_lines_of_an_event_loop_are_written_together(logger: logging.Logger, stream: Stream) -> None:
    for _ in range(2):
        logger.info("one")
        logger.info("two")
        assert stream.writes == []
        await stream.written.wait()
        assert stream.writes == [["one", "two"]]
        stream.writes.clear()
        stream.written.clear()


async def test_a_warning_is_written_at_once_after_what_came_before(
    logger: logging.Logger, stream: Stream
) -> None:
    logger.info("one")
    logger.warning("two")
    assert stream.writes == [["one", "two"]]


def test_a_full_disk_fails_no_request(
    logger: logging.Logger, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)  # or it would be printed
    monkeypatch.setattr(stream, "write", Mock(side_effect=OSError("No space left on device")))
    logger.error("lost")


def test_a_traceback_is_in_the_line() -> None:
    error = ValueError("unforeseen")
    record = logging.makeLogRecord({"exc_info": (type(error), error, None)})
    assert "ValueError: unforeseen" in json.loads(JsonFormatter().format(record))["exc_info"]


LONG = [
    "x" * 4_000_000,
    "a b\n" * 1_000_000,
    "\U0001f600 " * 100_000,
    "\ud800" * 5000,
    "/" + "\x00" * 299 + " " + '"' * 9000,
    "\U0001f600" * 290,
]


@pytest.mark.parametrize("text", LONG, ids=range(len(LONG)))
@pytest.mark.parametrize("formatter", [JsonFormatter(), TextFormatter()], ids=["json", "text"])
def test_no_line_is_longer_than_8_kb_whatever_clients_send(formatter: logging.Formatter, text: str) -> None:
    try:
        int(text[:4000] + "?")
    except ValueError as cause:
        error = (ValueError, ValueError(text), cause.__traceback__)
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "Not Found: %s", (text,), error)
    record.stack_info = f"Stack (most recent call last):\n{text}"
    record.request_id = record.tool = record.user_agent = text
    line = formatter.format(record)
    assert len(line.encode("utf-8", "surrogatepass")) <= 8192
    assert "Not Found: " in line
    assert "test_no_line_is_longer" in line
    texts = json.loads(line).values() if isinstance(formatter, JsonFormatter) else [line]
    assert max(len(word) for text in texts for word in text.split()) < 320


def test_a_request_to_the_development_server_is_one_short_line() -> None:
    """Catches a time and a status at the end of each line, which says both already."""
    record = logging.LogRecord("django.server", logging.INFO, __file__, 1, '"GET / HTTP/1.1" 200 7', (), None)
    record.server_time, record.status_code = "29/Nov/2026 10:34:45", 200
    assert TextFormatter().format(record).endswith(' django.server: "GET / HTTP/1.1" 200 7')


def test_short_lines_stay_as_they_are() -> None:
    record = logging.LogRecord("a", logging.INFO, __file__, 1, "Größe %s", ("x" * 150,), None)
    record.number = 7
    line = json.loads(JsonFormatter().format(record))
    assert (line["message"], line["number"]) == ("Größe " + "x" * 150, 7)
