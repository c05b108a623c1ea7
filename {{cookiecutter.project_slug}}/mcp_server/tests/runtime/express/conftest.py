"""Fixtures of the tests that send requests to the express lane."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from pyrate_limiter import MonotonicClock

from mcp_server.models import MCPToken
from mcp_server.runtime import call
from mcp_server.runtime.audit import audit
from mcp_server.server import mcp
from mcp_server.tests.runtime.express.observer import Observer
from mcp_server.tests.runtime.express.tools import add_tools
from operations.users import User


@pytest.fixture
async def tools() -> AsyncIterator[None]:
    before = {tool.name for tool in await mcp.local_provider.list_tools()}
    add_tools(mcp)
    yield
    for name in {tool.name for tool in await mcp.local_provider.list_tools()} - before:
        mcp.local_provider.remove_tool(name)


@pytest.fixture
async def tokens(admin: User, user: User) -> dict[str, str]:
    create = MCPToken.objects.acreate
    made = {
        "admin": await create(user=admin, name="test"),
        "user": await create(user=user, name="test"),
        "limited": await create(user=user, name="test", allowed_tools=["simple"]),
        "slowed": await create(user=user, name="test", rate_limit="1/hour"),
    }
    return {name: token.token for name, token in made.items()}


@pytest.fixture
def observer(
    tokens: dict[str, str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> Observer:
    observer = Observer(tokens, caplog)
    handle = StreamableHTTPSessionManager.handle_request

    async def note(self: StreamableHTTPSessionManager, *asgi: Any) -> None:
        observer.was_asked = True
        await handle(self, *asgi)

    def count(tool: str, status: str, _duration: float, user: int | None) -> None:
        observer.counted.append((tool, status, user))

    monkeypatch.setattr(MonotonicClock, "now", lambda _: 0)  # a slow machine would wait less
    monkeypatch.setattr(StreamableHTTPSessionManager, "handle_request", note)
    monkeypatch.setattr(call, "record_tool_call", count)
    monkeypatch.setattr(audit, "record", observer.calls.append)
    return observer
