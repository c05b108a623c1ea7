"""A request that is wrong in many places, or very long, gets a short answer quickly."""

import json
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import pydantic
import pytest
from fastmcp import Client
from fastmcp.exceptions import ToolError
from mcp import MCPError
from pytest_django import Settings

from mcp_server.models import MCPToken
from mcp_server.server import mcp
from mcp_server.tests.fixtures import ConnectMCP, ServeMCP
from mcp_server.tests.helpers import raw_call, refusal
from mcp_server.tests.test_stdio import connect
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)

SHORT = 4000
MANY = {f"a{number}": 1 for number in range(200_000)}
LONG = "x" * 2_000_000
VERSIONS = ["2026-07-28", "2025-11-25"]
CONNECTIONS = pytest.mark.parametrize(
    "options", [{}, {"mode": "legacy"}, {"transport": "sse"}], ids=["2026-07-28", "2025-11-25", "sse"]
)


@pytest.fixture(autouse=True)
def tools() -> Iterator[None]:
    """Tools with many arguments, and one with a long refusal."""

    @mcp.tool
    def take(numbers: list[int], words: dict[str, list[int | bool]]) -> int:
        return len(numbers) + len(words)

    @mcp.tool
    def refuse(text: str) -> None:
        raise ToolError(f"There is no {text}.")

    @mcp.prompt
    def write(length: int) -> str:
        return "x" * length

    yield
    for name in ("take", "refuse"):
        mcp.local_provider.remove_tool(name)
    mcp.local_provider.remove_prompt("write")


@CONNECTIONS
@pytest.mark.anyio
async def test_a_body_is_as_large_as_the_variable_says(
    mcp_client: ConnectMCP, settings: Settings, options: dict[str, Any]
) -> None:
    """Catches the limit of 4 MiB in the SDK and FastMCP, which ignores MAX_BODY_SIZE."""
    settings.MCP_MAX_BODY_SIZE = 6 * 1024 * 1024
    async with mcp_client(**options) as client:
        with pytest.raises(ToolError, match="There is no xxx"):
            await client.call_tool("refuse", {"text": "x" * 5_000_000})


async def post(serve_mcp: ServeMCP, user: User, version: str, **changes: Any) -> Any:
    """Send a call of `take` with some members replaced."""
    call = raw_call("take", version=version)
    call["json"] |= changes
    token = await MCPToken.objects.acreate(user=user, name="test")
    headers = {"Authorization": f"Bearer {token.token}"}
    async with serve_mcp() as server, server.http_client(headers=headers) as http:
        return await http.post("/mcp/", **call)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "params",
    [
        {"arguments": MANY},
        {"arguments": {"numbers": [1] * 200_000}},
        {"arguments": {"words": {LONG: ["wrong"] * 1000}}},
        {"arguments": {}, "inputResponses": {LONG: {"action": "wrong"}}},
        {"arguments": {}, "_meta": MANY},
    ],
    ids=["names", "items", "long name", "responses", "meta"],
)
async def test_what_holds_too_much_is_refused_before_it_is_validated(
    serve_mcp: ServeMCP,
    user: User,
    monkeypatch: pytest.MonkeyPatch,
    version: str,
    params: dict[str, Any],
) -> None:
    call = raw_call("take", version=version)["json"]["params"]
    params = {**call, **params, "_meta": {**call["_meta"], **params.get("_meta", {})}}
    validate = Mock(wraps=pydantic.TypeAdapter.validate_python)
    monkeypatch.setattr(pydantic.TypeAdapter, "validate_python", validate)
    response = await post(serve_mcp, user, version, params=params)
    assert response.status_code == 400
    assert response.json()["error"]["code"] == -32600
    assert "more than" in response.json()["error"]["message"]
    assert len(response.content) < SHORT
    assert not validate.called


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "change",
    [{"id": LONG}, {"method": LONG}, {"method": "tools/list", "params": {"cursor": LONG}}],
    ids=["id", "method", "cursor"],
)
async def test_an_answer_repeats_no_long_id(
    serve_mcp: ServeMCP, user: User, version: str, change: dict[str, str]
) -> None:
    response = await post(serve_mcp, user, version, **change)
    assert response.status_code == 400
    assert len(response.content) < SHORT


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_number_has_a_few_hundred_digits(serve_mcp: ServeMCP, user: User, version: str) -> None:
    """Catches 4 MB of long numbers, which block the event loop: parsing takes the square of the digits."""
    params = raw_call("take", {"numbers": [10**4000] * 2}, version=version)["json"]["params"]
    response = await post(serve_mcp, user, version, params=params)
    assert response.status_code == 400
    assert response.json()["error"]["message"] == "A number in the request has more than 400 digits."


async def test_text_may_be_long(mcp_client: ConnectMCP) -> None:
    """Catches counting commas and brackets in a text as values, also after an escaped quotation mark."""
    async with mcp_client() as client:
        await client.call_tool("whoami", raise_on_error=False)
        text = await refusal(client, "refuse", text='a, b\\" [{,' * 20_000 + "1" * 1000)
    assert text.startswith("There is no a, b")
    assert len(text) < SHORT


@CONNECTIONS
async def test_a_refusal_names_some_of_what_is_wrong(mcp_client: ConnectMCP, options: dict[str, Any]) -> None:
    async with mcp_client(**options) as client:
        unknown = await refusal(client, "take", **{f"unknown_{n}_{'x' * 250}": 1 for n in range(3000)})
        wrong = await refusal(client, "take", numbers=["?"] * 3000, words={"a": ["?"] * 1000})
    assert "unknown_0_" in unknown
    assert "numbers.0" in wrong
    for text in (unknown, wrong):
        assert " more." in text
        assert len(text) < SHORT


@CONNECTIONS
async def test_no_long_name_is_repeated_or_logged(
    mcp_client: ConnectMCP, caplog: pytest.LogCaptureFixture, options: dict[str, Any]
) -> None:
    name = "x" * 3000
    async with mcp_client(**options) as client:
        said = [await refusal(client, name)]
        for ask in (client.read_resource(f"notes://{name}"), client.get_prompt(name)):
            with pytest.raises(MCPError, match="not found") as refused:
                await ask
            said.append(json.dumps(refused.value.error.model_dump()))
        with pytest.raises(MCPError) as refused:
            await client.get_prompt("write", {"length": name})
        said.append(refused.value.message)
    assert max(map(len, said)) < SHORT
    logged = [record.getMessage() for record in caplog.records if record.name != "httpx2"]
    assert not [line for line in logged if name in line]


async def test_over_stdio_too(user: User) -> None:
    token = await MCPToken.objects.acreate(user=user, name="test")
    async with connect(token) as client:
        await say_that_it_is_too_much(client, "whoami", MANY)
        await say_that_it_is_too_much(client, "whoami", {LONG: 1})
        assert (await client.call_tool("whoami")).data.email == user.email


async def say_that_it_is_too_much(client: Client[Any], tool: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(MCPError, match="more than"):
        await client.call_tool(tool, arguments)
