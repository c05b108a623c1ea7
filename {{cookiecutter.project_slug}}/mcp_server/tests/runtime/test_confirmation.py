"""Tools that ask the user first."""

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from fastmcp import Client
from fastmcp.client.elicitation import ElicitResult
from mcp import MCPError
from mcp_types import ElicitResult as Yes
from mcp_types import InputResponses
from mcp_types.jsonrpc import MISSING_REQUIRED_CLIENT_CAPABILITY
from pytest_django import Settings

from mcp_server.models import MCPToken
from mcp_server.permissions import permission_required
from mcp_server.runtime.confirmation import NOBODY_ANSWERED, SAID_NO
from mcp_server.server import mcp
from mcp_server.stdio import TokenMiddleware
from mcp_server.tests.fixtures import ConnectMCP
from mcp_server.tests.helpers import refusal
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)

wiped: list[str] = []


@pytest.fixture(autouse=True)
def wiping_tools() -> Iterator[None]:
    wiped.clear()

    @mcp.tool(title="Wipe a disk", meta={"confirm": True}, auth=permission_required("auth.delete_group"))
    def wipe(disk: str) -> str:
        wiped.append(disk)
        return "wiped"

    @mcp.tool(meta={"confirm": "required"})
    def wipe_if_asked(disk: str) -> str:
        wiped.append(disk)
        return "wiped"

    @mcp.tool(meta={"confirm": True})
    def send(text: str, to: str) -> None:
        """Send a text."""

    yield
    for name in ("wipe", "wipe_if_asked", "send"):
        mcp.local_provider.remove_tool(name)


class Person:
    """A user in front of a client that can ask."""

    def __init__(self, action: Literal["accept", "decline", "cancel"], go_ahead: bool = True) -> None:
        self.action = action
        self.go_ahead = go_ahead
        self.questions: list[str] = []

    async def __call__(self, message: str, _type: Any, params: Any, _context: Any) -> Any:
        self.questions.append(message)
        (field,) = params.requested_schema["properties"]
        return ElicitResult(action=self.action, content={field: self.go_ahead})


ERAS = pytest.mark.parametrize("mode", ["auto", "legacy"])


@pytest.fixture(autouse=True)
def with_sessions(settings: Settings) -> None:
    """A server with sessions, which it needs to ask clients of the older era."""
    settings.MCP_STATELESS = False


@ERAS
async def test_a_confirmed_call_goes_ahead_once(mcp_client: ConnectMCP, mode: str) -> None:
    person = Person("accept")
    async with mcp_client(elicitation_handler=person, mode=mode) as client:
        assert (await client.call_tool("wipe", {"disk": "a"})).data == "wiped"
    assert person.questions == ['Go ahead? Wipe a disk: disk: "a"']
    assert wiped == ["a"]


@ERAS
@pytest.mark.parametrize(
    ("person", "text"),
    [
        (Person("decline"), SAID_NO),
        (Person("cancel"), NOBODY_ANSWERED),
        (Person("accept", go_ahead=False), SAID_NO),
    ],
)
async def test_any_other_answer_is_a_no(mcp_client: ConnectMCP, mode: str, person: Person, text: str) -> None:
    async with mcp_client(elicitation_handler=person, mode=mode) as client:
        assert await refusal(client, "wipe", disk="a") == text
    assert wiped == []


@ERAS
async def test_accepting_is_enough(mcp_client: ConnectMCP, mode: str) -> None:
    """Catches a required field, for which Claude Code needs three keys."""

    async def accept(*_: Any) -> Any:
        return ElicitResult(action="accept", content={})

    async with mcp_client(elicitation_handler=accept, mode=mode) as client:
        assert (await client.call_tool("wipe", {"disk": "a"})).data == "wiped"


@ERAS
async def test_a_client_that_cannot_ask_goes_ahead(mcp_client: ConnectMCP, mode: str) -> None:
    async with mcp_client(mode=mode) as client:
        assert (await client.call_tool("wipe", {"disk": "a"})).data == "wiped"


async def test_unless_asking_is_required(mcp_client: ConnectMCP) -> None:
    async with mcp_client(mode="legacy") as client:
        assert "does not support" in await refusal(client, "wipe_if_asked", disk="b")
    async with mcp_client() as client:
        with pytest.raises(MCPError, match="does not support") as refused:
            await client.call_tool("wipe_if_asked", {"disk": "b"})
    assert refused.value.error.code == MISSING_REQUIRED_CLIENT_CAPABILITY
    assert wiped == []


async def test_a_client_that_fails_to_ask(mcp_client: ConnectMCP) -> None:
    """Catches an error of the client that looks like an error of the call."""

    async def fail(*_: Any) -> Any:
        raise RuntimeError

    async def answer_something_else(*_: Any) -> Any:
        return ElicitResult(action="accept", content={"other": 1})

    for handler, text in ((fail, "failed to ask"), (answer_something_else, SAID_NO)):
        async with mcp_client(elicitation_handler=handler, mode="legacy") as client:
            assert text in await refusal(client, "wipe", disk="a")
    assert wiped == []


async def test_nobody_is_asked_about_a_call_that_cannot_run(mcp_client: ConnectMCP) -> None:
    person = Person("accept")
    async with mcp_client(elicitation_handler=person) as client:
        assert "disk: Missing required argument" in await refusal(client, "wipe")
        assert "size: Unexpected" in await refusal(client, "wipe", disk="a", size=1)
    assert person.questions == []


async def test_a_long_argument_does_not_hide_another(mcp_client: ConnectMCP) -> None:
    person = Person("accept")
    async with mcp_client(elicitation_handler=person) as client:
        await client.call_tool("send", {"text": "x" * 5000, "to": "attacker@example.com"})
    assert "attacker@example.com" in person.questions[0]


async def test_a_call_without_the_answer_is_asked_about_again(mcp_client: ConnectMCP) -> None:
    async with mcp_client(elicitation_handler=Person("accept")) as client:
        asked = await client.session.call_tool("wipe", {"disk": "a"}, allow_input_required=True)
        again = await client.session.call_tool(
            "wipe", {"disk": "a"}, request_state=asked.request_state, allow_input_required=True
        )
    assert again.input_requests == asked.input_requests


async def test_nobody_is_asked_about_a_tool_out_of_reach(mcp_client: ConnectMCP, user: User) -> None:
    person = Person("accept")
    async with mcp_client(user, elicitation_handler=person) as client:
        assert await refusal(client, "wipe", disk="a") == "Unknown tool: 'wipe'"
    assert person.questions == []


async def test_a_confirmed_call_goes_ahead_over_stdio(admin: User) -> None:
    """Catches an answer that is sealed for no user, because a middleware sets the user over stdio."""
    person = Person("accept")
    token = await MCPToken.objects.acreate(user=admin, name="test")
    mcp.middleware.insert(0, middleware := TokenMiddleware(token.token))
    try:
        async with Client(mcp, elicitation_handler=person, mode="auto") as client:
            assert (await client.call_tool("wipe", {"disk": "a"})).data == "wiped"
    finally:
        mcp.middleware.remove(middleware)
        await middleware.verifier.close()
    assert person.questions == ['Go ahead? Wipe a disk: disk: "a"']


async def test_an_answer_confirms_no_other_call(mcp_client: ConnectMCP) -> None:
    """Catches a client that asks its user about one disk and wipes another."""
    async with mcp_client(elicitation_handler=Person("accept")) as client:
        asked = await client.session.call_tool("wipe", {"disk": "a"}, allow_input_required=True)
        answers: InputResponses = {"question": Yes(action="accept", content={"go_ahead": True})}
        with pytest.raises(Exception, match="requestState"):
            await client.session.call_tool(
                "wipe",
                {"disk": "b"},
                input_responses=answers,
                request_state=asked.request_state,
                allow_input_required=True,
            )
    assert wiped == []
