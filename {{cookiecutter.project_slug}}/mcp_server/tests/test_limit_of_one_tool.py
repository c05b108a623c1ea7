"""An owner can limit one tool with one line in `limits.rates_for`."""

from collections.abc import Iterator

import pytest
from fastmcp import Client
from pyrate_limiter import MonotonicClock

from mcp_server import limits
from mcp_server.context import MCPAccessToken
from mcp_server.models import MCPToken
from mcp_server.tests.fixtures import ConnectMCP, ServeMCP
from mcp_server.tests.helpers import raw_call
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)

AS_BEFORE = limits.rates_for


def rates_for(caller: MCPAccessToken | None, tool: str) -> Iterator[tuple[str, str]]:
    if tool == "whoami":
        yield f"whoami-{caller and caller.user.pk}", "2/minute"
    yield from AS_BEFORE(caller, tool)


@pytest.fixture(autouse=True)
def rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MonotonicClock, "now", lambda _: 0)
    monkeypatch.setattr(limits, "rates_for", rates_for)


async def are_refused(client: Client) -> list[bool]:
    return [(await client.call_tool("whoami", raise_on_error=False)).is_error for _ in range(3)]


@pytest.mark.parametrize("options", [{"mode": "legacy"}, {"transport": "sse"}], ids=["2025-11-25", "sse"])
async def test_no_other_tool_is_limited(mcp_client: ConnectMCP, options: dict[str, str]) -> None:
    async with mcp_client(**options) as client:
        assert await are_refused(client) == [False, False, True]
        for _ in range(4):
            assert (await client.call_tool("add_numbers", {"a": 1, "b": 2})).data == 3


async def test_over_http(serve_mcp: ServeMCP, admin: User) -> None:
    token = await MCPToken.objects.acreate(user=admin, name="test")
    headers = {"Authorization": f"Bearer {token.token}"}
    async with serve_mcp() as server, server.http_client(headers=headers) as http:
        answers = [await http.post("/mcp/", **raw_call("whoami")) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
