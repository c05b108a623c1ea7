"""The audit: records every call as a `ToolCall`, without making the call wait for the database.

A call goes into a queue, and a thread writes the queue to the database ten times a second. While the database
is down, at most MAX_WAITING rows wait in memory. They are written, each once, when it is back. A process
writes the rest before it ends. Only a process that is killed (SIGKILL, a power cut) loses the rows that were
still waiting; those calls are in the log.
"""

import atexit
import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from django.contrib.auth import get_user_model
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from fastmcp.server.dependencies import FastMCPRequestContext

from mcp_server import metrics
from mcp_server.context import MCPAccessToken
from mcp_server.models import ToolCall
from mcp_server.runtime.bulk_insert import insert
from mcp_server.runtime.masking import masked, printable
from operations.client_address import normal_address
from operations.connections import managed
from operations.request_id import HEADER

logger = logging.getLogger(__name__)

PERIOD = 0.1  # seconds from one writing to the next
MAX_WAITING = 10_000  # rows; about 20 MB
MAX_BATCH = 1000
MAX_TEXT = 300  # characters of a text in the queue; the columns are shorter
SECONDS_TO_CLOSE = 5


@dataclass(slots=True)
class Call:
    """A call while it runs, with the raw values for the columns of its row."""

    time: float
    user_id: int | None
    email: str
    credential_name: str
    labels: dict[str, str]  # columns that are also in the log line
    tool: str
    arguments: dict[str, Any]
    client_name: str
    client_version: str
    address: str
    request_id: str
    duration: float = 0  # seconds
    status: str = ToolCall.Status.OK

    @classmethod
    def begin(
        cls,
        name: str,
        arguments: Mapping[str, Any],
        caller: MCPAccessToken | None,
        request: FastMCPRequestContext | None,
    ) -> Self:
        """Return the record of a call that begins. It keeps nothing else of the request, which may be large.

        Args:
            name: the name of the tool, prompt or resource.
            arguments: only those that the audit may keep.
            caller: the token of the caller, or None.
            request: the request, for the client's name, its address and the request id.
        """
        scope = request.request.scope if request and request.request else {}
        headers = dict(scope.get("headers", ()))
        session = request.session.client_params if request else None
        client = session.client_info if session else None
        return cls(
            time=time.time(),
            user_id=caller.user.pk if caller else None,
            email=caller.user.get_username() if caller else "",
            credential_name=caller.credential.name if caller else "",
            labels={
                "credential": caller.client_id if caller else "",
                # % if cookiecutter.multi_tenancy
                "tenant": caller.tenant.slug if caller and caller.tenant else "",
                # % endif
            },
            tool=name[:MAX_TEXT],
            arguments={name: _short(name, value) for name, value in arguments.items()},
            # Clients older than revision 2026-07-28 send their name only when they connect. Without sessions,
            # it is not known later.
            client_name=client.name[:MAX_TEXT] if client else _header(headers, "User-Agent"),
            client_version=client.version[:MAX_TEXT] if client else "",
            address=(scope.get("client") or [""])[0],
            request_id=_header(headers, HEADER),
        )


class Audit:
    """The queue of calls, and the thread that writes it to the database."""

    def __init__(self) -> None:
        self._waiting: deque[Call] = deque()
        self._rows: list[dict[str, Any]] = []  # on their way into the database
        self._turn = threading.Lock()
        # The thread, and the event that ends it. A call that is recorded later starts another thread, which
        # waits for this one.
        self._thread: tuple[threading.Thread, threading.Event] | None = None
        self._is_unavailable = False

    def record(self, call: Call) -> None:
        """Put the call into the queue. Call this only from the event loop."""
        if len(self._waiting) >= MAX_WAITING:
            metrics.audit_lost.inc()
            return
        self._waiting.append(call)
        if self._thread is None:
            closing = threading.Event()
            thread = threading.Thread(target=self._run, args=[closing], name="audit", daemon=True)
            self._thread = thread, closing
            thread.start()

    def close(self) -> None:
        """Write the rest of the queue. Wait at most SECONDS_TO_CLOSE for a database that is unavailable."""
        running, self._thread = self._thread, None
        if running:
            thread, closing = running
            closing.set()
            thread.join()

    def _run(self, closing: threading.Event) -> None:
        with self._turn:
            while not closing.wait(PERIOD):
                self._write()
            deadline = time.monotonic() + SECONDS_TO_CLOSE
            while not self._write():
                if time.monotonic() >= deadline:
                    self._lose(len(self._rows) + len(self._waiting))
                    break
                time.sleep(PERIOD)

    def _write(self) -> bool:
        """Write the queue, and return whether the database accepted it."""
        try:
            while self._rows or self._waiting:
                while self._waiting and len(self._rows) < MAX_BATCH:
                    self._take(self._waiting.popleft())
                _save(self._rows, self._lose)
                self._rows = []
        except (OperationalError, InterfaceError) as error:
            if not self._is_unavailable:
                logger.error("The audit waits for the database: %s", error)  # noqa: TRY400 - no traceback a second
            self._is_unavailable = True
            return False
        except Exception:  # the thread must go on
            logger.exception("The audit cannot be written.")
            self._lose(max(1, len(self._rows)))
            self._rows = []
        self._is_unavailable = False
        return True

    def _take(self, call: Call) -> None:
        """Add the row of a call to the batch. An error loses only this row."""
        try:
            self._rows.append(_row(call))
        except Exception:
            logger.exception("The row of a call cannot be made.")
            self._lose(1)

    def _lose(self, count: int) -> None:
        metrics.audit_lost.inc(count)
        logger.error("The audit has lost %d tool calls; see mcp_server.calls for them.", count)


audit = Audit()
atexit.register(audit.close)


def _header(headers: Mapping[bytes, bytes], name: str) -> str:
    return headers.get(name.lower().encode(), b"")[:MAX_TEXT].decode("latin-1")


def _short(name: str, value: Any) -> Any:
    """Return `value` short enough for the queue. Secrets in texts are masked when the row is written."""
    if isinstance(value, str):
        return value[:MAX_TEXT]
    return masked(name, value) if isinstance(value, dict | list) else value


@managed
def _save(rows: list[dict[str, Any]], lose: Callable[[int], None]) -> None:
    """Insert the rows that do not exist yet. If the database refuses a row, only this row is lost."""
    try:
        insert(ToolCall, rows)
    except (IntegrityError, DataError):
        for row in rows:
            if row["user_id"] and not get_user_model().objects.filter(pk=row["user_id"]).exists():
                row["user_id"] = None  # deleted since the call
            try:
                insert(ToolCall, [row])
            except (IntegrityError, DataError):
                logger.exception("The database refuses a row of the audit.")
                lose(1)


def _row(call: Call) -> dict[str, Any]:
    return {
        "id": uuid.uuid4(),  # fixed now, so that a second attempt after a lost connection adds no duplicate
        "time": datetime.fromtimestamp(call.time, UTC),
        "user_id": call.user_id,
        "email": call.email,
        **call.labels,
        "credential_name": printable(call.credential_name, 100),
        "tool": printable(call.tool, 128),
        "status": call.status,
        "duration_ms": round(call.duration * 1000, 2),
        "arguments": {name: masked(name, value) for name, value in call.arguments.items()},
        "client_name": printable(call.client_name, 100),
        "client_version": printable(call.client_version, 50),
        "address": normal_address(call.address) or None,  # without nginx, it may be any text
        "request_id": printable(call.request_id, 64),
    }
