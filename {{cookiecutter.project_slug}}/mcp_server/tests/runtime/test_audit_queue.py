"""The queue of the audit loses no call while the database is unavailable or the process ends."""

from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from prometheus_client import REGISTRY

from mcp_server.models import ToolCall
from mcp_server.runtime import audit
from mcp_server.runtime.bulk_insert import insert
from mcp_server.tests.fixtures import ConnectMCP
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_user_who_is_deleted_before_the_row_is_written(mcp_client: ConnectMCP, user: User) -> None:
    async with mcp_client(user) as client:
        await client.call_tool("whoami")
        await user.adelete()
    row = await ToolCall.objects.aget()
    assert (row.user_id, row.email) == (None, "user@example.com")


async def test_a_row_that_the_database_refuses_takes_no_other_with_it(
    mcp_client: ConnectMCP, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_row = audit._row  # noqa: SLF001 - no known client makes such a row

    def make_broken_row(call: audit.Call) -> dict[str, Any]:
        return make_row(call) | ({"credential": None} if call.tool == "no_such_tool" else {})

    monkeypatch.setattr(audit, "_row", make_broken_row)
    async with mcp_client() as client:
        for tool in ("whoami", "no_such_tool", "whoami"):
            await client.call_tool(tool, raise_on_error=False)
    assert [row.tool async for row in ToolCall.objects.all()] == ["whoami", "whoami"]


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "PERIOD", 0.01)


@pytest.mark.usefixtures("fast")
async def test_rows_wait_for_the_database_and_are_written_once(
    mcp_client: ConnectMCP, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Catches rows that are written twice, because the connection broke before the answer to COMMIT."""
    save, tries = audit._save, iter(range(5))  # noqa: SLF001 - replaced by a database that becomes unavailable

    def save_and_lose_the_connection(rows: list[dict[str, Any]], lose: Callable[[int], None]) -> None:
        save(rows, lose)
        if next(tries, None) is not None:
            raise OperationalError("the connection is lost")

    monkeypatch.setattr(audit, "_save", save_and_lose_the_connection)
    async with mcp_client() as client:
        await client.call_tool("whoami")
        await client.call_tool("no_such_tool", raise_on_error=False)
    assert next(tries, None) is None
    assert await ToolCall.objects.acount() == 2
    assert len([record for record in caplog.records if "waits for the database" in record.message]) == 1


@pytest.fixture
def lost() -> Callable[[], float]:
    """Return how many rows were lost in this test."""

    def value() -> float:
        return REGISTRY.get_sample_value("mcp_audit_lost_total") or 0

    before = value()
    return lambda: value() - before


async def test_what_waits_has_a_bound(
    mcp_client: ConnectMCP, monkeypatch: pytest.MonkeyPatch, lost: Callable[[], float]
) -> None:
    monkeypatch.setattr(audit, "PERIOD", 1000)
    monkeypatch.setattr(audit, "MAX_WAITING", 2)
    async with mcp_client() as client:
        for _ in range(3):
            await client.call_tool("whoami")
    assert await ToolCall.objects.acount() == 2
    assert lost() == 1


@pytest.mark.usefixtures("fast")
async def test_what_cannot_be_written_when_the_process_ends_is_counted(
    mcp_client: ConnectMCP,
    monkeypatch: pytest.MonkeyPatch,
    lost: Callable[[], float],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("the database is unavailable")

    monkeypatch.setattr(audit, "_save", fail)
    monkeypatch.setattr(audit, "SECONDS_TO_CLOSE", 0)
    async with mcp_client() as client:
        await client.call_tool("whoami")
    assert lost() == 1
    assert "The audit has lost 1 tool calls" in caplog.text


def test_a_call_that_is_recorded_while_the_process_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a call that restarts the ending thread, so that the process never ends."""
    is_writing, go_on, written = Event(), Event(), []

    def save(rows: list[dict[str, Any]], _lose: object) -> None:
        is_writing.set()
        go_on.wait(10)
        written.extend(rows)

    monkeypatch.setattr(audit, "_save", save)
    queue = audit.Audit()
    queue.record(audit.Call.begin("first", {}, None, None))
    assert is_writing.wait(10)
    closing = Thread(target=queue.close, daemon=True)
    closing.start()
    closing.join(0.1)
    queue.record(audit.Call.begin("second", {}, None, None))
    go_on.set()
    closing.join(10)
    assert not closing.is_alive()
    queue.close()
    assert [row["tool"] for row in written] == ["first", "second"]


def test_after_migrate_a_process_of_the_first_version_still_writes() -> None:
    """Catches a new column without a default, which the older process does not know until it is restarted."""
    state = MigrationLoader(connection).project_state(("mcp_server", "0002_limits_and_audit"))
    known = {field.column for field in state.apps.get_model("mcp_server", "ToolCall")._meta.fields}  # noqa: SLF001 - public
    row = audit._row(audit.Call.begin("whoami", {}, None, None))  # noqa: SLF001 - what a process writes
    insert(ToolCall, [{column: value for column, value in row.items() if column in known}])
    assert ToolCall.objects.get().tool == "whoami"
