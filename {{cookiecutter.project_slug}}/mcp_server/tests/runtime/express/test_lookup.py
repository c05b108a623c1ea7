"""Which tool the express lane finds by the name in a request."""

from typing import Any

import pytest
from fastmcp.server.dependencies import get_context

from mcp_server.server import mcp
from mcp_server.tests.fixtures import ServeMCP
from mcp_server.tests.runtime.express.observer import Observer
from mcp_server.tests.runtime.express.requests import Sent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("tools")]


async def test_a_call_costs_the_same_with_a_thousand_tools(
    serve_mcp: ServeMCP, observer: Observer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def look_at_all(*_: Any, **__: Any) -> None:
        raise AssertionError("FastMCP's search looks at all components")

    async with serve_mcp() as server, server.http_client() as http:
        monkeypatch.setattr(mcp.local_provider, "get_tool", look_at_all)
        outcome = await observer.outcome(http, Sent(True))
    assert not outcome["body"][0]["result"]["isError"]


async def test_a_tool_that_was_renamed_is_called_by_its_new_name(
    serve_mcp: ServeMCP, observer: Observer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = await mcp.local_provider.get_tool("simple")
    assert tool
    monkeypatch.setattr(tool, "name", "plain")
    async with serve_mcp() as server, server.http_client() as http:
        errors = [
            (await observer.outcome(http, Sent(..., name, {"text": "a"})))["body"][0]["result"]["isError"]
            for name in ("simple", "plain")
        ]
    assert errors == [True, False]


async def test_what_a_tool_has_hidden_from_its_client_cannot_be_called(
    serve_mcp: ServeMCP, observer: Observer
) -> None:
    @mcp.tool
    async def hide() -> str:
        await get_context().disable_components(names={"simple"})
        return ""

    async with serve_mcp() as server, server.http_client() as http:
        await observer.outcome(http, Sent(True, "hide"))
        outcome = await observer.outcome(http, Sent(False))
    assert outcome["body"][0]["result"]["isError"]
