"""The audit: writes down every tool call as a `ToolCall`, without making the call wait for it.

A call puts what is known of it into a queue; once a second a thread writes the queue to the database.
While the database is away the rows wait in memory, at most MAX_WAITING of them, and are written when it
is back, none twice. A process that ends writes what waits first. Only one that is killed (SIGKILL, a
power cut) loses its last second, and what waited for the database; those calls are still in the log.
"""

import atexit
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any, Self

from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from fastmcp.server.dependencies import FastMCPRequestContext
from fastmcp.tools.base import Tool
from mcp_types import Implementation
from starlette.types import Scope

from accounts.models import User
from config.request_id import HEADER
from mcp_server import metrics
from mcp_server.database import managed
from mcp_server.masking import masked, printable
from mcp_server.models import ToolCall
from mcp_server.verifier import MCPAccessToken

logger = logging.getLogger(__name__)

PERIOD = 1  # seconds from one writing to the next
MAX_WAITING = 10_000  # rows; about 20 MB
MAX_BATCH = 1000
SECONDS_TO_CLOSE = 5


@dataclass(slots=True)
class Call:
    """A call as it happens. The row is made of it later, outside the event loop."""

    tool: str
    caller: MCPAccessToken | None
    arguments: dict[str, Any]
    client: Implementation | None
    scope: Scope
    time: float
    duration: float = 0  # seconds
    status: str = ToolCall.Status.OK

    @classmethod
    def begin(
        cls,
        message: Any,
        tool: Tool | None,
        caller: MCPAccessToken | None,
        request: FastMCPRequestContext | None,
    ) -> Self:
        """Note what is needed, and nothing else of the message, whose arguments may be megabytes."""
        client = request.session.client_params if request else None
        return cls(
            tool=tool.name if tool else getattr(message, "name", ""),
            caller=caller,
            arguments=_wanted(tool, message.arguments) if tool and tool.meta else {},
            client=client.client_info if client else None,
            scope=request.request.scope if request and request.request else {},
            time=time.time(),
        )


class Audit:
    """The queue, and the thread that writes it."""

    def __init__(self) -> None:
        self._waiting: deque[Call] = deque()
        self._rows: list[ToolCall] = []  # on their way into the database
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_away = False

    def record(self, call: Call) -> None:
        """Have the call written soon. To be called from the event loop only."""
        if len(self._waiting) >= MAX_WAITING:
            metrics.audit_lost.inc()
            return
        self._waiting.append(call)
        if self._thread is None:
            self._closing.clear()
            self._thread = threading.Thread(target=self._run, name="audit", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Write what waits; wait SECONDS_TO_CLOSE for a database that is away."""
        thread, self._thread = self._thread, None
        if thread:
            self._closing.set()
            thread.join()

    def _run(self) -> None:
        while not self._closing.wait(PERIOD):
            self._write()
        deadline = time.monotonic() + SECONDS_TO_CLOSE
        while not self._write():
            if time.monotonic() >= deadline:
                self._lose(len(self._rows) + len(self._waiting))
                break
            time.sleep(PERIOD)

    def _write(self) -> bool:
        """Write what waits, and return whether the database took it."""
        try:
            while self._rows or self._waiting:
                while self._waiting and len(self._rows) < MAX_BATCH:
                    self._rows.append(_row(self._waiting.popleft()))
                _save(self._rows, self._lose)
                self._rows = []
        except (OperationalError, InterfaceError) as error:
            if not self._is_away:
                logger.error("The audit waits for the database: %s", error)  # noqa: TRY400 - no traceback a second
            self._is_away = True
            return False
        except Exception:  # the thread must live on
            logger.exception("The audit cannot be written.")
            self._lose(max(1, len(self._rows)))
            self._rows = []
        self._is_away = False
        return True

    def _lose(self, count: int) -> None:
        metrics.audit_lost.inc(count)
        logger.error("The audit has lost %d tool calls; see mcp_server.calls for them.", count)


audit = Audit()
atexit.register(audit.close)


def _wanted(tool: Tool, arguments: dict[str, Any]) -> dict[str, Any]:
    names = (tool.meta or {}).get("audit", ())
    return {name: arguments[name] for name in names if name in arguments}


@managed
def _save(rows: list[ToolCall], lose: Callable[[int], None]) -> None:
    """Insert the rows that are not there yet; one that the database refuses takes no other with it."""
    try:
        ToolCall.objects.bulk_create(rows, ignore_conflicts=True)
    except (IntegrityError, DataError):
        for row in rows:
            if row.user_id and not User.objects.filter(pk=row.user_id).exists():
                row.user_id = None  # deleted since the call
            try:
                ToolCall.objects.bulk_create([row], ignore_conflicts=True)
            except (IntegrityError, DataError):
                logger.exception("The database refuses a row of the audit.")
                lose(1)


def _row(call: Call) -> ToolCall:
    caller, client, scope = call.caller, call.client, call.scope
    headers = {name: value.decode("latin-1") for name, value in scope.get("headers", ())}
    return ToolCall(
        time=datetime.fromtimestamp(call.time, UTC),
        user_id=caller.user.pk if caller else None,
        email=caller.user.email if caller else "",
        credential=caller.client_id if caller else "",
        credential_name=printable(caller.credential.name, 100) if caller else "",
        # % if cookiecutter.multi_tenancy
        tenant=caller.tenant.slug if caller and caller.tenant else "",
        # % endif
        tool=printable(call.tool, 128),
        status=call.status,
        duration_ms=round(call.duration * 1000, 2),
        arguments={name: masked(name, value) for name, value in call.arguments.items()},
        # Without sessions, clients older than revision 2026-07-28 say their name only when they connect.
        client_name=printable(client.name if client else headers.get(b"user-agent", ""), 100),
        client_version=printable(client.version if client else "", 50),
        address=_address(scope),
        request_id=printable(headers.get(HEADER.lower().encode(), ""), 64),
    )


def _address(scope: Scope) -> str | None:
    """Return where the call came from. Without nginx, X-Forwarded-For may hold anything."""
    host, _port = scope.get("client") or ("", 0)
    try:
        return str(ip_address(host.partition("%")[0]))
    except ValueError:
        return None
