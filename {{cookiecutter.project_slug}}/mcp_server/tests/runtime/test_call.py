"""The results of a call: errors for the client, metrics, and one log line."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError
from fastmcp import Context
from fastmcp.exceptions import ToolError
from mcp import MCPError
from mcp_types import INVALID_PARAMS
from prometheus_client import REGISTRY
from pytest_django import Settings

from mcp_server.context import CurrentUser, get_mcp_token, get_mcp_user
from mcp_server.models import MCPToken
from mcp_server.server import mcp
from mcp_server.tests.fixtures import ConnectMCP
from mcp_server.tests.helpers import eventually, requests_in_flight
from operations.log_format import JsonFormatter
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "secret-argument"


@pytest.fixture(autouse=True)
def extra_tools() -> Iterator[None]:
    """Tools that fail in both ways, and one that returns the caller."""

    @mcp.tool
    def refuse(text: str) -> str:
        raise ToolError("there is no such order")

    @mcp.tool
    def crash(text: str) -> str:
        raise ValueError(f"internal detail {text}")

    @mcp.tool
    async def caller(ctx: Context) -> list[str]:
        user, token = await get_mcp_user(ctx), await get_mcp_token(ctx)
        return [user.email, token.name if token else ""]

    @mcp.tool
    def greet(user: User = CurrentUser()) -> str:
        return user.email

    @mcp.tool
    def find_none() -> list[str]:
        return []

    @mcp.tool
    def find_nothing() -> int | None:
        return None

    @mcp.prompt
    def write_about(topic: str, length: int = 1) -> str:
        return topic * length

    yield
    for name in ("refuse", "crash", "caller", "greet", "find_none", "find_nothing"):
        mcp.local_provider.remove_tool(name)
    mcp.local_provider.remove_prompt("write_about")


def metric(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0


async def test_the_text_of_a_tool_error_reaches_the_client(mcp_client: ConnectMCP) -> None:
    async with mcp_client() as client:
        result = await client.call_tool("refuse", {"text": ""}, raise_on_error=False)
    assert result.content[0].text == "there is no such order"


async def test_any_other_exception_is_masked_and_logged_with_its_traceback(
    mcp_client: ConnectMCP, caplog: pytest.LogCaptureFixture
) -> None:
    async with mcp_client() as client:
        result = await client.call_tool("crash", {"text": SECRET}, raise_on_error=False)
    assert "Calling it again is unlikely to help" in result.content[0].text
    logged = [record for record in caplog.records if record.exc_info]
    assert "internal detail" in logging.Formatter().formatException(logged[0].exc_info)  # type: ignore[arg-type]


@pytest.mark.parametrize(("tool", "said"), [("find_none", "[]"), ("find_nothing", "null")])
async def test_nothing_found_is_told_as_text_too(mcp_client: ConnectMCP, tool: str, said: str) -> None:
    async with mcp_client() as client:
        result = await client.call_tool(tool)
    assert [block.text for block in result.content] == [said]


async def test_a_prompt_without_its_argument_is_no_failure(
    mcp_client: ConnectMCP, caplog: pytest.LogCaptureFixture
) -> None:
    async with mcp_client() as client:
        with pytest.raises(MCPError, match=r"Missing required argument.*topic") as refused:
            await client.get_prompt("write_about", {"length": "1"})
        assert (await client.get_prompt("write_about", {"topic": "x"})).messages[0].content.text == "x"
    assert refused.value.error.code == INVALID_PARAMS
    assert not [record for record in caplog.records if record.exc_info]


async def test_wrong_arguments_are_told_in_a_sentence_that_repeats_none(mcp_client: ConnectMCP) -> None:
    async with mcp_client() as client:
        result = await client.call_tool("add_numbers", {"a": SECRET, "c": 1}, raise_on_error=False)
    text = result.content[0].text
    assert text.startswith("Wrong arguments. a: ")
    assert {line.partition(":")[0] for line in text.removeprefix("Wrong arguments. ").split("; ")} == {
        "a",
        "b",
        "c",
    }
    assert SECRET not in text
    assert "pydantic" not in text


@pytest.mark.parametrize(
    ("tool", "label", "status"),
    [("whoami", "whoami", "ok"), ("refuse", "refuse", "error"), ("x" * 50, "<unknown>", "unknown")],
)
async def test_a_call_is_counted_once_under_a_name_that_the_client_did_not_choose(
    mcp_client: ConnectMCP, tool: str, label: str, status: str
) -> None:
    before = metric("mcp_tool_invocations_total", tool=label, status=status)
    timed = metric("mcp_tool_duration_seconds_count", tool=label)
    arguments = {"text": SECRET} if tool == "refuse" else {}
    async with mcp_client() as client:
        await client.call_tool(tool, arguments, raise_on_error=False)
    assert metric("mcp_tool_invocations_total", tool=label, status=status) == before + 1
    assert metric("mcp_tool_duration_seconds_count", tool=label) == timed + 1
    assert metric("mcp_tool_invocations_total", tool=tool, status="ok") == (tool == "whoami") * (before + 1)


async def test_a_call_is_one_json_line_without_arguments_or_token(
    mcp_client: ConnectMCP, admin: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    token = await MCPToken.objects.acreate(user=admin, name="test")
    async with mcp_client(token) as client:
        await client.call_tool("refuse", {"text": SECRET}, raise_on_error=False)
    lines = [record for record in caplog.records if record.name == "mcp_server.calls"]
    assert len(lines) == 1
    line: dict[str, Any] = json.loads(JsonFormatter().format(lines[0]))
    assert line.pop("duration_ms") > 0
    assert line.pop("time")
    assert line == {
        "level": "INFO",
        "logger": "mcp_server.calls",
        "message": "tool call",
        "user": admin.pk,
        "credential": f"token-{token.pk}",
        # % if cookiecutter.multi_tenancy
        "tenant": "demo",
        # % endif
        "tool": "refuse",
        "status": "error",
    }
    everything = "\n".join(JsonFormatter().format(record) for record in caplog.records)
    assert SECRET not in everything
    assert token.token not in everything


async def test_requests_in_flight_are_counted_and_forgotten(mcp_client: ConnectMCP) -> None:
    before = requests_in_flight()
    async with mcp_client(transport="sse") as client:
        await client.ping()
        assert requests_in_flight() > before
    await eventually(lambda: requests_in_flight() == before)


async def test_a_tool_learns_who_calls_and_a_client_cannot_say_otherwise(
    mcp_client: ConnectMCP, user: User, admin: User
) -> None:
    async with mcp_client(user) as client:
        assert (await client.call_tool("caller")).data == [user.email, "test"]
        assert (await client.call_tool("greet")).data == user.email
        forged = await client.call_tool("greet", {"user": admin.email}, raise_on_error=False)
        assert forged.is_error
        tools = {tool.name: tool for tool in await client.list_tools()}
    assert tools["greet"].input_schema["properties"] == {}


async def test_in_development_a_masked_error_says_what_and_where(
    mcp_client: ConnectMCP, settings: Settings
) -> None:
    """Catches an error whose reason is only in the log."""
    async with mcp_client() as client:
        settings.DEBUG = True
        with pytest.raises(ToolError) as failed:
            await client.call_tool("crash", {"text": SECRET})
    here = Path(__file__).relative_to(settings.BASE_DIR)
    assert f"(ValueError in {here}, line " in str(failed.value)
    assert ": internal detail secret-argument)" in str(failed.value)


async def test_a_refusal_is_no_error_in_the_log(
    mcp_client: ConnectMCP, caplog: pytest.LogCaptureFixture
) -> None:
    """Catches a refusal that is logged as ERROR, which would alert an operator each time."""
    async with mcp_client() as client:
        for tool in ("refuse", "crash"):
            with pytest.raises(ToolError):
                await client.call_tool(tool, {"text": SECRET})
    logged = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert ("INFO", "Error calling tool 'refuse'") in logged
    assert [message for level, message in logged if level == "ERROR"] == ["Error calling tool 'crash'"]


async def test_a_use_that_cannot_be_recorded_is_one_line_of_the_log(
    mcp_client: ConnectMCP, caplog: pytest.LogCaptureFixture
) -> None:
    """Catches a call that fails because the database became unavailable just after the token was checked."""
    with patch.object(MCPToken, "record_usage", side_effect=OperationalError("it is gone")):
        async with mcp_client() as client:
            assert (await client.call_tool("whoami")).data
            await eventually(lambda: "could not be recorded: it is gone" in caplog.text)
