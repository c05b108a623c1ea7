"""Everything that a request changes: its answer, the audit, the metrics and the log."""

import asyncio
import json
import logging
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

import httpx2
import pytest
from httpx2 import AsyncClient

from mcp_server import limits
from mcp_server.runtime.audit import Call
from mcp_server.tests.runtime.express.requests import MODERN, Sent


class Observer:
    """Sends requests, and returns all of their effects."""

    def __init__(self, tokens: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
        self.tokens, self.caplog = tokens, caplog
        self.calls: list[Call] = []
        self.counted: list[tuple[Any, ...]] = []
        self.was_asked = False
        caplog.set_level(logging.INFO)

    async def outcome(self, http: AsyncClient, sent: Sent, version: str = MODERN) -> dict[str, Any]:
        """Return the effects of a request. `was_asked` then says whether FastMCP answered it."""
        limits._store.cache_clear()  # noqa: SLF001 - each request is the first
        request = sent.request(version)
        if not any(name == "Authorization" for name, _ in sent.headers):
            request["headers"].append(("Authorization", f"Bearer {self.tokens[sent.user]}"))
        for _ in range(sent.times):
            self.was_asked = False
            self.caplog.clear()
            self.calls.clear()
            self.counted.clear()
            running = asyncio.all_tasks()
            response = await http.request(sent.method, "/mcp/", **request)
            if response.status_code == HTTPStatus.ACCEPTED:  # FastMCP reads a notification afterwards
                await asyncio.gather(*asyncio.all_tasks() - running)
        return {
            "status": response.status_code,
            "headers": interesting(response),
            "body": body(response),
            "audit": [asdict(each) | {"time": 0, "duration": 0} for each in self.calls],
            "metrics": self.counted[:],
            "log": [described(record) for record in self.caplog.records if is_ours(record)],
        }


def interesting(response: httpx2.Response) -> dict[str, str]:
    """Return the headers to compare. An older client gets a stream from FastMCP, and JSON from the lane."""
    unimportant = {"date", "x-request-id"}
    if response.status_code == 200:
        unimportant |= {"content-length", "content-type", "cache-control", "connection", "x-accel-buffering"}
    return {name: value for name, value in response.headers.items() if name not in unimportant}


def body(response: httpx2.Response) -> Any:
    """Return the messages of an answer, which is a stream of events or JSON."""
    if response.headers.get("content-type", "").startswith("text/event-stream"):
        lines = response.text.splitlines()
        return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    if response.content and response.headers.get("content-type") == "application/json":
        message = json.loads(response.content)
        if "requestState" in message.get("result", {}):  # sealed, with the time
            message["result"]["requestState"] = message["result"]["requestState"] != "state"
        return [message]
    return response.text


def is_ours(record: logging.LogRecord) -> bool:
    return record.name == "mcp_server.calls" or (
        record.levelno >= logging.WARNING and record.name.startswith(("fastmcp", "mcp_server"))
    )


UNIMPORTANT = {*vars(logging.makeLogRecord({})), "message", "asctime", "duration_ms"}


def described(record: logging.LogRecord) -> tuple[Any, ...]:
    extra = {name: value for name, value in vars(record).items() if name not in UNIMPORTANT}
    text = record.getMessage().partition(":")[0]
    return record.name, record.levelname, text, extra, record.exc_info is not None
